// A page on another origin, and no CORS: an agent signs in and chats through the classic relay (protocol.md §3.8.1).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { startPageServer } from '../lib/page-server.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

const listed = await during(startPageServer());
const unlisted = await during(startPageServer());
const server = await during(startServer({ config: `ucwa_origins = ["${listed.url}"]\n` }));
const browser = await during(startBrowser());

const crm = (page, more) => `${page.url}/crm.html?${new URLSearchParams({ server: server.url, ...more })}`;

test('a page on a listed origin signs in, discovers and chats through the relay', async () => {
  const page = await newPerson(browser);
  const asked = [];
  page.on('request', (request) => asked.push([request.frame(), request.url()]));
  await page.goto(crm(listed, { user: 'alice@demo.example', password: 'demo' }));
  const status = page.getByTestId('status');
  await expectSoon(() => status.innerText(), 'reachable', 'the agent is signed in');

  const visitorPage = await newPerson(browser);
  const visitor = new Visitor(visitorPage, server.url);
  await visitor.visit();
  await visitor.open();
  await expectSoon(() => status.innerText(), 'in a conversation', 'the agent has accepted');
  await visitor.say('Is 1 + 1 > 1 % true? ü');
  const messages = page.getByTestId('messages').getByRole('listitem');
  await expectSoon(() => messages.filter({ hasText: 'Is 1 + 1 > 1 % true? ü' }).count(), 1, 'the page shows it once');
  await page.getByTestId('composer').fill('Yes, it is.');
  await page.getByTestId('composer').press('Enter');
  await visitor.sees('Yes, it is.');

  const direct = asked.filter(([frame, url]) => frame === page.mainFrame() && url.startsWith(server.url));
  assert.deepEqual(direct, [], 'the page itself asks the platform nothing');
  for (const url of ['/desk/api/queue', '/healthz', `${listed.url}/crm.html`, '/ucwa/../desk/api/queue', '/UCWA%2f..%2fdesk']) {
    assert.equal(await page.evaluate((it) => window.askRelay(it), url), 403, `the relay does not reach ${url}`);
  }
  assert.deepEqual(await page.context().cookies(), [], 'nobody sets a cookie');
  await visitor.end();
  await visitorPage.context().close();
  await page.context().close();
});

test('invariant_7_a_page_on_another_origin_gets_no_relay', async () => {
  const page = await newPerson(browser);
  const refused = page.waitForResponse((it) => it.url().includes('/xframe/'));
  await page.goto(crm(unlisted));
  const answer = await refused;
  assert.equal(answer.status(), 403);
  assert.match(answer.headers()['x-ms-diagnostics'], /origin/);

  // A page that does not say who it is gets the document, and the browser does not show it.
  const blocked = page.waitForEvent('console', (it) => /frame-ancestors/.test(it.text()));
  await page.goto(crm(unlisted, { policy: 'no-referrer' }));
  await blocked;
  await page.context().close();
});
