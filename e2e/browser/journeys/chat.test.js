// The whole path: a visitor on a customer's page, an agent in the console, both see it at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon, typeUntilSeen } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

/** An offer that nobody answers ends after 30 s; then the visitor is told. */
const TOLD_MS = 60_000;

const server = await during(startServer());
const browser = await during(startBrowser());

test('a visitor and an agent chat in both directions, the visitor reloads, the agent ends', async () => {
  const visitorPage = await newPerson(browser);
  const agentPage = await newPerson(browser);
  const visitor = new Visitor(visitorPage, server.url);
  const agent = new Agent(agentPage, server.url);

  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  await assertAccessible(agentPage, 'the console with an empty queue');

  await visitor.visit();
  await visitor.open();
  await expectSoon(async () => (await visitor.messages.count()) >= 1, true, 'the greeting comes');
  await visitor.say('Hello, where is my order?');
  await visitor.sees('Hello, where is my order?');
  await visitor.seesKept('Hello, where is my order?');
  await shot(visitorPage, 'journey-visitor-waiting');

  await agent.queue.first().waitFor();
  await shot(agentPage, 'journey-agent-queue');
  await agent.takeNext();
  await agent.sees('Hello, where is my order?');

  await typeUntilSeen(visitor.composer, agent.typing);
  await typeUntilSeen(agent.composer, visitor.typing);
  await agent.say('It leaves our house today.');
  await visitor.sees('It leaves our house today.');
  await visitor.say('Thank you!');
  await agent.sees('Thank you!');
  await shot(visitorPage, 'journey-visitor-chat');
  await shot(agentPage, 'journey-agent-chat');
  await assertAccessible(visitor.widgetFrame(), 'the open widget');
  await assertAccessible(agentPage, 'the console with a conversation');

  const before = await visitor.messages.count();
  await visitorPage.reload();
  await visitor.launcher.waitFor();
  await visitor.open();
  await expectSoon(() => visitor.messages.count(), before, 'the conversation is there again, each message once');
  await visitor.say('I am back after a reload.');
  await agent.sees('I am back after a reload.');
  await agent.say('Welcome back.');
  await visitor.sees('Welcome back.');

  await agent.end();
  await visitor.ended.waitFor();
  await expectSoon(() => agent.mine.count(), 0, 'the agent has no open conversation left');
  await shot(visitorPage, 'journey-visitor-ended');
  await assertAccessible(visitor.widgetFrame(), 'the widget after the end');

  // The widget deletes its application after the end; a poll that is parked then is answered 404 (row A46). An agent's
  // sign-in begins with the 401 that names the way to a token (§3.8.1).
  const expected = /^404 GET \S+\/psanon\/\S+\/events\?|^401 GET \S+\/autodiscover\/\S+$/;
  assert.deepEqual(visitorPage.complaints.filter((it) => !expected.test(it)), []);
  assert.deepEqual(agentPage.complaints.filter((it) => !expected.test(it)), []);
  await visitorPage.context().close();
  await agentPage.context().close();
});

test('a conversation nobody takes stays in the queue and the visitor is told', async () => {
  const visitor = new Visitor(await newPerson(browser), server.url);
  await visitor.visit();
  await visitor.open();
  await visitor.say('Is anybody there?');
  await visitor.sees('Is anybody there?');
  await visitor.sees('still in the queue', TOLD_MS);

  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('sip:bob@demo.example');
  await agent.takeNext('Is anybody there?');
  await agent.sees('Is anybody there?');
  await agent.say('Yes, I am.');
  await visitor.sees('Yes, I am.');
  await agent.end();
  await visitor.ended.waitFor();
});

test('a wrong password is refused in a sentence', async () => {
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example', 'wrong');
  const error = agent.page.getByTestId('signin-error');
  await error.waitFor();
  assert.match(await error.innerText(), /password/i);
});
