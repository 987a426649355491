// What a visitor left while nobody was there stands in the console until an agent has seen to it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';

const server = await during(startServer());
const browser = await during(startBrowser());

const post = (path, body, ticket) => fetch(`${server.url}/desk/visitor/${path}`, {
  method: 'POST',
  headers: { 'content-type': 'application/json', ...(ticket && { authorization: `Bearer ${ticket}` }) },
  body: JSON.stringify(body),
});

const shapes = [['light', 1280], ['dark', 1280], ['light', 390], ['dark', 390]];

test('a message that was left is in every console until one agent marks it as done', async () => {
  const { ticket } = await (await post('ticket', { site: 'demo' })).json();
  const leave = async (name, text, fields) => {
    const email = `${name.toLowerCase()}@shop.example`;
    assert.equal((await post('messages', { name, email, text, fields }, ticket)).status, 201);
  };
  await leave('Vera', 'Please call me about my order.\nAfter five, if you can.', { Order: '4711' });
  const alice = new Agent(await newPerson(browser), server.url);
  await alice.signIn('alice@demo.example');
  await alice.isOnline();
  const bob = new Agent(await newPerson(browser), server.url);
  await bob.signIn('bob@demo.example');
  await bob.isOnline();
  const left = (agent) => agent.page.getByTestId('left-item');
  await expectSoon(() => left(alice).count(), 1, 'it is listed');
  await leave('Walt', 'Do you ship to Norway?');
  await expectSoon(() => left(bob).count(), 2, 'a new one comes by itself');
  assert.equal(await left(bob).first().getByRole('link').getAttribute('href'), 'mailto:vera@shop.example');
  for (const [colorScheme, width] of shapes) {
    await bob.page.emulateMedia({ colorScheme });
    await bob.page.setViewportSize({ width, height: 800 });
    await assertAccessible(bob.page, `messages left, ${colorScheme}, ${width}`);
    await shot(bob.page, `messages-left-${colorScheme}-${width}`);
  }
  const done = bob.page.getByRole('button', { name: 'Done: message from Vera' });
  await done.focus();
  await bob.page.keyboard.press('Enter');
  for (const agent of [bob, alice]) {
    await expectSoon(() => left(agent).count(), 1, 'it is done for everybody');
    assert.match(await left(agent).first().textContent(), /Norway/);
  }
});
