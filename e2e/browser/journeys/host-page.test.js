// What the widget costs the page that embeds it, before the visitor acts (invariant 10).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { gatherViolations, hostPage } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
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

test('invariant_10 before the visitor acts there is one request, no iframe, no storage, no layout shift', async () => {
  const page = await newPerson(browser);
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await page.waitForLoadState('networkidle');
  assert.deepEqual(asked.filter((path) => !path.startsWith('/demo/') && path !== '/favicon.ico'), ['/widget.js']);
  assert.equal(await page.locator('iframe').count(), 0);
  const stored = await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length);
  assert.equal(stored, 0);
  assert.equal((await page.context().cookies()).length, 0);
  const shift = await page.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((it) => (sum += it.value))).observe({
          type: 'layout-shift',
          buffered: true,
        });
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
      }),
  );
  assert.equal(shift, 0);
});

test('invariant_7 the widget opens only in pages of the origins its site lists', async () => {
  const answer = await fetch(`${server.url}/widget/?site=demo`);
  assert.equal(answer.status, 200);
  const policy = answer.headers.get('content-security-policy');
  assert.match(policy, /frame-ancestors [^;]*http:\/\/(127\.0\.0\.1|localhost)/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|frame-ancestors[^;]*\*(;|$)/);
  assert.equal((await fetch(`${server.url}/widget/?site=nobody`)).status, 404);
});

/** A page that allows the least there is, isolated or not, on another origin than the chat's. */
async function strictVisitor(headers = {}) {
  // One of the demonstration's origins; nobody has to listen there.
  const origin = 'http://127.0.0.1:8081';
  // A page that the test answers itself is no page of this machine to the browser, which then would ask.
  const page = await newPerson(browser, { permissions: ['local-network-access'] });
  const violations = await gatherViolations(page);
  const policy = `default-src 'none'; script-src ${server.url}; frame-src ${server.url}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const tag = `<h1>Shop</h1><script async src="${server.url}/widget.js" data-site="demo"></script>`;
  await hostPage(page, origin, '/strict-host', tag, { 'content-security-policy': policy, ...headers });
  const visitor = new Visitor(page, origin);
  await visitor.visit('/strict-host');
  return { page, visitor, violations };
}

/** A chat from its first word to its end. */
async function wholeChat(page, visitor) {
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  await visitor.open();
  await visitor.say('From a strict page');
  await visitor.seesKept('From a strict page');
  await agent.takeNext('From a strict page');
  await agent.say('Well received.');
  await visitor.sees('Well received.');
  await visitor.say('Thank you.');
  await agent.sees('Thank you.');
  await visitor.end();
  await agent.page.context().close();
}

test('a whole chat on a page that allows only script-src and frame-src of the chat origin violates nothing', async () => {
  const { page, visitor, violations } = await strictVisitor();
  await wholeChat(page, visitor);
  assert.deepEqual(violations, []);
  await page.context().close();
});

test('a whole chat on an isolated page, COOP and COEP require-corp, violates nothing', async () => {
  const { page, visitor, violations } = await strictVisitor({
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-opener-policy': 'same-origin',
  });
  assert.equal(await page.evaluate(() => self.crossOriginIsolated), true);
  await wholeChat(page, visitor);
  assert.deepEqual(violations, []);
  await page.context().close();
});
