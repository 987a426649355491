// Meetings: an agent makes one in the console and hands its link on; visitors join it by name and talk with everybody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon, typeUntilSeen } from '../lib/expect.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Guest } from '../pages/guest.js';

/** A poll of an application that was deleted (row A46), an agent's way to a token (§3.8.1), and a link that is over. */
const EXPECTED = /^404 GET \S+\/psanon\/\S+\/events\?|^401 GET \S+\/autodiscover\/\S+$|^410 GET \S+\/meet\/\S+$/;

const server = await during(startServer());
const browser = await during(startBrowser());

/** Pictures in the looks people have, where somebody wants them. */
async function shots(page, name) {
  if (!process.env.FRONTDESK_SHOTS) return;
  for (const colorScheme of ['light', 'dark']) {
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await shot(page, `meeting-${name}-${colorScheme}-${width}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
}

function noComplaints(...people) {
  for (const { page } of people) assert.deepEqual(page.complaints.filter((it) => !EXPECTED.test(it)), []);
}

test('an agent makes a meeting, two visitors join by name, all three talk, one leaves, the agent ends', async () => {
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  const link = await agent.makeMeeting('Kitchen fitting on Tuesday');
  assert.ok(link.startsWith(`${server.url}/meet/`), 'the link leads to this server');
  await shots(agent.page, 'console-empty');
  await assertAccessible(agent.page, 'the console with a meeting');

  const vera = new Guest(await newPerson(browser), link);
  const omar = new Guest(await newPerson(browser), link);
  await vera.visit();
  await shots(vera.page, 'door');
  await assertAccessible(vera.page, 'the page that asks for a name');
  await vera.join('Vera Weiß');
  await omar.join('Omar');
  await vera.isIn();
  await omar.isIn();

  await agent.say('Welcome, both of you.');
  await vera.sees('Welcome, both of you.');
  await omar.sees('Welcome, both of you.');
  await vera.say('The plans are ready.');
  await agent.sees('The plans are ready.');
  await omar.sees('The plans are ready.');
  await typeUntilSeen(omar.composer, vera.typing);
  await omar.say('Then Tuesday it is.');
  await vera.sees('Then Tuesday it is.');
  await agent.sees('Then Tuesday it is.');
  assert.match(await omar.messages.filter({ hasText: 'The plans' }).innerText(), /Vera Weiß/);
  assert.match(await agent.messages.filter({ hasText: 'Then Tuesday' }).innerText(), /Omar/);
  await expectSoon(async () => /Vera Weiß/.test(await omar.people.innerText()), true, 'Omar sees who is there');
  const wanted = ['Welcome, both of you.', 'The plans are ready.', 'Then Tuesday it is.'];
  for (const person of [vera, omar, agent]) {
    const texts = await person.messages.allInnerTexts();
    const order = texts.map((it) => wanted.findIndex((text) => it.includes(text))).filter((at) => at >= 0);
    assert.deepEqual(order, [0, 1, 2], 'everybody sees the same messages in one order');
  }
  await shots(vera.page, 'visitor');
  await shots(agent.page, 'console');
  await assertAccessible(vera.page, 'the meeting of a visitor');
  await assertAccessible(agent.page, 'the console with a meeting that people talk in');

  await vera.page.reload();
  await vera.sees('Then Tuesday it is.');
  await vera.say('Still here after a reload.');
  await vera.seesKept('Still here after a reload.');
  await omar.sees('Still here after a reload.');

  await omar.end();
  await expectSoon(async () => /Omar/.test(await vera.people.innerText()), false, 'Omar has left');
  assert.equal(await omar.again.isVisible(), true, 'who left may come back');
  await agent.say('Omar had to go.');
  await vera.sees('Omar had to go.');
  assert.equal(await omar.messages.filter({ hasText: 'Omar had to go.' }).count(), 0, 'who left reads no more');

  await agent.end();
  await vera.ended.waitFor();
  await expectSoon(() => agent.mine.count(), 0, 'the agent has no open conversation left');
  assert.match(await vera.ended.innerText(), /The meeting is over\./);
  assert.equal(await vera.again.isVisible(), false, 'there is nothing to come back to');
  await shots(vera.page, 'ended');
  await assertAccessible(vera.page, 'a meeting that is over');
  await vera.visit();
  await vera.over.waitFor();
  await shots(vera.page, 'over');
  await assertAccessible(vera.page, 'the page of a link that is over');
  noComplaints(agent, vera, omar);
  for (const { page } of [agent, vera, omar]) await page.context().close();
});

test('who comes to a meeting with a lobby waits until the agent lets them in, or is sent away', async () => {
  const agent = new Agent(await newPerson(browser), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  const link = await agent.makeMeeting('A word in private', { lobby: true });
  const vera = new Guest(await newPerson(browser), link);
  const mallory = new Guest(await newPerson(browser), link);
  await vera.join('Vera');
  await vera.isInLobby();
  await mallory.join('Mallory');
  await mallory.isInLobby();
  await expectSoon(() => agent.waiting.count(), 2, 'the agent sees who waits');
  await shots(vera.page, 'lobby');
  await shots(agent.page, 'console-lobby');
  await assertAccessible(vera.page, 'the lobby of a visitor');
  await assertAccessible(agent.page, 'the console with people in the lobby');

  await agent.say('Not for everybody.');
  await agent.sees('Not for everybody.');
  await agent.answerLobby('Vera', 'admit');
  await agent.answerLobby('Mallory', 'reject');
  await mallory.ended.waitFor();
  assert.match(await mallory.ended.innerText(), /You were not let in\./);
  await shots(mallory.page, 'rejected');
  await vera.say('Thanks for letting me in.');
  await agent.sees('Thanks for letting me in.');
  await agent.say('Good to see you.');
  await vera.sees('Good to see you.');
  assert.equal(await mallory.messages.count(), 0, 'who was sent away has read nothing');
  await expectSoon(() => agent.waiting.count(), 0, 'nobody waits any more');
  await agent.end();
  await vera.ended.waitFor();
  noComplaints(agent, vera, mallory);
  for (const { page } of [agent, vera, mallory]) await page.context().close();
});
