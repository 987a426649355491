// What was said before: a visitor reads it again, keeps it as a file, and has it sent; nobody else sees any of it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectFocus, expectSoon } from '../lib/expect.js';
import { startMailServer } from '../lib/mail-server.js';
import { ANN, startShop } from '../lib/shop.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const mail = await during(startMailServer());
const shop = await during(startShop({ config: `[mail]\nsmtp_url = "${mail.url}"\nfrom = "help@shop.example"\n` }));
const browser = await during(startBrowser());

async function visit(options, language = 'en') {
  const visitor = new Visitor(await newPerson(browser, options), '');
  await visitor.visit(`${shop.page}&lang=${language}`);
  await visitor.open();
  return visitor;
}

const menu = (visitor) => visitor.frame.getByTestId('menu');
const dialog = (visitor) => visitor.frame.getByTestId('past');

async function earlier(visitor) {
  await menu(visitor).click();
  await visitor.frame.getByTestId('earlier').click();
}

/** A conversation from the first word to the end. */
async function talk(visitor, agent, question, answer) {
  await visitor.say(question);
  await agent.takeNext(question);
  await agent.say(answer);
  await visitor.sees(answer);
  await visitor.end();
}

for (const colorScheme of ['light', 'dark'])
  test(`a visitor comes back to what was said before (${colorScheme})`, async () => {
    const agent = new Agent(await newPerson(browser), shop.url);
    await agent.signIn(ANN.name, ANN.password);
    const visitor = await visit({ colorScheme });
    const [first, second] = [`Where is my tent? ${colorScheme}`, `And the pegs? ${colorScheme}`];
    await talk(visitor, agent, first, 'On its way.');
    await visitor.frame.getByText('Start a new conversation').click();
    await visitor.composer.waitFor();
    await talk(visitor, agent, second, 'In the same box.');
    await visitor.page.reload();
    await visitor.launcher.click();

    // The list, by keyboard alone.
    await menu(visitor).press('Enter');
    await visitor.frame.getByTestId('earlier').waitFor();
    await visitor.frame.getByTestId('email-it').waitFor();
    await shot(visitor.page, `past-${colorScheme}-menu`);
    await assertAccessible(visitor.widgetFrame(), 'the menu');
    await visitor.frame.getByTestId('earlier').press('Enter');
    const items = dialog(visitor).getByRole('listitem');
    await expectSoon(() => items.count(), 2, 'both are listed');
    await expectFocus(dialog(visitor).getByRole('heading'), 'the title');
    await shot(visitor.page, `past-${colorScheme}-list`);
    await assertAccessible(visitor.widgetFrame(), 'the list');

    // The older one, and back.
    await items.last().getByRole('button').press('Enter');
    const said = dialog(visitor).getByTestId('past-said');
    await said.getByText(first).waitFor();
    await said.getByText('On its way.').waitFor();
    assert.equal(await said.getByText(second).count(), 0, 'only what was said in it');
    await expectFocus(dialog(visitor).getByRole('heading'), 'its title');
    await shot(visitor.page, `past-${colorScheme}-said`);
    await assertAccessible(visitor.widgetFrame(), 'what was said');
    await dialog(visitor).getByRole('button', { name: 'Back' }).press('Enter');
    await expectSoon(() => items.count(), 2, 'the list is there again');
    await visitor.page.keyboard.press('Escape');
    await dialog(visitor).waitFor({ state: 'hidden' });
    await expectFocus(menu(visitor), 'the button of the menu');

    // The newest as a file.
    await menu(visitor).click();
    const coming = visitor.page.waitForEvent('download');
    await visitor.frame.getByTestId('download').click();
    const file = await coming;
    assert.match(file.suggestedFilename(), /^conversation-\d{4}-\d\d-\d\d\.txt$/);
    const text = await readFile(await file.path(), 'utf8');
    assert.match(text, /^Fernweh Outdoor\n/);
    assert.match(text, new RegExp(`You:\n${second.replace(/[?()]/g, '\\$&')}\n[^]*Ann:\nIn the same box\\.\n`));
    assert.doesNotMatch(text, /tent/);

    // And by e-mail.
    await visitor.frame.getByTestId('email-it').click();
    const address = dialog(visitor).getByLabel('Your e-mail address');
    await address.fill('ada');
    await address.press('Enter');
    await dialog(visitor).getByText('This is not an e-mail address').waitFor();
    await shot(visitor.page, `past-${colorScheme}-letter`);
    await assertAccessible(visitor.widgetFrame(), 'the question for an address');
    await address.fill(`ada-${colorScheme}@example.com`);
    await address.press('Enter');
    await dialog(visitor).getByText(`We are sending it to ada-${colorScheme}@example.com.`).waitFor();
    await shot(visitor.page, `past-${colorScheme}-sent`);
    const letter = async () => mail.letters.filter((it) => it.to.includes(`ada-${colorScheme}@example.com`)).length;
    await expectSoon(letter, 1, 'the letter is sent');

    // An event channel that ends with its conversation answers 404.
    assert.deepEqual(visitor.page.complaints.filter((it) => !/^404 GET .*\/events\?/.test(it)), []);
    await visitor.page.context().close();
    await agent.page.context().close();
  });

test('another visitor, who reads from right to left on a phone, sees none of it', async () => {
  const other = await visit({ viewport: { width: 390, height: 780 } }, 'ar');
  await earlier(other);
  // To open the chat begins a conversation: it is the only one.
  await expectSoon(() => dialog(other).getByRole('listitem').count(), 1, 'only the own one is listed');
  await dialog(other).getByText('ما زالت جارية').waitFor();
  const text = await dialog(other).innerText();
  for (const foreign of ['On its way.', 'In the same box.', 'tent', 'pegs']) assert.ok(!text.includes(foreign), foreign);
  await shot(other.page, 'past-ar-own');
  await assertAccessible(other.widgetFrame(), 'the list from right to left');
  await other.page.context().close();
});

test('what cannot be loaded says so, and comes with another try; where there is nothing, that is said', async () => {
  const visitor = await visit();
  const isPast = (url) => url.pathname.endsWith('/visitor/conversations');
  await visitor.page.route(isPast, (route) => route.abort());
  await earlier(visitor);
  const again = dialog(visitor).getByRole('button', { name: 'Try again' });
  await again.waitFor();
  await shot(visitor.page, 'past-not-loaded');
  await assertAccessible(visitor.widgetFrame(), 'what could not be loaded');
  await visitor.page.unroute(isPast);
  await visitor.page.route(isPast, (route) => route.fulfill({ json: [] }));
  await again.click();
  await dialog(visitor).getByText('You have no conversations here yet.').waitFor();
  await shot(visitor.page, 'past-none');
  await visitor.page.context().close();
});
