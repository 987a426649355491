// Once loaded, the chat opens without a network: it shows what was said, keeps what is written, and sends it later.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

/** The addresses that the visitor's browser keeps for the chat, without the origin. */
const keptFiles = (visitor) =>
  visitor.widgetFrame()?.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => url.slice(location.origin.length));
  });

const isReady = async (visitor) => (await keptFiles(visitor))?.some((it) => it.startsWith('/widget/?')) ?? false;

/** Takes the chat off the page and puts it there again, as a page of a website does that loads the next one. */
async function again(visitor) {
  await visitor.close();
  await visitor.page.evaluate(() => {
    window.frontdesk('destroy');
    window.frontdesk('boot', { site: 'demo' });
  });
}

test('invariant_11 a visitor without a network opens the chat, reads, writes, and is heard once there is one', async () => {
  const visitor = new Visitor(await newPerson(browser), server.url);
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  await visitor.visit();
  assert.deepEqual(await visitor.page.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => all.length)), 0);
  await visitor.open();
  await visitor.say('Is my order on its way?');
  await agent.takeNext('Is my order on its way?');
  await agent.say('It is, until Tuesday.');
  await visitor.sees('It is, until Tuesday.');
  await expectSoon(() => isReady(visitor), true, 'the chat is kept for later');

  await visitor.page.context().setOffline(true);
  await again(visitor);
  await visitor.open();
  await visitor.sees('Is my order on its way?');
  await visitor.sees('It is, until Tuesday.');
  await visitor.say('Thank you, I wait.');
  await visitor.sees('Thank you, I wait.');
  await visitor.stands('Thank you, I wait.', 'sending');
  await assertAccessible(visitor.widgetFrame(), 'without a network');
  await shot(visitor.page, 'offline');

  // Once more: what waits survives the document.
  await again(visitor);
  await visitor.open();
  await visitor.sees('Thank you, I wait.');
  await visitor.page.context().setOffline(false);
  await agent.sees('Thank you, I wait.');
  await visitor.seesKept('Thank you, I wait.');
});

test('a server that fails is as good as none, and the next build takes the place of what was kept', async () => {
  const visitor = new Visitor(await newPerson(browser), server.url);
  await visitor.visit();
  await visitor.open();
  await expectSoon(() => isReady(visitor), true, 'the chat is kept for later');
  const kept = await keptFiles(visitor);
  const programs = kept.filter((it) => it.endsWith('.wasm')).map((it) => it.replace(/^.*\/|-[0-9a-f]+\.wasm$/g, ''));
  assert.deepEqual(programs.sort(), ['widget', 'widget-later'], 'what is used rarely is not fetched for later');
  assert.equal(kept.filter((it) => it.startsWith('/desk') || it.startsWith('/ucwa')).length, 0, 'nothing of a visitor');
  await visitor.widgetFrame().evaluate(() => caches.open('frontdesk:older'));
  await visitor.widgetFrame().evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.unregister();
  });
  await visitor.visit();
  await visitor.open();
  const names = () => visitor.widgetFrame()?.evaluate(async () => (await caches.keys()).includes('frontdesk:older'));
  await expectSoon(names, false, 'the files of another build are gone');

  // Nobody answers at the address any more.
  await expectSoon(() => isReady(visitor), true, 'the chat is kept for later');
  await server.stop();
  await again(visitor);
  await visitor.open();
  await visitor.say('Anybody there?');
  await visitor.stands('Anybody there?', 'sending');
});
