// What a site asks: before the first conversation, instead of one while it is closed, and after the end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectFocus, expectSoon } from '../lib/expect.js';
import { ANN, startShop } from '../lib/shop.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const BEFORE = `rating = true
[site.shop.form]
[[site.shop.form.fields]]
name = "name"
required = true
[[site.shop.form.fields]]
name = "email"
kind = "email"
[[site.shop.form.fields]]
name = "topic"
label = "What is it about?"
labels = { de = "Worum geht es?" }
kind = "choice"
required = true
options = ["Delivery", "Something else"]
[[site.shop.form.fields]]
name = "order"
label = "Order number"
required = true
when = { field = "topic", is = "Delivery" }
[[site.shop.form.fields]]
name = "privacy"
label = "You may keep what I write for 90 days"
kind = "consent"
required = true
`;

const shop = await during(startShop({ site: BEFORE }));
const browser = await during(startBrowser());

for (const colorScheme of ['light', 'dark']) {
  test(`a visitor answers the form, chats, and rates the conversation (${colorScheme})`, async () => {
    const person = await newPerson(browser, { colorScheme });
    const visitor = new Visitor(person, '');
    await visitor.visit(shop.page);
    await visitor.launcher.click();
    const form = visitor.frame.getByTestId('form');
    await form.waitFor();
    assert.equal(await visitor.composer.count(), 0, 'nothing can be written before');
    await shot(visitor.page, `forms-${colorScheme}-asked`);

    // What is missing is said where it is missing, and the first of it has the focus.
    await form.getByRole('button', { name: 'Start the chat' }).click();
    const name = form.getByLabel('Your name');
    await expectSoon(() => name.getAttribute('aria-invalid'), 'true', 'the name is missed');
    await expectFocus(name, 'the first field');
    await name.fill('Ada');
    await form.getByLabel('Your e-mail address').fill('ada');
    await form.getByText('This is not an e-mail address').waitFor();
    await shot(visitor.page, `forms-${colorScheme}-problems`);
    await assertAccessible(visitor.widgetFrame(), 'the form with problems');
    await form.getByLabel('Your e-mail address').fill('ada@example.com');
    assert.equal(await form.getByLabel('Order number').isVisible(), false, 'asked only for a delivery');
    await form.getByLabel('What is it about?').selectOption('Delivery');
    await form.getByLabel('Order number').fill('20418');
    await form.getByLabel('You may keep').check();
    await form.getByRole('button', { name: 'Start the chat' }).click();
    await visitor.composer.waitFor();
    await visitor.say(`Where is it? ${colorScheme}`);

    const agent = new Agent(await newPerson(browser, { colorScheme }), shop.url);
    await agent.signIn(ANN.name, ANN.password);
    await agent.takeNext(`Where is it? ${colorScheme}`);
    await shot(agent.page, `forms-${colorScheme}-agent`);
    for (const text of ['Ada', 'ada@example.com', 'Order number', '20418', 'Delivery'])
      await agent.page.getByText(text, { exact: false }).first().waitFor();
    await agent.say('On its way.');
    await visitor.sees('On its way.');

    await visitor.end();
    const rating = visitor.frame.getByTestId('rating');
    await rating.getByText('How was this conversation?').waitFor();
    await shot(visitor.page, `forms-${colorScheme}-rating`);
    await rating.getByLabel('Very good').check({ force: true });
    await rating.getByLabel('What should we know?').fill('Quick and kind.');
    await shot(visitor.page, `forms-${colorScheme}-rating-chosen`);
    await assertAccessible(visitor.widgetFrame(), 'the rating');
    await rating.getByRole('button', { name: 'Send rating' }).click();
    await visitor.frame.getByText('Thank you for telling us.').waitFor();
    await agent.page.getByText('Quick and kind.').first().waitFor();
    await visitor.page.context().close();
    await agent.page.context().close();
  });
}

const CLOSED = `
[site.shop.hours]
zone = "UTC"
[[site.shop.closed_form.fields]]
name = "name"
[[site.shop.closed_form.fields]]
name = "email"
kind = "email"
required = true
[[site.shop.closed_form.fields]]
name = "message"
kind = "long"
required = true
`;

test('while the site is closed a visitor leaves a message, which outlives a reload before it is sent, and an agent finds it', async () => {
  const closed = await startShop({ site: CLOSED });
  try {
    const visitor = new Visitor(await newPerson(browser, { viewport: { width: 390, height: 844 } }), '');
    await visitor.visit(closed.page);
    await visitor.launcher.click();
    const form = visitor.frame.getByTestId('form');
    await form.getByText('We are closed at the moment.').waitFor();
    await form.getByLabel('Your message').fill('Please call me back about order 20418.');
    await shot(visitor.page, 'forms-closed-390');
    await assertAccessible(visitor.widgetFrame(), 'the form of closed hours');

    // What was written survives a reload; without the network it stays, and says what to do.
    await visitor.visit(closed.page);
    await visitor.launcher.click();
    const kept = () => form.getByLabel('Your message').inputValue();
    await expectSoon(kept, 'Please call me back about order 20418.', 'the text is still there');

    // Somebody else at the same browser finds nothing of it.
    await visitor.page.evaluate(() => window.frontdesk('logout'));
    await expectSoon(async () => (await visitor.widgetFrame()?.evaluate(() => localStorage.length)) ?? -1, 0, 'it is forgotten');
    await visitor.visit(closed.page);
    await visitor.launcher.click();
    await form.getByText('We are closed at the moment.').waitFor();
    assert.equal(await kept(), '');
    await form.getByLabel('Your message').fill('Please call me back about order 20418.');
    await form.getByLabel('Your e-mail address').fill('ada@example.com');
    await visitor.page.context().setOffline(true);
    await form.getByRole('button', { name: 'Send the message' }).click();
    await form.getByText('This could not be sent.').waitFor();
    assert.equal(await kept(), 'Please call me back about order 20418.');
    await visitor.page.context().setOffline(false);
    await form.getByRole('button', { name: 'Send the message' }).click();
    await visitor.frame.getByTestId('message-left').getByText('Thank you.').waitFor();
    await shot(visitor.page, 'forms-closed-left-390');

    const agent = new Agent(await newPerson(browser), closed.url);
    await agent.signIn(ANN.name, ANN.password);
    const item = agent.page.getByTestId('left-item');
    await item.getByText('Please call me back about order 20418.').waitFor();
    await item.getByText('ada@example.com').waitFor();
    await shot(agent.page, 'forms-closed-agent');
  } finally {
    await closed.stop();
  }
});
