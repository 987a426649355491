// Nothing is stored and nothing is sent before the visitor's or the page's first act, whatever the page tells.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { hostPage } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

test('invariant_10 what the page tells is neither stored nor sent before the chat is opened, pointed at or not', async () => {
  const page = await newPerson(browser);
  const sent = [];
  page.on('request', (it) => sent.push(`${it.method()} ${new URL(it.url()).pathname}`));
  const greeting = '<script async src="/extras.js" data-greeting="Any questions?" data-notify="Tell me"></script>';
  await hostPage(page, server.url, '/host', `<script async src="/widget.js" data-site="demo"></script>${greeting}`);
  const visitor = new Visitor(page, server.url);
  await visitor.visit('/host');
  await page.locator('frontdesk-greeting').waitFor();
  await page.evaluate(() => {
    window.frontdesk('identify', { id: 'u-1', email: 'vera@shop.example' });
    window.frontdesk('setAttributes', { plan: 'gold' });
    window.frontdesk('addTags', 'vip');
    window.frontdesk('track', 'looked');
    history.pushState({}, '', '#next');
  });
  await page.waitForLoadState('networkidle');
  const own = () => sent.filter((it) => !/ \/(host|favicon\.ico)$/.test(it));
  assert.deepEqual(own().sort(), ['GET /extras.js', 'GET /widget.js']);
  const stored = async () => {
    const here = await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length);
    return here + (await page.context().cookies()).length;
  };
  assert.equal(await stored(), 0);

  // To point at it brings the document, which keeps still.
  await visitor.launcher.hover();
  await visitor.composer.waitFor({ state: 'attached' });
  await page.evaluate(() => {
    window.frontdesk('track', 'looked again');
    history.pushState({}, '', '#third');
  });
  await page.waitForLoadState('networkidle');
  assert.deepEqual(own().filter((it) => !/^GET \/(widget|extras|assets)\b/.test(it)), [], 'files only');
  assert.equal(await stored(), 0);

  await visitor.open();
  await expectSoon(async () => own().filter((it) => it === 'POST /desk/visitor/ticket').length, 1, 'the first act asks for the ticket, once');
  const kept = () => page.evaluate(() => Object.keys(localStorage).sort());
  await expectSoon(async () => (await kept()).join(), 'frontdesk:demo,frontdesk:demo:identity,frontdesk:demo:ticket', 'and it is kept who that is');
  await page.reload();
  await visitor.open();
  await visitor.say('Again');
  await visitor.seesKept('Again');
  assert.equal(own().filter((it) => it === 'POST /desk/visitor/ticket').length, 1, 'a ticket that is good is used');
  await page.context().close();
});
