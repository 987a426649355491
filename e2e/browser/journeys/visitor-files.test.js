// Files and emoji of visitors: by choice, paste and drop, with progress, and what went wrong is tried again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectFocus, expectSoon } from '../lib/expect.js';
import { hand, picture } from '../lib/files.js';
import { ANN, startShop } from '../lib/shop.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const PAGE = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') };

const shop = await during(startShop());
const browser = await during(startBrowser());

/** A visitor and an agent in a conversation. */
async function chat(options = {}) {
  const visitor = new Visitor(await newPerson(browser, options), '');
  const agent = new Agent(await newPerson(browser), shop.url);
  await agent.signIn(ANN.name, ANN.password);
  await agent.isOnline();
  await visitor.visit(shop.page);
  await visitor.open();
  const hello = `Look at this, please. ${options.colorScheme}`;
  await visitor.say(hello);
  await agent.takeNext(hello);
  const part = (name) => visitor.frame.getByTestId(name);
  return { visitor, agent, part, button: visitor.frame.getByRole('button', { name: 'Emoji and files' }) };
}

/** The visitor sees the file among the messages, by the end of its address. */
function seesFile(visitor, name) {
  const link = visitor.messages.locator(`.rich a[href$="/${encodeURIComponent(name)}"]`);
  return expectSoon(() => link.count(), 1, `"${name}" is a message`);
}

async function leave({ visitor, agent }) {
  await visitor.end();
  await visitor.page.context().close();
  await agent.page.context().close();
}

for (const colorScheme of ['light', 'dark']) {
  test(`a visitor sends pictures by choice, paste and drop, and the agent sees them (${colorScheme})`, async () => {
    const people = await chat({ colorScheme });
    const { visitor, agent, part, button } = people;
    await button.click();
    await part('tools').waitFor();
    await shot(visitor.page, `visitor-files-${colorScheme}-tools`);
    await assertAccessible(visitor.widgetFrame(), 'the widget with its tools');
    await part('attach').setInputFiles(await picture(visitor.page, 'sunset é.png'));
    await seesFile(visitor, 'sunset é.png');
    await expectSoon(() => agent.messages.getByRole('img', { name: 'sunset é.png' }).count(), 1, 'the agent sees it');
    await expectSoon(() => part('upload').count(), 0, 'nothing is on its way any more');

    for (const [kind, name] of [['paste', 'pasted.txt'], ['drop', 'dropped.txt']]) {
      await hand(visitor.composer, kind, name);
      await seesFile(visitor, name);
      await expectSoon(() => agent.messages.filter({ hasText: name }).count(), 1, `the agent has what came by ${kind}`);
    }
    await shot(visitor.page, `visitor-files-${colorScheme}`);
    await assertAccessible(visitor.widgetFrame(), 'the widget with files');
    await visitor.page.setViewportSize({ width: 390, height: 780 });
    await button.click();
    await part('tools').waitFor();
    await shot(visitor.page, `visitor-files-${colorScheme}-390`);
    await visitor.composer.press('Escape');
    await visitor.page.setViewportSize({ width: 1280, height: 800 });
    await leave(people);
  });
}

test('what did not arrive says why, stays, and is tried again by the keyboard', async () => {
  const people = await chat();
  const { visitor, agent, part, button } = people;
  await button.click();
  await part('attach').setInputFiles(PAGE);
  await part('upload').getByText('Put it into a ZIP file').waitFor();
  assert.equal(await part('upload-again').isVisible(), false, 'to try again would not help');
  await part('upload-cancel').click();
  await expectSoon(() => part('upload').count(), 0, 'it is given up');

  const large = { name: 'large.txt', mimeType: 'text/plain', buffer: Buffer.alloc(11_000_000, 'a') };
  await part('attach').setInputFiles(large);
  await part('upload').getByText('A file has at most 10 MB. Choose a smaller one.').waitFor();
  await part('upload-cancel').click();

  await visitor.page.route('**/desk/visitor/files*', (route) => route.abort());
  await part('attach').setInputFiles(await picture(visitor.page, 'late.png'));
  await part('upload').getByText('This file did not get through.').waitFor();
  await assertAccessible(visitor.widgetFrame(), 'the widget with a file that failed');
  await shot(visitor.page, 'visitor-files-failed');
  await visitor.page.unroute('**/desk/visitor/files*');
  await part('upload-again').focus();
  await visitor.page.keyboard.press('Enter');
  await expectSoon(() => agent.messages.getByRole('img', { name: 'late.png' }).count(), 1, 'the second try arrives, once');
  await expectSoon(() => part('upload').count(), 0, 'and nothing is left');
  await leave(people);
});

test('emoji are chosen by keys, stand where the visitor was writing, and Escape goes back to the button', async () => {
  const people = await chat();
  const { visitor, agent, part, button } = people;
  const { keyboard } = visitor.page;
  await visitor.composer.fill('Good work');
  await visitor.composer.evaluate((it) => it.setSelectionRange(4, 4));
  await button.focus();
  await keyboard.press('Enter');
  await part('tools').waitFor();
  await keyboard.press('Escape');
  await part('tools').waitFor({ state: 'hidden' });
  await expectFocus(button, 'the button');
  await keyboard.press('Enter');
  await part('tools').waitFor();
  await keyboard.press('Tab');
  await expectFocus(part('attach'), 'the choice of a file');
  await keyboard.press('Tab');
  for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight']) await keyboard.press(key);
  await expectFocus(part('tools').getByRole('button', { name: '😃' }), 'the emoji');
  await keyboard.press('Enter');
  await expectFocus(visitor.composer, 'the field');
  await keyboard.type('!');
  assert.equal(await visitor.composer.inputValue(), 'Good😃! work');
  await keyboard.press('Enter');
  await agent.sees('Good😃! work');
  await leave(people);
});

test('invariant_11 a file that is chosen before the conversation has begun waits, and goes when it has', async () => {
  const visitor = new Visitor(await newPerson(browser), '');
  const agent = new Agent(await newPerson(browser), shop.url);
  const part = (name) => visitor.frame.getByTestId(name);
  await agent.signIn(ANN.name, ANN.password);
  await agent.isOnline();
  let letOn;
  const mayGoOn = new Promise((resolve) => (letOn = resolve));
  await visitor.page.route('**/GetAnonTokenJob', (route) => mayGoOn.then(() => route.continue()));
  await visitor.visit(shop.page);
  await visitor.open();
  await visitor.frame.getByRole('button', { name: 'Emoji and files' }).click();
  await part('attach').setInputFiles([await picture(visitor.page, 'first.png'), await picture(visitor.page, 'second.png')]);
  await expectSoon(() => part('upload').getByText('Goes along when the conversation has begun.').count(), 2, 'both wait');
  await assertAccessible(visitor.widgetFrame(), 'the widget with files that wait');
  await shot(visitor.page, 'visitor-files-waits');
  letOn();
  for (const name of ['first.png', 'second.png']) await seesFile(visitor, name);
  await expectSoon(() => part('upload').count(), 0, 'nothing waits any more');
  await agent.takeNext('.png');
  for (const name of ['first.png', 'second.png'])
    await expectSoon(() => agent.messages.getByRole('img', { name }).count(), 1, `the agent sees ${name}`);
  await leave({ visitor, agent });
});

test('in Arabic the tools are on the other side, and arrows lead the way they point', async () => {
  const visitor = new Visitor(await newPerson(browser, { viewport: { width: 390, height: 780 } }), '');
  const part = (name) => visitor.frame.getByTestId(name);
  await visitor.visit(`${shop.page}&lang=ar`);
  await visitor.open();
  const button = visitor.frame.locator('.tools-button');
  await button.click();
  await part('tools').waitFor();
  await part('attach').setInputFiles(PAGE);
  await part('upload').waitFor();
  await button.click();
  await part('tools').waitFor();
  const emoji = part('tools').getByRole('group').getByRole('button');
  await emoji.first().focus();
  await visitor.page.keyboard.press('ArrowLeft');
  await expectFocus(emoji.nth(1), 'the next one, on the left');
  const [first, second] = [await emoji.nth(0).boundingBox(), await emoji.nth(1).boundingBox()];
  assert.ok(second.x < first.x);
  await assertAccessible(visitor.widgetFrame(), 'the tools in Arabic');
  await shot(visitor.page, 'visitor-files-390-ar');
  await visitor.page.context().close();
});
