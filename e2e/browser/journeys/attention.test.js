// What calls a visitor back who looks elsewhere: the count before the page's title, and a sound, once for the browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { hostPage } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const TABS = 20;

const server = await during(startServer());
const browser = await during(startBrowser());

/** A visitor's browser that counts what sounds in all of its tabs, in `heard.sounds`. */
async function listener() {
  const page = await newPerson(browser);
  const heard = { sounds: 0 };
  await page.context().exposeFunction('sounded', () => { heard.sounds += 1; });
  await page.context().addInitScript(() => {
    window.AudioContext = class extends window.AudioContext {
      constructor() {
        super();
        window.sounded();
      }
    };
  });
  return { page, heard };
}

async function agentOnline() {
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  return agent;
}

/** Somebody has done something in the chat's document: only then may it sound. */
const touch = (visitor) => visitor.composer.click();
const title = (page) => page.title();

test('the count of what is unread stands before the page\'s title, whatever the page makes of that', async () => {
  const agent = await agentOnline();
  const { page } = await listener();
  await hostPage(page, server.url, '/host', '<script async src="/widget.js" data-site="demo"></script>');
  const visitor = new Visitor(page, server.url);
  await visitor.visit('/host');
  await visitor.open();
  await visitor.say('Is it in stock?');
  await agent.takeNext('Is it in stock?');
  await visitor.close();
  await agent.say('Let me look.');
  await expectSoon(() => title(page), '(1)\u00a0Host', 'one');
  await page.evaluate(() => { document.title = 'Cart'; });
  await expectSoon(() => title(page), '(1)\u00a0Cart', 'the page\'s own change stays');
  await page.evaluate(() => { document.querySelector('title').firstChild.data = 'Cart, 2 things'; });
  await expectSoon(() => title(page), '(1)\u00a0Cart, 2 things', 'however it is made');
  await agent.say('It is.');
  await expectSoon(() => title(page), '(2)\u00a0Cart, 2 things', 'two');
  await visitor.open();
  await expectSoon(() => title(page), 'Cart, 2 things', 'read');
  await visitor.close();
  await agent.say('Anything else?');
  await expectSoon(() => title(page), '(1)\u00a0Cart, 2 things', 'again');
  await page.evaluate(() => window.frontdesk('destroy'));
  await expectSoon(() => title(page), 'Cart, 2 things', 'nothing is left when the chat goes');
  await page.context().close();
  await agent.page.context().close();
});

test('twenty tabs, one event channel, one sound, and none while one of them is looked at', async () => {
  const agent = await agentOnline();
  const { page, heard } = await listener();
  const polls = new Set();
  const tabs = [];
  while (tabs.length < TABS) {
    const next = tabs.length ? await page.context().newPage() : page;
    next.on('request', (it) => /\/psanon\/\S+\/events\?/.test(it.url()) && polls.add(next));
    const tab = new Visitor(next, server.url);
    await tab.visit();
    await tab.open();
    if (!tabs.length) {
      await tab.say('Who is there?');
      await agent.takeNext('Who is there?');
    }
    await tab.sees('Who is there?');
    await touch(tab);
    tabs.push(tab);
  }
  await agent.say('We all are.');
  for (const tab of tabs) await tab.sees('We all are.');
  assert.equal(heard.sounds, 0, 'who looks needs no sound');

  for (const tab of tabs) await tab.close();
  await agent.say('Can you hear me?');
  const label = (tab) => tab.launcher.getAttribute('aria-label');
  for (const tab of tabs) await expectSoon(async () => /\(1\)/.test(await label(tab)), true, 'every tab has the message');
  await expectSoon(async () => heard.sounds, 1, 'one sound');
  assert.equal(polls.size, 1, 'one event channel');

  const sounding = () => tabs[0].widgetFrame().evaluate(async () => (await navigator.locks.query()).held.filter((it) => /:sounding$/.test(it.name)).length);
  await expectSoon(sounding, 0, 'the next one may come');

  // One that looks is enough for all.
  await tabs[7].open();
  await agent.say('Now you look.');
  await tabs[7].sees('Now you look.');
  for (const tab of tabs.slice(0, 7)) await expectSoon(async () => /\(1\)/.test(await label(tab)), true, 'it came');
  assert.equal(heard.sounds, 1);
  await page.context().close();
  await agent.page.context().close();
});

test('a visitor turns the sound off in the menu, and it stays off until the visitor is forgotten', async () => {
  const agent = await agentOnline();
  const { page, heard } = await listener();
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await visitor.open();
  await visitor.say('Hush, please');
  await agent.takeNext('Hush, please');
  const turn = visitor.frame.getByTestId('sound');
  await visitor.frame.getByTestId('menu').click();
  await expectSoon(() => turn.getAttribute('aria-pressed'), 'true', 'it is on');
  await turn.focus();
  await turn.press('Space');
  assert.equal(await turn.getAttribute('aria-pressed'), 'false');
  await shot(page, 'menu-sound-off');
  await turn.press('Escape');
  await visitor.close();
  await agent.say('As you wish.');
  await expectSoon(() => visitor.launcher.getAttribute('aria-label'), 'Chat (1)', 'it came');

  await page.reload();
  await visitor.open();
  await visitor.frame.getByTestId('menu').click();
  await expectSoon(() => turn.getAttribute('aria-pressed'), 'false', 'it is kept');
  await turn.click();
  await turn.press('Escape');
  await visitor.close();
  await agent.say('And now?');
  await expectSoon(async () => heard.sounds, 1, 'only now');
  await page.evaluate(() => window.frontdesk('logout'));
  await expectSoon(() => page.evaluate(() => Object.keys(localStorage).length), 0, 'nothing is kept');
  await page.context().close();
  await agent.page.context().close();
});
