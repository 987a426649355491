// The client's part of the widget's program comes after what is seen (docs/adr/0005), and may be slow or fail.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

/** A visitor whose requests for the later part go through `answer`; `asked()` counts them. */
async function visitor(answer) {
  const page = await newPerson(browser);
  let asked = 0;
  await page.context().route(/\/widget-later-[^/]+\.wasm$/, (route) => answer(route, (asked += 1)));
  const person = new Visitor(page, server.url);
  await person.visit();
  return { person, asked: async () => asked };
}

test('invariant 11: what is sent before the client is here stays a draft, and goes once the client is', async () => {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const { person, asked } = await visitor(async (route, number) => {
    if (number === 1) return route.abort();
    await released;
    return route.continue();
  });
  await person.open();
  await person.say('Are you there?');
  await expectSoon(asked, 2, 'what did not come is asked for again');
  await person.composer.press('Enter');
  assert.equal(await person.composer.inputValue(), 'Are you there?', 'it is still in the field');
  const kept = () => person.widgetFrame().evaluate(() => Object.keys(localStorage).filter((it) => it.endsWith(':draft')).map((it) => localStorage[it]));
  assert.deepEqual(await kept(), ['Are you there?'], 'a reload would not lose it');
  release();
  await person.seesKept('Are you there?');
  assert.equal(await person.messages.filter({ hasText: 'Are you there?' }).count(), 1, 'once');
  assert.equal(await person.composer.inputValue(), '');
  assert.deepEqual(await kept(), []);
  await person.page.context().close();
});

test('who comes back sees what was said as soon as the client is here', async () => {
  let isThere = true;
  const { person, asked } = await visitor((route) => (isThere ? route.continue() : route.abort()));
  await person.open();
  await person.say('I shall be back');
  await person.seesKept('I shall be back');
  // Its own copy would be used again.
  await person.widgetFrame().evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    for (const it of await navigator.serviceWorker.getRegistrations()) await it.unregister();
  });
  const session = await person.page.context().newCDPSession(person.page);
  await session.send('Network.clearBrowserCache');
  isThere = false;
  const before = await asked();
  await person.visit();
  await person.launcher.click();
  await expectSoon(async () => (await asked()) > before + 1, true, 'it is asked for again and again');
  assert.equal(await person.messages.count(), 0);
  isThere = true;
  await person.sees('I shall be back');
  await person.page.context().close();
});

test('invariant 11: where a newer build has taken the place of the document it comes anew, and what was written stays', async () => {
  let written;
  const isWritten = new Promise((resolve) => (written = resolve));
  const { person } = await visitor(async (route, number) => {
    if (number > 1) return route.continue();
    await isWritten;
    return route.fulfill({ status: 404 });
  });
  await person.open();
  await expectSoon(() => person.composer.getAttribute('id'), 'field', 'the program is there');
  await person.composer.fill('From before');
  const anew = person.page.waitForEvent('framenavigated');
  written();
  await anew;
  await expectSoon(() => person.composer.inputValue(), 'From before', 'it is there again');
  await person.composer.press('Enter');
  await person.seesKept('From before');
  await person.page.context().close();
});

test('invariant 11: after a reload one writes and sends while links are read again', async () => {
  const { person } = await visitor((route) => route.continue());
  await person.open();
  await person.say('Before');
  await person.seesKept('Before');
  let release;
  const released = new Promise((resolve) => (release = resolve));
  let held = 0;
  await person.page.context().route(/\/conversations\/[^/]+\/messaging$/, async (route) => {
    held += 1;
    await released;
    return route.continue();
  });
  await person.visit();
  await person.open();
  await person.sees('Before');
  await expectSoon(async () => held, 1, 'the link to send by is being asked for');
  assert.equal(await person.composer.isEditable(), true, 'what is not known yet is no refusal');
  await person.say('And after');
  await person.sees('And after');
  release();
  await person.seesKept('And after');
  await person.page.context().close();
});
