// What the widget costs the page that embeds it, before the visitor acts (invariant 10).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

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
