// A visitor who waits is told the place in the queue, and so is the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { hostPage, keepEvents } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

async function visit(text, locale = 'en') {
  const page = await newPerson(browser);
  await page.addInitScript(keepEvents);
  await hostPage(page, server.url, '/host', `<script async src="/widget.js" data-site="demo" data-locale="${locale}"></script>`);
  const visitor = new Visitor(page, server.url);
  await visitor.visit('/host');
  await visitor.open();
  await visitor.say(text);
  await visitor.seesKept(text);
  return { page, visitor };
}

const hears = (page, event) =>
  expectSoon(() => page.evaluate((it) => (window.heard.includes(it) ? it : window.heard.join()), event), event, `the page hears ${event}`);

/** What the status line says of the queue. */
const line = async (visitor) => (await visitor.frame.getByTestId('status').locator('.queue').innerText()).trim();

test('who waits sees the place in the queue, and the page hears of it, until somebody answers', async () => {
  const one = await visit('I am first');
  await hears(one.page, 'availability=away');
  await expectSoon(() => line(one.visitor), 'You are number 1 in the queue.', 'the first is number 1');
  const two = await visit('Ich bin die zweite', 'de');
  await expectSoon(() => line(two.visitor), 'Sie sind Nummer 2 in der Warteschlange.', 'the second is number 2, in her language');
  await hears(two.page, 'queue={"position":2}');
  await shot(two.page, 'queue');

  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  await hears(two.page, 'availability=open');
  await agent.takeNext('I am first');
  await hears(one.page, 'queue');
  await expectSoon(() => line(two.visitor), 'Sie sind Nummer 1 in der Warteschlange.', 'the second moves up');
  await agent.say('Hello.');
  await one.visitor.sees('Hello.');
  assert.equal(await one.visitor.frame.getByText('You are number').count(), 0);
  for (const { page } of [one, two, agent]) await page.context().close();
});
