// What the widget costs the page that embeds it, before the visitor acts (invariant 10).
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

test('the tag works on a page that allows only script-src and frame-src of the chat origin', async () => {
  const page = await newPerson(browser);
  await page.route(`${server.url}/strict-host`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: {
        'content-security-policy': `default-src 'none'; script-src ${server.url}; frame-src ${server.url}; require-trusted-types-for 'script'`,
      },
      body: `<!doctype html><html lang="en"><title>Strict host</title><h1>Shop</h1><script async src="${server.url}/widget.js" data-site="demo"></script>`,
    }),
  );
  const violations = [];
  await page.exposeFunction('violated', (text) => violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (it) => window.violated?.(`${it.violatedDirective} ${it.blockedURI}`));
  });
  const visitor = new Visitor(page, server.url);
  await visitor.visit('/strict-host');
  await visitor.open();
  await visitor.say('From a strict page');
  await visitor.seesDelivered('From a strict page');
  await expectSoon(async () => violations.length, 0, `no violation, not ${violations}`);
});
