// The ways to put the chat on a page, and what the page can ask of it: docs/using/embedding.md, tried.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { gatherViolations, hostPage, keepEvents } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

const STUB = 'window.frontdesk = window.frontdesk || function () { (frontdesk.q = frontdesk.q || []).push(arguments) };';

const server = await during(startServer());
const browser = await during(startBrowser());

/** A visitor on a page of this body; `asked` has the paths that the page asked for besides its own. */
async function visit(body, { options, wait = true } = {}) {
  const page = await newPerson(browser, options);
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.addInitScript(keepEvents);
  await hostPage(page, server.url, '/host', body);
  const visitor = new Visitor(page, server.url);
  await page.goto(`${server.url}/host`);
  if (wait) await visitor.launcher.waitFor();
  const others = () => asked.filter((path) => path !== '/host' && path !== '/favicon.ico');
  return { page, visitor, others };
}

const call = (page, ...values) => page.evaluate((it) => window.frontdesk(...it), values);
const heard = (page) => page.evaluate(() => window.heard);
const tag = (attributes = 'data-site="demo"') => `<script async src="/widget.js" ${attributes}></script>`;
const script = (text) => `<script>${text}</script>`;

/** Invariant 10 for any way of embedding: nothing asked but the loader, nothing kept, no frame. */
async function assertUntouched(page, others) {
  await page.waitForLoadState('networkidle');
  assert.deepEqual(others(), ['/widget.js']);
  assert.equal(await page.locator('iframe').count(), 0);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
}

test('invariant_10 calls made before the script is there are kept, and cost nothing before somebody acts', async () => {
  const kept = `${STUB} frontdesk('boot', { site: 'demo', position: 'start' }); frontdesk('on', 'ready', () => window.heard.push('called back'));`;
  const { page, visitor, others } = await visit(script(kept) + tag(''));
  await assertUntouched(page, others);
  assert.deepEqual(await heard(page), ['ready', 'called back']);
  assert.ok((await visitor.launcher.boundingBox()).x < 100, 'it stands at the start');
  await visitor.open();
  assert.equal(await call(page, 'get', 'state'), 'open');
  await page.context().close();
});

test('a script that is there twice, or comes late, makes one chat', async () => {
  const { page, visitor } = await visit(tag() + tag());
  await page.evaluate(async () => {
    const late = Object.assign(document.createElement('script'), { src: '/widget.js' });
    late.dataset.site = 'demo';
    document.body.append(late);
    await new Promise((resolve) => (late.onload = resolve));
  });
  assert.equal(await page.locator('frontdesk-chat').count(), 1);
  await visitor.open();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('invariant_10 the element with `inline` fills its box and asks nothing before it is clicked', async () => {
  const box = '<div style="width:420px;height:560px"><frontdesk-chat site="demo" inline style="height:100%"></frontdesk-chat></div>';
  const { page, visitor, others } = await visit(box + tag(''));
  await assertUntouched(page, others);
  await visitor.open();
  await shot(page, 'inline');
  const frame = await page.locator('frontdesk-chat iframe').boundingBox();
  assert.deepEqual([frame.width, frame.height], [420, 560]);
  assert.equal(await visitor.launcher.isVisible(), false, 'it has no launcher once it is open');
  await visitor.frame.getByRole('button', { name: 'Close' }).click();
  await visitor.launcher.waitFor();
  await page.locator('frontdesk-chat').evaluate((it) => it.remove());
  assert.equal(await call(page, 'get', 'state'), 'none');
  await page.context().close();
});

test('the page opens, closes, hides and shows, and is told', async () => {
  const { page, visitor } = await visit(tag());
  await page.evaluate(() => {
    window.frontdesk('once', 'open', () => window.heard.push('once'));
    window.stop = window.frontdesk('on', 'close', () => window.heard.push('on'));
  });
  await call(page, 'open', { draft: 'About my order' });
  await visitor.composer.waitFor();
  await call(page, 'close');
  await page.evaluate(() => window.stop());
  await call(page, 'toggle');
  await call(page, 'toggle');
  // What the server says comes when it comes.
  const told = (await heard(page)).filter((it) => !/^(connection|availability|queue)/.test(it));
  assert.deepEqual(told, ['ready', 'open', 'once', 'close', 'on', 'open', 'close']);
  assert.equal(await call(page, 'get', 'state'), 'closed');
  await call(page, 'hide');
  assert.equal(await visitor.launcher.isVisible(), false);
  assert.equal(await call(page, 'get', 'state'), 'hidden');
  await call(page, 'show');
  assert.equal(await visitor.launcher.isVisible(), true);
  // The greeting, and on a slow machine more, may have come while it was closed.
  const unread = await call(page, 'get', 'unread');
  assert.ok(Number.isInteger(unread) && unread >= 0, `${unread} unread`);
  await page.context().close();
});

test('a name that does not exist is answered with those that do', async () => {
  const { page } = await visit(tag());
  await call(page, 'opne');
  await call(page, 'on', 'reedy', null);
  const errors = (await heard(page)).filter((it) => it.startsWith('error='));
  assert.match(errors[0], /no "opne", but boot, .*open, .*destroy/);
  assert.match(errors[1], /no "reedy", but [a-z:, ]*ready/);
  for (const name of ['open', 'connection', 'rating:submitted']) assert.ok(errors[1].includes(` ${name}`), name);
  assert.equal(page.complaints.length, 2, 'and on the console');
  await page.context().close();
});

test('look: attributes and custom properties, changed while it is there', async () => {
  const css = '<style>frontdesk-chat { --frontdesk-offset-y: 3rem; --frontdesk-color: rgb(1, 2, 3) }</style>';
  const { page, visitor } = await visit(css + tag('data-site="demo" data-offset-x="60" data-z-index="7" data-label="Ask us"'));
  const box = () => visitor.launcher.boundingBox();
  const { x, y } = await box();
  assert.deepEqual([1280 - x - 56, 800 - y - 56], [60, 48]);
  const style = (name) => visitor.launcher.evaluate((it, name) => getComputedStyle(it)[name], name);
  assert.equal(await style('backgroundColor'), 'rgb(1, 2, 3)');
  assert.equal(await style('color'), 'oklch(1 0 0)', 'light ink on a dark one, though it is the page\'s own');
  assert.equal(await page.locator('frontdesk-chat').evaluate((it) => getComputedStyle(it).zIndex), '7');
  assert.equal(await visitor.launcher.getAttribute('aria-label'), 'Ask us');
  await call(page, 'update', { color: '#ffdd00', position: 'start', offsetX: '5em', label: null });
  assert.equal(await style('backgroundColor'), 'rgb(255, 221, 0)');
  assert.equal(await style('color'), 'oklch(0.2 0 0)', 'dark ink on a light colour');
  assert.equal((await box()).x, 80);
  assert.equal(await visitor.launcher.getAttribute('aria-label'), 'Chat');
  await visitor.open();
  await shot(page, 'look');
  assert.match(visitor.widgetFrame().url(), /color=%23ffdd00/);
  await call(page, 'setTheme', 'dark');
  await call(page, 'setLocale', 'de');
  await expectSoon(async () => visitor.widgetFrame()?.url().includes('lang=de&theme=dark'), true, 'the document comes anew');
  await visitor.composer.waitFor();
  const scheme = () => visitor.widgetFrame().evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--bg').trim());
  await expectSoon(scheme, '#16191f', 'the document is dark');
  await page.context().close();
});

test('in a page that replaces its body the chat comes back; after destroy it can be booted again', async () => {
  const { page, visitor } = await visit(tag());
  await visitor.open();
  await page.evaluate(() => document.documentElement.replaceChild(document.createElement('body'), document.body));
  await visitor.composer.waitFor();
  assert.equal(await call(page, 'get', 'state'), 'open');
  await call(page, 'destroy');
  assert.equal(await page.locator('frontdesk-chat').count(), 0);
  await call(page, 'open');
  assert.match((await heard(page)).at(-1), /error="open" comes after "boot"/);
  await call(page, 'boot', { site: 'demo' });
  await visitor.open();
  await page.context().close();
});

test('where a page has a launcher, an inline element takes the chat and gives it back', async () => {
  const { page, visitor } = await visit(tag());
  await page.evaluate(() => {
    const inline = document.createElement('frontdesk-chat');
    inline.setAttribute('site', 'demo');
    inline.setAttribute('inline', '');
    document.body.prepend(inline);
  });
  assert.equal(await page.locator('frontdesk-chat button').count(), 1);
  assert.equal(await page.locator('frontdesk-chat[inline] button').count(), 1);
  await page.locator('frontdesk-chat[inline]').evaluate((it) => it.remove());
  await visitor.open();
  await page.context().close();
});

test('on a phone the chat covers the page, which stands still, and Back closes it', async () => {
  const options = { viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true };
  const { page, visitor } = await visit(`<div style="height:3000px">long</div>${tag()}`, { options });
  await page.evaluate(() => history.replaceState({ router: 'mine' }, ''));
  const url = page.url();
  await visitor.open();
  const { width, height } = await page.locator('frontdesk-chat iframe').boundingBox();
  assert.deepEqual([width, height], [390, 700]);
  await shot(page, 'phone');
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).overflow), 'hidden');
  assert.equal(await page.evaluate(() => history.state.router), 'mine', 'a router finds its own state');
  assert.equal(page.url(), url);

  await page.goBack();
  await expectSoon(() => call(page, 'get', 'state'), 'closed', 'Back closes the chat');
  assert.equal(page.url(), url, 'and stays on the page');
  assert.deepEqual(await page.evaluate(() => history.state), { router: 'mine' });
  assert.equal(await page.evaluate(() => document.documentElement.style.overflow), '');

  const entries = await page.evaluate(() => history.length);
  await visitor.open();
  await visitor.frame.getByRole('button', { name: 'Close' }).click();
  await expectSoon(() => page.evaluate(() => history.state.frontdesk ?? 'gone'), 'gone', 'the entry is gone with the chat');
  assert.equal(await page.evaluate(() => history.length), entries, 'none is left behind');
  await page.context().close();
});

test('the npm package loads the chat on a page that requires Trusted Types', async () => {
  const page = await newPerson(browser);
  const violations = await gatherViolations(page);
  const source = await readFile(new URL('../../../npm/frontdesk-widget/src/index.js', import.meta.url), 'utf8');
  await page.route(`${server.url}/frontdesk-widget.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: source }));
  const policy = "default-src 'none'; script-src 'self'; frame-src 'self'; require-trusted-types-for 'script'; trusted-types frontdesk-widget";
  const url = await hostPage(page, server.url, '/host', '<h1>Shop</h1>', { 'content-security-policy': policy });
  await page.goto(url);
  const heard = await page.evaluate(async () => {
    const { load } = await import('/frontdesk-widget.js');
    const [chat] = await Promise.all([load({ baseUrl: location.origin, site: 'demo' }), load({ baseUrl: location.origin })]);
    window.chat = chat;
    const heard = [];
    const stop = chat.on('open', () => heard.push('open'));
    chat.open();
    stop();
    chat.close();
    chat.open();
    return [...heard, chat.get('state'), document.querySelectorAll('script').length];
  });
  assert.deepEqual(heard, ['open', 'open', 1]);
  await new Visitor(page, server.url).composer.waitFor();
  await page.evaluate(() => window.chat.destroy());
  assert.equal(await page.locator('frontdesk-chat').count(), 0);
  assert.deepEqual(violations, []);
  await page.context().close();
});

test('a browser that cannot run the program shows where else to ask', async () => {
  const { page, visitor } = await visit(tag('data-site="demo" data-locale="de"'));
  await page.context().addInitScript(() => delete window.WebAssembly);
  await page.reload();
  await visitor.launcher.click();
  await visitor.frame.getByText('Dieser Chat braucht JavaScript').waitFor();
  const link = visitor.frame.getByRole('link', { name: 'help@demo.example' });
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), 'mailto:help@demo.example');
  await page.context().close();
});

test('a version of the loader is taken with its integrity, and nothing else is', async () => {
  const { version, url, integrity } = await (await fetch(`${server.url}/widget.json`)).json();
  assert.equal(url, `${server.url}/v/${version}/widget.js`);
  const pinned = (hash) => `<script async src="${url}" integrity="${hash}" crossorigin data-site="demo"></script>`;
  const { page, visitor } = await visit(pinned(integrity));
  await visitor.open();
  await page.context().close();
  const wrong = await visit(pinned(integrity.replace(/-...../, '-AAAAA')), { wait: false });
  await expectSoon(async () => wrong.page.complaints.some((it) => it.includes('integrity')), true, 'the browser refuses it');
  assert.equal(await wrong.page.locator('frontdesk-chat').count(), 0);
  await wrong.page.context().close();
});
