// Files: an agent sends them by choice, paste and drop, both sides see them, and what went wrong can be tried again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { hand, picture } from '../lib/files.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const PDF = { name: 'Invoice 2026.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n%\u00e2\u00e3\n1 0 obj') };
const PAGE = { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') };

const server = await during(startServer());
const browser = await during(startBrowser());

/** An agent and a visitor in a conversation. */
async function chat(options = {}) {
  const visitor = new Visitor(await newPerson(browser), server.url);
  const agent = new Agent(await newPerson(browser, options), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  await visitor.visit();
  await visitor.open();
  await visitor.say('Here is what I mean.');
  await agent.takeNext('Here is what I mean.');
  await agent.sees('Here is what I mean.');
  return { visitor, agent, page: agent.page };
}

const files = (agent) => agent.messages.getByTestId('file');
const sees = (agent, count, what) => expectSoon(() => files(agent).count(), count, what);

test('an agent sends a picture and a PDF, the visitor gets them, and the visitor sends one back', async () => {
  const { visitor, agent, page } = await chat();
  const sent = await picture(page, 'sunset é.png');
  await page.getByTestId('file-input').setInputFiles([sent, PDF]);
  await sees(agent, 2, 'both are among the messages');
  const shown = files(agent).getByRole('img', { name: 'sunset é.png' });
  await expectSoon(() => shown.evaluate((it) => it.naturalWidth), 600, 'the picture is shown');
  assert.match(await files(agent).filter({ hasText: 'Invoice 2026.pdf' }).innerText(), /PDF/);
  await expectSoon(() => page.getByTestId('upload').count(), 0, 'nothing is on its way any more');
  await expectSoon(() => visitor.messages.filter({ hasText: /\/desk\/files\/|sunset|Invoice/ }).count(), 2, 'the visitor gets both');

  const url = await visitor.widgetFrame().evaluate(async (file) => {
    const ask = (path, init) => fetch(path, { method: 'POST', ...init }).then((it) => it.json());
    const { ticket } = JSON.parse(localStorage.getItem('frontdesk:demo:ticket'));
    const bytes = Uint8Array.from(atob(file), (it) => it.charCodeAt(0));
    return (await ask('/desk/visitor/files?name=mine.png', { body: bytes, headers: { Authorization: `Bearer ${ticket}` } })).url;
  }, sent.buffer.toString('base64'));
  await visitor.say(url);
  await expectSoon(() => files(agent).getByRole('img', { name: 'mine.png' }).count(), 1, 'the agent sees the visitor\u2019s picture');
  await expectSoon(() => page.locator('.row-last', { hasText: 'File: mine.png' }).count(), 1, 'the list names it');
  await assertAccessible(page, 'the console with files');
  await shot(page, 'attachments-console');
  await page.emulateMedia({ colorScheme: 'dark' });
  await assertAccessible(page, 'the console with files, dark');
  await shot(page, 'attachments-console-dark');
  await page.setViewportSize({ width: 390, height: 780 });
  await shot(page, 'attachments-console-390');
  await page.evaluate(() => { document.documentElement.dir = 'rtl'; });
  await shot(page, 'attachments-console-390-rtl');
  await agent.end();
  await visitor.ended.waitFor();
});

test('files are pasted and dropped, and what went wrong says why and is tried again', async () => {
  const { visitor, agent, page } = await chat();
  await hand(page.getByTestId('composer'), 'dragover', 'notes.txt');
  await page.locator('.composer.is-over').waitFor();
  await hand(page.getByTestId('composer'), 'drop', 'notes.txt');
  await sees(agent, 1, 'what was dropped is sent');
  await page.locator('.composer.is-over').waitFor({ state: 'hidden' });
  await hand(page.getByTestId('composer'), 'paste', 'pasted.txt');
  await sees(agent, 2, 'what was pasted is sent');

  await page.getByTestId('file-input').setInputFiles(PAGE);
  const upload = page.getByTestId('upload');
  await upload.getByRole('alert').filter({ hasText: 'into a ZIP' }).waitFor();
  await page.getByTestId('upload-cancel').click();
  await expectSoon(() => upload.count(), 0, 'it is given up');

  await page.route('**/desk/api/files*', (route) => route.abort());
  await page.getByTestId('file-input').setInputFiles(PDF);
  await upload.getByRole('alert').filter({ hasText: 'did not get through' }).waitFor();
  await assertAccessible(page, 'the console with a file that failed');
  await shot(page, 'attachments-failed');
  await page.unroute('**/desk/api/files*');
  // By the keyboard alone.
  await page.getByTestId('upload-again').focus();
  await page.keyboard.press('Enter');
  await sees(agent, 3, 'the second try arrives, once');
  await expectSoon(() => upload.count(), 0, 'and nothing is left');
  await agent.end();
  await visitor.ended.waitFor();
});
