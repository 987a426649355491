// The widget by keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectFocus, expectSoon } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

const focused = (page) =>
  page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.getRootNode().host?.localName ?? active?.tagName;
  });

test('Tab reaches the launcher, Enter opens, focus is in the input, Escape closes, focus returns', async () => {
  const page = await newPerson(browser);
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  for (let presses = 0; presses < 60 && (await focused(page)) !== 'frontdesk-chat'; presses += 1) {
    await page.keyboard.press('Tab');
  }
  assert.equal(await focused(page), 'frontdesk-chat');
  await page.keyboard.press('Enter');
  await visitor.composer.waitFor();
  await expectFocus(visitor.composer, 'the input');
  await page.keyboard.type('Written by keyboard');
  await page.keyboard.press('Enter');
  await visitor.sees('Written by keyboard');
  await page.keyboard.press('Escape');
  await expectSoon(() => focused(page), 'frontdesk-chat', 'focus returns to the launcher');
  await expectSoon(() => visitor.launcher.getAttribute('aria-expanded'), 'false', 'the panel is closed');
  await page.keyboard.press('Enter');
  await visitor.sees('Written by keyboard');
});

test('who reads the messages by keyboard keeps the focus when one is said', async () => {
  const page = await newPerson(browser);
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await visitor.open();
  await visitor.say('The first');
  await visitor.sees('The first');
  const active = () => visitor.widgetFrame().evaluate(() => document.activeElement.id);
  for (let presses = 0; presses < 5 && (await active()) !== 'timeline'; presses += 1) await page.keyboard.press('Shift+Tab');
  assert.equal(await active(), 'timeline');
  await visitor.widgetFrame().evaluate(() => postMessage({ frontdesk: 1, type: 'send', value: 'The second' }, location.origin));
  await visitor.seesKept('The second');
  assert.equal(await active(), 'timeline');
});

test('an open menu stays open when a message is said', async () => {
  const page = await newPerson(browser);
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await visitor.open();
  await visitor.say('The first');
  await visitor.seesKept('The first');
  await visitor.frame.getByTestId('menu').click();
  const end = visitor.frame.getByTestId('end-conversation');
  await end.waitFor();
  await visitor.widgetFrame().evaluate(() => postMessage({ frontdesk: 1, type: 'send', value: 'The second' }, location.origin));
  await visitor.seesKept('The second');
  assert.equal(await end.isVisible(), true);
});

test('a draft survives closing the panel and reloading the page', async () => {
  const page = await newPerson(browser);
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await visitor.open();
  await visitor.composer.fill('Not sent yet');
  await page.keyboard.press('Escape');
  await visitor.open();
  assert.equal(await visitor.composer.inputValue(), 'Not sent yet');
  await page.reload();
  await visitor.launcher.waitFor();
  await visitor.open();
  await expectSoon(() => visitor.composer.inputValue(), 'Not sent yet', 'the draft is back');
});

test('what is typed in the middle of a text stays in the middle', async () => {
  const visitor = new Visitor(await newPerson(browser), server.url);
  await visitor.visit();
  await visitor.open();
  const { keyboard } = visitor.page;
  await keyboard.type('Good work');
  for (let it = 0; it < 5; it += 1) await keyboard.press('ArrowLeft');
  // Each letter is taken in before the next one comes.
  for (const letter of ' solid') {
    await keyboard.press(letter === ' ' ? 'Space' : letter);
    await visitor.composer.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
  await expectSoon(() => visitor.composer.inputValue(), 'Good solid work', 'the letters stand where they were typed');
  await visitor.page.context().close();
});
