// How far a message got, on both sides: sent, delivered, read. Never more than is true, and right again after a reload.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

/** A visitor who has asked something, with the panel open. */
async function asking(text, options) {
  const visitor = new Visitor(await newPerson(browser, options), server.url);
  await visitor.visit();
  await visitor.open();
  await visitor.say(text);
  await visitor.stands(text, 'sent');
  return visitor;
}

for (const [colorScheme, question, another] of [
  ['light', 'Where is my order?', 'Do you ship to Norway?'],
  ['dark', 'Where is my parcel?', 'Do you ship to Iceland?'],
]) {
  test(`a message is sent, then delivered, then read, in both directions (${colorScheme})`, async () => {
    const agent = new Agent(await newPerson(browser, { colorScheme }), server.url);
    const visitor = await asking(question, { colorScheme });
    // Nobody sits at the console: what the desk has, no person has.
    await shot(visitor.page, `states-${colorScheme}-visitor-sent`);
    await agent.signIn('alice@demo.example');
    await agent.takeNext(question);
    await visitor.stands(question, 'read');

    // The agent looks at somebody else: it arrives, and nobody reads it.
    const other = await asking(another);
    await agent.takeNext(another);
    await visitor.say('It is order 20418.');
    await visitor.stands('It is order 20418.', 'delivered');
    await visitor.stands(question, 'read');
    await shot(visitor.page, `states-${colorScheme}-visitor-delivered`);
    await agent.look('20418');
    await visitor.stands('It is order 20418.', 'read');
    await shot(visitor.page, `states-${colorScheme}-visitor-read`);

    await agent.say('I see it.');
    await agent.stands('I see it.', 'read');
    await visitor.close();
    await agent.say('It leaves our house today.');
    await agent.stands('It leaves our house today.', 'delivered');
    await agent.stands('I see it.', 'read');
    await shot(agent.page, `states-${colorScheme}-agent-delivered`);
    await assertAccessible(agent.page, 'the console with states of messages');

    await agent.page.reload();
    await agent.stands('It leaves our house today.', 'delivered');
    await agent.stands('I see it.', 'read');
    await visitor.open();
    await agent.stands('It leaves our house today.', 'read');
    await shot(agent.page, `states-${colorScheme}-agent-read`);
    await visitor.page.reload();
    await visitor.launcher.waitFor();
    await visitor.open();
    await visitor.stands(question, 'read');
    await visitor.stands('It is order 20418.', 'read');
    await assertAccessible(visitor.widgetFrame(), 'the widget with states of messages');
    const words = await visitor.messages.filter({ hasText: '20418' }).locator('.delivery').innerText();
    assert.match(words, /Read/, 'a word says it, not a colour');
    for (const person of [visitor, other, agent]) await person.page.context().close();
  });
}

test('over a platform that has no marks a message stays sent', async () => {
  const page = await newPerson(browser, { viewport: { width: 390, height: 844 } });
  // The same platform with its extension cut out of every answer, as somebody else's would be.
  await page.route('**/ucwa/**', async (route) => {
    const answer = await route.fetch({ timeout: 0 }).catch(() => undefined);
    if (!answer) return route.abort().catch(() => undefined);
    const body = (await answer.text()).replaceAll('"frontdesk:', '"unknown:');
    await route.fulfill({ response: answer, body }).catch(() => undefined);
  });
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await visitor.open();
  await visitor.say('Is anybody there?');
  await visitor.stands('Is anybody there?', 'sent');
  const agent = new Agent(await newPerson(browser, { viewport: { width: 390, height: 844 } }), server.url);
  await agent.signIn('bob@demo.example');
  await agent.takeNext('Is anybody there?');
  await agent.say('Yes, I am.');
  await visitor.sees('Yes, I am.');
  await visitor.say('Good.');
  await agent.sees('Good.');
  await agent.say('How can I help?');
  await visitor.sees('How can I help?');
  await visitor.stands('Good.', 'sent');
  await visitor.stands('Is anybody there?', 'sent');
  await agent.stands('How can I help?', 'delivered');
  await shot(page, 'states-390-visitor');
  await shot(agent.page, 'states-390-agent');
  await agent.page.context().close();
  await page.context().close();
});
