// The widget by keyboard alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { expectSoon } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

let server, browser;
before(async () => {
  server = await startServer();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

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
  const inComposer = () => visitor.composer.evaluate((it) => it === document.activeElement && document.hasFocus());
  await expectSoon(inComposer, true, 'focus moves into the input');
  await page.keyboard.type('Written by keyboard');
  await page.keyboard.press('Enter');
  await visitor.sees('Written by keyboard');
  await page.keyboard.press('Escape');
  await expectSoon(() => focused(page), 'frontdesk-chat', 'focus returns to the launcher');
  await expectSoon(() => visitor.launcher.getAttribute('aria-expanded'), 'false', 'the panel is closed');
  await page.keyboard.press('Enter');
  await visitor.sees('Written by keyboard');
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
