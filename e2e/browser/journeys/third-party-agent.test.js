// A client that nobody of ours wrote answers a visitor: the Python agent of e2e/echo_agent, by the protocol alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { startEchoAgent } from '../lib/echo-agent.js';
import { expectSoon } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Visitor } from '../pages/visitor.js';

/** How long the agent shows that it types before it answers; the visitor has to get to see it. */
const TYPING_S = '1.5';
/** After this word the agent leaves. */
const FAREWELL = 'bye';

const server = await during(startServer());
const browser = await during(startBrowser());
const agent = await during(startEchoAgent(server.url, 'alice@demo.example', 'demo', ['--farewell', FAREWELL, '--pause', TYPING_S]));

/** Says it and waits for what comes back. */
async function echoed(visitor, text) {
  await visitor.say(text);
  await visitor.sees(`echo: ${text}`);
}

/** How often the agent's log says it. */
const logged = (what) => async () => agent.log().split(what).length - 1;

test('a visitor chats with a third-party agent, reloads, goes on and ends', async () => {
  const page = await newPerson(browser);
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await visitor.open();
  await expectSoon(logged(': connected'), 1, 'the agent has accepted and is connected');

  await visitor.say('Where is my order? +1 %20 ü <b>');
  await visitor.typing.first().waitFor();
  await visitor.sees('echo: Where is my order? +1 %20 ü <b>');
  await shot(page, 'journey-third-party-agent');

  const shown = await visitor.messages.count();
  await page.reload();
  await visitor.launcher.waitFor();
  await visitor.open();
  await expectSoon(() => visitor.messages.count(), shown, 'the conversation is there again, each message once');
  await echoed(visitor, 'I am back');

  await visitor.end();
  await expectSoon(logged(': ended, 2 echoed'), 1, 'the agent knows that it is over');
  await page.context().close();
});

test('the agent leaves, the visitor is told and waits, and the same agent accepts again', async () => {
  const page = await newPerson(browser);
  const visitor = new Visitor(page, server.url);
  await visitor.visit();
  await visitor.open();
  await expectSoon(logged(': connected'), 2, 'the agent has accepted a second invitation');
  await echoed(visitor, FAREWELL);
  await visitor.sees('You are back in the queue');
  await expectSoon(logged(': connected'), 3, 'the agent has accepted again');
  await echoed(visitor, 'Here you are again');
  await visitor.end();
  await page.context().close();
});

test('the agent signs out in good order, and all it said was good', async () => {
  assert.equal(await agent.stop(), 0, agent.log());
  assert.doesNotMatch(agent.log(), /WARNING|ERROR/);
});
