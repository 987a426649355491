// Before the widget's program is here: one sees the head, the greeting and the field, and writes (widget/loader/first.js).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { hostPage } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

/** A visitor whose program does not come before `release()`. */
async function early(options = {}) {
  const page = await newPerson(browser, options);
  let release;
  const released = new Promise((resolve) => (release = resolve));
  let failures = 0;
  await page.context().route(/\/assets\/widget-[0-9a-f]{16}\.wasm$/, async (route) => {
    await released;
    return (failures -= 1) >= 0 ? route.abort() : route.continue();
  });
  const tag = `<script async src="${server.url}/widget.js" data-site="demo" data-locale="${options.locale ?? 'en'}"></script>`;
  const visitor = new Visitor(page, await hostPage(page, server.url, '/shop', `<h1>Shop</h1>${tag}`));
  await visitor.visit('');
  await visitor.open();
  return {
    visitor,
    frame: visitor.widgetFrame(),
    release: (aborted = 0) => {
      failures = aborted;
      release();
    },
  };
}

const isThere = (frame) => frame.evaluate(() => document.getElementById('field') !== null);

/** Where what both frames show is, in whole pixels, with its words. */
const looks = (frame) => frame.evaluate(() => {
  const seen = ['.brand', 'h1', '.header p', '.is-more', '.header > .icon-button:last-of-type', '.status', '.composer', 'textarea', '.send'];
  return seen.map((name) => {
    const it = document.querySelector(`.chat ${name}`);
    const { x, y, width, height } = it.getBoundingClientRect();
    return [name, ...[x, y, width, height].map(Math.round), it.closest('.header') && it.textContent, it.placeholder].join(' ');
  });
});

for (const [locale, colorScheme] of [['en', 'light'], ['ar', 'dark']]) {
  test(`the first frame stands where the program's does, and is as accessible (${locale}, ${colorScheme})`, async () => {
    const { visitor, frame, release } = await early({ locale, colorScheme });
    await assertAccessible(frame, 'the first frame');
    assert.equal(await isThere(frame), false, 'the program is not there');
    await shot(visitor.page, `first-frame-${locale}-${colorScheme}`);
    const before = await looks(frame);
    release();
    await expectSoon(() => isThere(frame), true, 'the program takes over');
    assert.deepEqual(await looks(frame), before, 'nothing has moved');
    await shot(visitor.page, `first-frame-${locale}-${colorScheme}-program`);
    await visitor.page.context().close();
  });
}

test('invariant 11: what was written before the program came goes on in its field, with the cursor where it was', async () => {
  const { visitor, frame, release } = await early();
  await expectSoon(() => frame.evaluate(() => document.activeElement.localName), 'textarea', 'the field has the focus');
  await visitor.page.keyboard.type('Hello worl');
  await visitor.page.keyboard.press('ArrowLeft');
  release(1);
  await expectSoon(() => isThere(frame), true, 'the program takes over, though it failed once');
  await visitor.page.keyboard.type('_');
  await expectSoon(() => visitor.composer.inputValue(), 'Hello wor_l', 'one types on');
  assert.equal(await visitor.messages.filter({ hasText: 'Hello' }).count(), 0, 'and nothing was sent');
  await visitor.page.context().close();
});

test('invariant 11: no letter is lost that is typed while the program takes over', async () => {
  const { visitor, frame, release } = await early();
  const text = 'The quick brown fox jumps over the lazy dog and the sleeping cat.';
  const typing = visitor.page.keyboard.type(text, { delay: 8 });
  await expectSoon(async () => (await visitor.composer.inputValue()).length > 5, true, 'the first letters are there');
  release();
  await typing;
  await expectSoon(() => isThere(frame), true, 'the program takes over');
  await expectSoon(() => visitor.composer.inputValue(), text, 'every letter is there');
  await visitor.page.context().close();
});

test('what is opened and closed before it is there stays closed, and the page keeps the focus', async () => {
  const page = await newPerson(browser);
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await page.evaluate(() => ['open', 'close'].forEach((it) => window.frontdesk(it)));
  await page.locator('frontdesk-chat .ready').waitFor({ state: 'attached' });
  const frame = visitor.widgetFrame();
  await expectSoon(() => isThere(frame), true, 'the program is there');
  assert.equal(await frame.evaluate(() => document.hasFocus()), false);
  assert.equal(await page.evaluate(() => document.activeElement.localName), 'body');
  assert.equal(await page.evaluate(() => window.frontdesk('get', 'state')), 'closed');
  await page.context().close();
});

test('what was sent before the program came is sent once, by it', async () => {
  const { visitor, frame, release } = await early();
  await visitor.say('Quick as I am');
  await visitor.composer.press('Enter');
  assert.equal(await visitor.composer.inputValue(), 'Quick as I am', 'it stays where it was written');
  release();
  await expectSoon(() => isThere(frame), true, 'the program takes over');
  await visitor.seesKept('Quick as I am');
  assert.equal(await visitor.messages.filter({ hasText: 'Quick as I am' }).count(), 1);
  assert.equal(await visitor.composer.inputValue(), '');
  await visitor.page.context().close();
});

test('a word that an input method is making is made to its end', async () => {
  const { visitor, frame, release } = await early();
  const session = await visitor.page.context().newCDPSession(visitor.page);
  await visitor.composer.focus();
  await session.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
  await expectSoon(() => visitor.composer.inputValue(), 'にほ', 'it is being made');
  release();
  await expectSoon(() => isThere(frame), true, 'the program is there');
  assert.equal(await frame.evaluate(() => document.activeElement.id), '', 'and waits');
  await session.send('Input.insertText', { text: '日本' });
  await expectSoon(() => frame.evaluate(() => document.activeElement.id), 'field', 'then it takes over');
  assert.equal(await frame.evaluate(() => document.activeElement.value), '日本');
  await visitor.page.context().close();
});

test('one closes the first frame by Escape and by its button', async () => {
  const { visitor } = await early();
  await visitor.composer.press('Escape');
  await visitor.composer.waitFor({ state: 'hidden' });
  await visitor.open();
  await visitor.frame.getByRole('button', { name: 'Close chat' }).click();
  await visitor.composer.waitFor({ state: 'hidden' });
  await visitor.page.context().close();
});
