// Two users of a website at one browser: who signs in next sees nothing of the one before, and the agent sees another visitor.
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
const keptNames = (page) => page.evaluate(() => Object.keys(localStorage).sort().join());
const isKept = (page, name) => page.evaluate((it) => localStorage.getItem(`frontdesk:demo${it}`), name);
const shows = (visitor, text) => visitor.messages.filter({ hasText: text }).count();

/** Opens, by the page: after a switch the document may still be on its way. */
async function opens(page, visitor) {
  await call(page, 'open');
  await visitor.composer.waitFor();
}

test('who is identified next sees nothing of the one before, nor does the one before see what came between', async () => {
  const page = await newPerson(browser);
  const visitor = await visit(page);
  await call(page, 'identify', { id: 'a', name: 'Anna' });
  await opens(page, visitor);
  await visitor.say('A secret of A');
  await visitor.seesKept('A secret of A');
  await visitor.composer.fill('half a sente');
  await expectSoon(() => isKept(page, ':draft'), 'half a sente', 'the draft is kept');
  const ticketOfA = await isKept(page, ':ticket');

  await call(page, 'identify', { id: 'b', name: 'Boris' });
  await expectSoon(() => call(page, 'get', 'state'), 'closed', 'the chat closes');
  await expectSoon(() => keptNames(page), '', 'nothing of A is kept');
  await opens(page, visitor);
  assert.equal(await shows(visitor, 'A secret of A'), 0);
  assert.equal(await visitor.composer.inputValue(), '');
  await visitor.say('A secret of B');
  await visitor.seesKept('A secret of B');
  assert.equal(await isKept(page, ':identity'), 'b');
  assert.notEqual(await isKept(page, ':ticket'), ticketOfA, 'another visitor for the desk too');

  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  await expectSoon(() => agent.queue.count(), 2, 'the agent sees two conversations');
  await agent.takeNext('A secret of B');
  assert.equal(await agent.messages.filter({ hasText: 'A secret of A' }).count(), 0);

  // Back to A, who was here before: nothing of B, and nothing is merged.
  await call(page, 'identify', { id: 'a', name: 'Anna' });
  await expectSoon(() => keptNames(page), '', 'nothing of B is kept');
  await opens(page, visitor);
  assert.equal((await shows(visitor, 'A secret of B')) + (await shows(visitor, 'A secret of A')), 0);
  await page.context().close();
  await agent.page.context().close();
});

test('on a new page the one before is forgotten before anything is shown', async () => {
  const page = await newPerson(browser);
  const visitor = await visit(page);
  await call(page, 'identify', { id: 'a' });
  await opens(page, visitor);
  await visitor.say('Only of A');
  await visitor.seesKept('Only of A');
  await page.reload();
  await visitor.launcher.waitFor();
  await call(page, 'identify', { id: 'a', name: 'Anna' });
  await opens(page, visitor);
  await visitor.sees('Only of A');

  // Whatever the document ever shows is written down.
  await page.addInitScript(() => {
    window.shown = '';
    if (location.pathname.startsWith('/widget'))
      new MutationObserver(() => (window.shown += document.body?.innerText ?? '')).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await visitor.launcher.waitFor();
  await call(page, 'identify', { id: 'b' });
  await opens(page, visitor);
  assert.equal(await call(page, 'get', 'state'), 'open', 'the click is not lost');
  assert.equal(await visitor.widgetFrame().evaluate(() => window.shown.includes('Only of A')), false);
  assert.equal(await isKept(page, ':identity'), 'b');
  await page.context().close();
});

test('who was nobody and is identified goes on with the conversation', async () => {
  const page = await newPerson(browser);
  const visitor = await visit(page);
  await opens(page, visitor);
  await visitor.say('Who am I?');
  await visitor.seesKept('Who am I?');
  await call(page, 'identify', { id: 'a' });
  await expectSoon(() => isKept(page, ':identity'), 'a', 'it is kept who that is');
  await visitor.sees('Who am I?');
  await page.context().close();
});

test('in the other tabs the one before is forgotten too, and they do not take turns', async () => {
  const page = await newPerson(browser);
  const second = await page.context().newPage();
  const [one, two] = [await visit(page), await visit(second)];
  for (const it of [page, second]) await call(it, 'identify', { id: 'a' });
  await opens(page, one);
  await one.say('Of A in two tabs');
  await one.seesKept('Of A in two tabs');
  await opens(second, two);
  await two.sees('Of A in two tabs');

  await call(page, 'identify', { id: 'b' });
  await expectSoon(() => shows(two, 'Of A in two tabs'), 0, 'the other tab shows nothing of A');
  await opens(page, one);
  await one.say('Of B');
  await one.seesKept('Of B');
  await opens(second, two);
  await two.sees('Of B');
  await one.sees('Of B');
  assert.equal(await isKept(page, ':identity'), 'b');
  await page.context().close();
});
