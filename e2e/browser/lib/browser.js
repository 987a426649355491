// One Chromium for a test file; every person in a journey gets a context of their own.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** How long a journey waits for something to appear, in ms; CI machines are slow and shared. */
export const WAIT_MS = 30_000;

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** A page of one person, with everything that went wrong in it gathered in `page.complaints`. */
export async function newPerson(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...options });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) page.complaints.push(`console: ${message.text()}`);
  });
  page.on('response', (answer) => {
    if (answer.status() >= 400) page.complaints.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`);
  });
  return page;
}

/** Keeps a screenshot where FRONTDESK_SHOTS names a folder; does nothing otherwise. */
export async function shot(page, name) {
  const folder = process.env.FRONTDESK_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
