// Several tabs of one browser on one site: one conversation, one event channel.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

/** As many tabs as one opens in a lifetime: more than a browser has connections to one server. */
const TABS = 20;

const server = await during(startServer());
const browser = await during(startBrowser());

/** Counts the polls that a page has in flight. */
function watchPolls(page) {
  page.polls = 0;
  page.pollsAsked = 0;
  const isPoll = (request) => /\/psanon\/\S+\/events\?/.test(request.url());
  const over = (request) => { if (isPoll(request)) page.polls -= 1; };
  page.on('request', (request) => {
    if (isPoll(request)) { page.polls += 1; page.pollsAsked += 1; }
  });
  page.on('requestfinished', over);
  page.on('requestfailed', over);
}

test('invariants 2, 3 and 4: twenty tabs share one conversation and one event channel, and survive the one that leads', async () => {
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();

  const first = new Visitor(await newPerson(browser), server.url);
  watchPolls(first.page);
  await first.visit();
  await first.open();
  await first.say('Do you deliver on Sundays?');
  await agent.takeNext('Do you deliver on Sundays?');
  await agent.say('Yes, we do.');
  await first.sees('Yes, we do.');

  const tabs = [first];
  while (tabs.length < TABS) {
    const tab = new Visitor(await first.page.context().newPage(), server.url);
    watchPolls(tab.page);
    await tab.visit();
    await tab.open();
    await tab.sees('Do you deliver on Sundays?');
    await tab.sees('Yes, we do.');
    tabs.push(tab);
  }
  const others = tabs.slice(1);
  assert.deepEqual(others.map((it) => it.page.pollsAsked), others.map(() => 0), 'one event channel');

  const last = tabs.at(-1);
  await last.say('And at night?');
  await agent.sees('And at night?');
  await agent.say('Until ten.');
  for (const tab of tabs) {
    await tab.sees('And at night?');
    await tab.sees('Until ten.');
  }

  // The tab that leads goes away: another one goes on, and nothing is lost or there twice.
  await first.page.close();
  await agent.say('Shall I book it?');
  for (const tab of others) await tab.sees('Shall I book it?');
  await last.say('Yes, please.');
  await agent.sees('Yes, please.');
  for (const tab of others) await tab.sees('Yes, please.');
  const polls = async () => others.reduce((sum, it) => sum + it.page.polls, 0);
  await expectSoon(polls, 1, 'one event channel again');
  const leads = others.filter((it) => it.page.pollsAsked > 0);
  assert.equal(leads.length, 1, 'one tab leads');

  await agent.end();
  for (const tab of others) await tab.ended.waitFor();
  await first.page.context().close();
});

test('what one tab has shown is not unread in another', async () => {
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  const one = new Visitor(await newPerson(browser), server.url);
  await one.visit();
  await one.open();
  await one.say('Is somebody there?');
  const two = new Visitor(await one.page.context().newPage(), server.url);
  await two.visit();
  await two.open();
  await two.sees('Is somebody there?');
  for (const tab of [one, two]) await tab.launcher.click();
  await agent.takeNext('Is somebody there?');
  await agent.say('Now I am.');
  const label = (tab) => tab.launcher.getAttribute('aria-label');
  for (const tab of [one, two]) {
    await expectSoon(async () => /\(1\)/.test(await label(tab)), true, 'the launcher says so');
  }
  await one.open();
  await one.sees('Now I am.');
  await expectSoon(async () => /\(1\)/.test(await label(two)), false, 'read in one tab is read in all');
  await one.page.context().close();
});
