// What a page may have beside its chat: a greeting by rules, and a notification of the desktop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { gatherViolations, hostPage } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const LOADER = '<script async src="/widget.js" data-site="demo"></script>';

const server = await during(startServer());
const browser = await during(startBrowser());

/** A page with a chat and this tag beside it, under a policy that allows nothing inline. */
async function visit(page, attributes, path = '/host') {
  const origin = server.url;
  const policy = `default-src 'none'; script-src ${origin}; frame-src ${origin}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const body = `<main><h1>Prices</h1></main>${LOADER}<script async src="/extras.js" ${attributes}></script>`;
  await hostPage(page, origin, path, body, { 'content-security-policy': policy });
  const visitor = new Visitor(page, origin);
  await visitor.visit(path);
  visitor.bubble = page.locator('frontdesk-greeting');
  return visitor;
}

const kept = (page) => page.evaluate(() => localStorage.length + sessionStorage.length);

test('a greeting comes by the page\'s rules, after its consent, opens the chat, and does not come again', async () => {
  const page = await newPerson(browser);
  const violations = await gatherViolations(page);
  const sent = [];
  page.on('request', (it) => sent.push(new URL(it.url()).pathname));
  const visitor = await visit(page, 'data-greeting="Questions about the price?" data-page="/pric*" data-after="1" data-consent');
  await page.evaluate(() => {
    window.dispatchEvent(new CustomEvent('frontdesk:consent'));
    window.frontdesk('on', 'ready', () => {});
  });
  await page.waitForFunction(() => performance.now() > 2500);
  assert.equal(await visitor.bubble.count(), 0, 'not on this page');
  await page.evaluate(() => history.pushState({}, '', '/prices'));
  await visitor.bubble.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY', 'it does not take the focus');
  assert.equal(await kept(page), 0, 'nothing is kept before the visitor acts');
  assert.deepEqual(sent.filter((it) => !/^\/(host|favicon.ico)$/.test(it)), ['/widget.js', '/extras.js'], 'and nothing asked');
  await assertAccessible(page.mainFrame(), 'the greeting');
  await shot(page, 'greeting-1280');
  await visitor.bubble.getByRole('button', { name: 'Questions about the price?' }).click();
  await visitor.composer.waitFor();
  assert.equal(await visitor.bubble.count(), 0);
  await visitor.close();
  await page.evaluate(() => history.pushState({}, '', '/pricing'));
  const later = await page.evaluate(() => performance.now());
  await page.waitForFunction((it) => performance.now() > it + 2500, later);
  assert.equal(await visitor.bubble.count(), 0, 'the chat was open');
  assert.deepEqual(violations, []);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('before the page has said so there is no greeting', async () => {
  const page = await newPerson(browser);
  const visitor = await visit(page, 'data-greeting="Hello?" data-consent');
  await page.waitForFunction(() => performance.now() > 2500);
  assert.equal(await visitor.bubble.count(), 0);
  assert.equal(await kept(page), 0);
  await page.evaluate(() => window.dispatchEvent(new CustomEvent('frontdesk:consent')));
  await visitor.bubble.waitFor();
  await page.context().close();
});

test('a greeting is closed by keys, gives the focus to the launcher, and stays away for the tab\'s session', async () => {
  for (const [name, dir, options] of [
    ['390-rtl-dark', 'rtl', { viewport: { width: 390, height: 700 }, colorScheme: 'dark' }],
    ['320-ltr', 'ltr', { viewport: { width: 320, height: 568 }, forcedColors: 'active' }],
  ]) {
    const page = await newPerson(browser, options);
    const visitor = await visit(page, 'data-greeting="Do you need help with anything that you see on this page?" data-close="Dismiss"');
    await page.evaluate((it) => { document.documentElement.dir = it; }, dir);
    await visitor.bubble.waitFor();
    await visitor.bubble.getByRole('button', { name: /Do you need help/ }).waitFor();
    await shot(page, `greeting-${name}`);
    const box = await visitor.bubble.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= options.viewport.width, `all of it is seen: ${JSON.stringify(box)}`);
    const close = visitor.bubble.getByRole('button', { name: 'Dismiss' });
    const target = await close.boundingBox();
    assert.ok(target.width >= 24 && target.height >= 24, 'it can be hit');
    await close.focus();
    await close.press('Escape');
    assert.equal(await visitor.bubble.count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'FRONTDESK-CHAT');
    await page.reload();
    await visitor.launcher.waitFor();
    await page.waitForFunction(() => performance.now() > 2500);
    assert.equal(await visitor.bubble.count(), 0, 'it was answered');
    await page.context().close();
  }
});

test('who wants it is told by one notification of the browser when an answer comes and no tab is seen', async () => {
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  const page = await newPerson(browser);
  const told = [];
  await page.context().exposeFunction('told', (it) => told.push(it));
  await page.context().addInitScript(() => {
    // A browser without a screen has neither a person who allows nor tabs that nobody sees.
    window.Notification = class {
      static permission = 'default';
      static async requestPermission() {
        return (window.Notification.permission = 'granted');
      }
      constructor(title, { tag }) {
        window.told(`${title} ${tag}`);
        window.last = this;
      }
      close() {}
    };
    window.hide = (it) => {
      Object.defineProperty(document, 'hidden', { value: it, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
  });
  const tag = 'data-notify="Tell me when you answer"';
  const one = await visit(page, tag);
  const two = await visit(await page.context().newPage(), tag);
  await one.open();
  await one.say('Is it open today?');
  await agent.takeNext('Is it open today?');
  await two.open();
  await two.sees('Is it open today?');
  await agent.say('Let me ask.');
  for (const it of [one, two]) await it.sees('Let me ask.');
  for (const it of [one, two]) {
    await it.close();
    await it.bubble.getByRole('button', { name: 'Tell me when you answer' }).click();
    assert.equal(await it.page.evaluate(() => Notification.permission), 'granted');
  }
  const counts = (text) => async () => {
    const labels = await Promise.all([one, two].map((it) => it.launcher.getAttribute('aria-label')));
    return labels.every((it) => it === text);
  };
  await one.page.evaluate(() => window.hide(true));
  await agent.say('Still asking.');
  await expectSoon(counts('Chat (1)'), true, 'it came');
  assert.deepEqual(told, [], 'one tab is seen');
  await two.page.evaluate(() => window.hide(true));
  await agent.say('It is a secret.');
  await expectSoon(counts('Chat (2)'), true, 'it came');
  await expectSoon(async () => told.join(), 'Chat (2) frontdesk:notify', 'one notification, of nobody\'s words');
  const who = (await one.page.evaluate(() => 'last' in window)) ? one : two;
  await who.page.evaluate(() => window.last.onclick());
  await who.composer.waitFor();
  await page.context().close();
  await agent.page.context().close();
});
