// An agent's console in several tabs: one session, one event channel, and a sign-in that is renewed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const server = await during(startServer());
const browser = await during(startBrowser());

/** Watches the requests of all of a person's tabs: event polls in flight, who asked them, renewals. */
function watch(context) {
  const flying = new Map();
  const seen = { renewals: 0, pollers: new Set(), most: 0, polls: () => live().length };
  // The polls of a tab that is closed end with it, and nobody tells.
  const live = () => [...flying].filter(([, page]) => !page.isClosed());
  context.on('request', (request) => {
    if (/\/ucwa\/oauth\/\S+\/events\?/.test(request.url())) {
      const page = request.frame().page();
      flying.set(request, page);
      seen.pollers.add(page);
      seen.most = Math.max(seen.most, seen.polls());
    }
    if ((request.postData() ?? '').includes('grant_type=refresh_token')) seen.renewals += 1;
  });
  for (const over of ['requestfinished', 'requestfailed']) context.on(over, (request) => flying.delete(request));
  return seen;
}

async function openTab(context, url, name) {
  const tab = new Agent(await context.newPage(), url);
  await tab.page.goto(`${url}/console/`);
  if (name) await tab.isOnline();
  return tab;
}

/** Shows a conversation that is one's own. */
async function show(tab) {
  await tab.mine.first().click();
  await expectSoon(() => tab.composer.isEnabled(), true, 'the agent may write');
}

const door = (tab) => tab.page.getByTestId('signin-submit');

test('invariants 2, 3 and 4: an agent in four tabs has one session and one event channel, and survives the one that leads', async () => {
  const first = new Agent(await newPerson(browser), server.url);
  const context = first.page.context();
  const seen = watch(context);
  await first.signIn('alice@demo.example');
  await first.isOnline();
  const visitor = new Visitor(await newPerson(browser), server.url);
  await visitor.visit();
  await visitor.open();
  await visitor.say('Do you deliver on Sundays?');
  await first.takeNext('Do you deliver on Sundays?');
  await first.say('Yes, we do.');
  await visitor.sees('Yes, we do.');

  // A tab that comes is signed in, without a password.
  const others = [];
  while (others.length < 3) {
    const tab = await openTab(context, server.url, 'alice');
    await show(tab);
    await tab.sees('Do you deliver on Sundays?');
    await tab.sees('Yes, we do.');
    others.push(tab);
  }
  assert.deepEqual([...seen.pollers], [first.page], 'one tab asks for events');

  await others[2].say('Also at night.');
  await visitor.sees('Also at night.');
  await visitor.say('How late?');
  for (const tab of [first, ...others]) {
    await tab.sees('Also at night.');
    await tab.sees('How late?');
  }

  // What is typed in one tab stands in the others; a tab that was away does not bring back what is sent.
  await others[0].composer.fill('Until ten');
  await expectSoon(() => others[1].composer.inputValue(), 'Until ten', 'a draft is the conversation’s');
  await others[1].say('Until eleven.');
  await expectSoon(() => others[0].composer.inputValue(), '', 'a sent draft is gone everywhere');
  await visitor.sees('Until eleven.');

  // The tab that leads goes away, with a text just handed to it: another one goes on.
  await others[1].say('Shall I book it?');
  await first.page.close();
  await visitor.sees('Shall I book it?');
  await visitor.say('Yes, please.');
  for (const tab of others) {
    await tab.sees('Shall I book it?');
    await tab.sees('Yes, please.');
  }
  await expectSoon(async () => seen.polls(), 1, 'one event channel again');
  assert.equal(seen.pollers.size, 2, 'one other tab leads');
  assert.equal(seen.most, 1, 'never two event requests at a time');

  // A tab that is loaded anew is where it was.
  await others[0].page.reload();
  await others[0].isOnline();
  await others[0].sees('Yes, please.');

  await others[1].page.getByRole('button', { name: 'Sign out' }).first().click();
  for (const tab of others) await door(tab).waitFor();
  await expectSoon(async () => seen.polls(), 0, 'nobody asks for events any more');
  const late = await openTab(context, server.url);
  await door(late).waitFor();
  await context.close();
  await visitor.page.context().close();
});

test('a wrong password is refused also where another tab is signed in, and the right one joins it', async () => {
  const one = new Agent(await newPerson(browser), server.url);
  const context = one.page.context();
  const seen = watch(context);
  const two = await openTab(context, server.url);
  await door(two).waitFor();
  await one.signIn('bob@demo.example');
  await one.isOnline();

  await two.page.getByTestId('signin-name').fill('bob@demo.example');
  await two.page.getByTestId('signin-password').fill('wrong');
  await door(two).click();
  await two.page.getByTestId('signin-error').waitFor();
  assert.equal(await two.page.getByTestId('connection').count(), 0, 'it is still the door');
  await two.page.getByTestId('signin-password').fill('demo');
  await door(two).click();
  await two.isOnline();
  await one.isOnline();
  assert.deepEqual([...seen.pollers], [one.page], 'one tab asks for events');

  // Another agent in a tab of the same browser is somebody else.
  const three = await openTab(context, server.url);
  await three.isOnline();
  await three.page.getByRole('button', { name: 'Sign out' }).first().click();
  await door(one).waitFor();
  await three.signIn('alice@demo.example');
  await three.isOnline();
  await two.page.getByTestId('signin-name').fill('bob@demo.example');
  await two.page.getByTestId('signin-password').fill('demo');
  await door(two).click();
  await two.isOnline();
  await expectSoon(async () => seen.pollers.size, 3, 'two agents, two sessions');
  await context.close();
});

test('an agent answers on past the end of the token, which is renewed once for all tabs', async () => {
  const short = await startServer({ config: '[limits]\nagent_token_s = 4\n' });
  try {
    const one = new Agent(await newPerson(browser), short.url);
    const context = one.page.context();
    const seen = watch(context);
    await one.signIn('alice@demo.example');
    await one.isOnline();
    const two = await openTab(context, short.url, 'alice');
    const visitor = new Visitor(await newPerson(browser), short.url);
    await visitor.visit();
    await visitor.open();
    await visitor.say('Is somebody there?');
    await one.takeNext('Is somebody there?');
    await show(two);
    for (const lives of [2, 4]) {
      await expectSoon(async () => seen.renewals >= lives, true, `${lives} tokens later`);
      await one.say(`answer ${lives}`);
      await visitor.sees(`answer ${lives}`);
      await visitor.say(`question ${lives}`);
      for (const tab of [one, two]) {
        await tab.sees(`answer ${lives}`);
        await tab.sees(`question ${lives}`);
      }
    }
    assert.deepEqual([...seen.pollers], [one.page], 'one tab renews');
    // The one that renews goes away; the renewal goes on with the next.
    await one.page.close();
    const before = seen.renewals;
    await expectSoon(async () => seen.renewals >= before + 2, true, 'the other tab renews');
    await two.say('Still here.');
    await visitor.sees('Still here.');
    await two.isOnline();
    await context.close();
    await visitor.page.context().close();
  } finally {
    await short.stop();
  }
});

test('invariant 11: where nothing is renewed the password is asked for in place, and nothing typed is lost', async () => {
  const short = await startServer({ config: '[limits]\nagent_token_s = 20\nrenewal_s = 0\n' });
  try {
    const one = new Agent(await newPerson(browser), short.url);
    const context = one.page.context();
    await one.signIn('alice@demo.example');
    await one.isOnline();
    const visitor = new Visitor(await newPerson(browser), short.url);
    await visitor.visit();
    await visitor.open();
    await visitor.say('Is somebody there?');
    await one.takeNext('Is somebody there?');
    const two = await openTab(context, short.url, 'alice');
    await one.composer.fill('half an ans');
    const again = (tab) => tab.page.getByTestId('again-password');
    for (const tab of [one, two]) await again(tab).waitFor({ timeout: 60_000 });
    await one.sees('Is somebody there?');
    assert.equal(await one.composer.inputValue(), 'half an ans');
    await shot(one.page, 'sign-in-again');
    await visitor.say('Hello?');
    await again(two).fill('wrong');
    await two.page.getByTestId('again-submit').click();
    await two.page.getByTestId('signin-error').waitFor();
    await again(two).fill('demo');
    await two.page.getByTestId('again-submit').click();
    for (const tab of [one, two]) await tab.isOnline();
    await one.sees('Hello?');
    assert.equal(await one.composer.inputValue(), 'half an ans');
    await one.say('half an answer');
    await visitor.sees('half an answer');
    await context.close();
    await visitor.page.context().close();
  } finally {
    await short.stop();
  }
});
