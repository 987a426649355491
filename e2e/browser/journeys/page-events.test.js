// What the page is told of a chat, and how it forgets a visitor who signs out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { hostPage, keepEvents } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

async function visit(page) {
  await page.addInitScript(keepEvents);
  await hostPage(page, server.url, '/host', '<script async src="/widget.js" data-site="demo"></script>');
  const visitor = new Visitor(page, server.url);
  await visitor.visit('/host');
  return visitor;
}

const call = (page, ...values) => page.evaluate((it) => window.frontdesk(...it), values);
const heard = (page) => page.evaluate(() => window.heard);
const hears = (page, event) => expectSoon(async () => (await heard(page)).includes(event), true, `the page hears ${event}`);

test('the page is told of a chat from its start to its end, and of nobody\'s words', async () => {
  const page = await newPerson(browser);
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  const visitor = await visit(page);
  await call(page, 'open', { draft: 'Where is my order?' });
  await expectSoon(() => visitor.composer.inputValue(), 'Where is my order?', 'the draft is in the field');
  await visitor.composer.press('Enter');
  await visitor.seesKept('Where is my order?');
  await agent.takeNext('Where is my order?');
  await agent.say('A secret answer.');
  await visitor.sees('A secret answer.');
  await hears(page, 'chat:assigned=Alice');
  await call(page, 'close');
  await agent.say('Two of them.');
  await hears(page, 'unread=1');
  assert.equal(await call(page, 'get', 'unread'), 1);
  assert.equal(await visitor.launcher.getAttribute('aria-label'), 'Chat (1)');
  await call(page, 'open');
  await hears(page, 'unread=0');
  await agent.end();
  await hears(page, 'chat:ended');
  const all = await heard(page);
  const once = ['ready', 'message:sent', 'chat:started', 'chat:assigned=Alice', 'chat:ended', 'connection=online'];
  assert.deepEqual(once.filter((name) => all.filter((it) => it === name).length !== 1), [], `each once in ${all}`);
  assert.equal(all.filter((it) => /secret|order/.test(it)).length, 0);
  await page.context().close();
  await agent.page.context().close();
});

test('a visitor who signs out is forgotten in all tabs of the browser', async () => {
  const page = await newPerson(browser);
  const second = await page.context().newPage();
  const [one, two] = [await visit(page), await visit(second)];
  await one.open();
  await one.say('Only mine');
  await one.seesKept('Only mine');
  await two.open();
  await two.sees('Only mine');
  await one.composer.fill('half a sente');
  await expectSoon(() => page.evaluate(() => Object.keys(localStorage).length), 3, 'conversation, draft and ticket are kept');

  await call(page, 'logout');
  await expectSoon(() => page.evaluate(() => Object.keys(localStorage).length), 0, 'nothing is kept');
  await expectSoon(() => two.messages.filter({ hasText: 'Only mine' }).count(), 0, 'nor shown in the other tab');
  await page.reload();
  await one.open();
  assert.equal(await one.messages.filter({ hasText: 'Only mine' }).count(), 0);
  assert.equal(await one.composer.inputValue(), '');

  await one.say('Somebody else');
  await one.seesKept('Somebody else');
  await call(page, 'shutdown');
  await expectSoon(() => page.locator('frontdesk-chat').count(), 0, 'the chat is off the page');
  assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0);
  await call(page, 'boot', { site: 'demo' });
  await one.open();
  assert.equal(await one.messages.filter({ hasText: 'Somebody else' }).count(), 0);
  await page.context().close();
});
