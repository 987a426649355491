// What the page tells of its visitor reaches the agent: where the visitor is, and who, before and after the chat is opened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { hostPage, keepEvents } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const WIDE = { viewport: { width: 1440, height: 900 } };

const server = await during(startServer());
const browser = await during(startBrowser());

async function visit(path = '/host', fragment = '') {
  const page = await newPerson(browser);
  await page.addInitScript(keepEvents);
  await hostPage(page, server.url, path, '<script async src="/widget.js" data-site="demo"></script>');
  const visitor = new Visitor(page, server.url);
  await visitor.visit(path + fragment);
  return { page, visitor };
}

const call = (page, ...values) => page.evaluate((it) => window.frontdesk(...it), values);
const errors = (page) => page.evaluate(() => window.heard.filter((it) => it.startsWith('error=')));

async function agentWho(takes) {
  const agent = new Agent(await newPerson(browser, WIDE), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  await agent.takeNext(takes);
  return agent;
}

/** The facts beside the conversation, as `name: value`. */
async function facts(agent) {
  const all = await agent.page.locator('.about .fact').evaluateAll((list) =>
    list.map((it) => `${it.querySelector('dt').innerText}: ${it.querySelector('dd').innerText}`));
  return all.map((it) => it.replaceAll('\n', ' '));
}

const agentSees = (agent, fact) => expectSoon(async () => (await facts(agent)).find((it) => it === fact) ?? (await facts(agent)).join(), fact, `the agent sees "${fact}"`);

test('the agent sees page and title, and what the page told of the visitor before the chat was there', async () => {
  const { page, visitor } = await visit('/shop?sku=7', '#size');
  await page.evaluate(() => (document.title = 'Blue shoes'));
  await call(page, 'identify', { id: 'u-1', name: 'Vera Shopper', email: 'vera@shop.example' });
  await call(page, 'setAttributes', { plan: 'gold', orders: 3, isNew: false, gone: null });
  await call(page, 'addTags', ['vip', 'shoes'], 'vip');
  assert.equal(await page.locator('iframe').count(), 0, 'these calls load nothing');
  await visitor.open();
  await visitor.say('Do they come in 44?');
  await visitor.seesKept('Do they come in 44?');
  const agent = await agentWho('Do they come in 44?');
  for (const fact of [
    `Page: ${server.url}/shop?sku=7#size`, 'Title of the page: Blue shoes', 'E-mail: vera@shop.example', 'Customer ID: u-1',
    'Language: en', 'plan: gold', 'orders: 3', 'isNew: false', 'Tags: vip shoes',
  ])
    await agentSees(agent, fact);
  assert.equal((await facts(agent)).some((it) => it.startsWith('gone')), false);
  await agent.page.locator('.about').getByText('Vera Shopper').waitFor();
  await shot(agent.page, 'page-context');
  assert.deepEqual(await errors(page), []);
  await page.context().close();
  await agent.page.context().close();
});

test('while they talk the agent sees where the visitor goes, what the visitor does, and who it is by now', async () => {
  const { page, visitor } = await visit();
  await visitor.open();
  await visitor.say('Which size?');
  await visitor.seesKept('Which size?');
  const agent = await agentWho('Which size?');
  await agentSees(agent, `Page: ${server.url}/host`);
  await page.evaluate(() => {
    history.pushState({}, '', '/cart?step=1');
    // As single-page applications do, a while after.
    setTimeout(() => (document.title = 'Your cart'), 100);
  });
  await call(page, 'track', 'added to cart', { sku: 7 });
  await call(page, 'identify', { id: 'u-2', name: 'Vera Late' });
  await agentSees(agent, `Page: ${server.url}/cart?step=1`);
  await agentSees(agent, 'Title of the page: Your cart');
  await agentSees(agent, 'Customer ID: u-2');
  await agent.page.locator('.about').getByText('Vera Late').waitFor();
  const trail = (name) => agent.page.locator('.about .fact', { hasText: name }).locator('li');
  await expectSoon(() => trail('Pages before').count(), 1, 'the page before');
  assert.match(await trail('Pages before').innerText(), /\/host/);
  assert.match(await trail('Did on the website').innerText(), /added to cart\s*\{"sku":7\}/);
  await shot(agent.page, 'page-trail');
  await agent.say('Try 44.');
  await visitor.sees('Try 44.');
  assert.deepEqual(await errors(page), []);
  await page.context().close();
  await agent.page.context().close();
});

test('a wrong call is answered with what to do, and takes nothing along', async () => {
  const { page, visitor } = await visit();
  await call(page, 'identify', 'u-1');
  await call(page, 'identify', { user: 'u-1' });
  await call(page, 'setAttributes', { deep: { a: 1 } });
  await call(page, 'addTags', [7]);
  await call(page, 'track', '');
  await call(page, 'setAttributes', { long: 'x'.repeat(9_000) });
  await call(page, 'setAttributes', { short: 'enough' });
  await visitor.open();
  await visitor.say('Only what is right');
  await visitor.seesKept('Only what is right');
  assert.deepEqual(await errors(page), [
    'error=identify: it takes an object',
    'error=identify: no "user" as "u-1", but id, email, name, token as texts',
    'error=setAttributes: "deep" is a text, a number, true or false; null takes it back',
    'error=addTags: tags are texts, each by itself or in a list',
    'error=track: say by a text what the visitor did',
    'error=setAttributes: this is more than 8192 bytes with what was said before; say less',
  ]);
  const agent = await agentWho('Only what is right');
  await agentSees(agent, 'short: enough');
  const all = await facts(agent);
  assert.deepEqual(all.filter((it) => /^(deep|long|Tags|Customer ID)/.test(it)), []);
  await page.context().close();
  await agent.page.context().close();
});
