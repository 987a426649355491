// What agents and bots write with markup: lists, links, cards with pictures, answers to choose from; never HTML (WID-16).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/axe.js';
import { newPerson, shot, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { picture } from '../lib/files.js';
import { startServer } from '../lib/server.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const STEPS = `Sorry to hear that. **Please try** this:
1. Open the *zip bag*
2. Pull \`tab B\`
3. Wait

> It does not open at all
Then write to us, [here is how](https://shop.example/repair).
<img src=x onerror=alert(1)> [no](javascript:alert(1))`;

const server = await during(startServer());
const browser = await during(startBrowser());

async function chat(options) {
  const visitor = new Visitor(await newPerson(browser, options), server.url);
  const agent = new Agent(await newPerson(browser, options), server.url);
  await agent.signIn('alice@demo.example');
  await agent.isOnline();
  await visitor.visit();
  await visitor.open();
  await visitor.say('My tent does not open, *what* now?');
  await agent.takeNext('My tent');
  return { visitor, agent };
}

/** A picture that the agent has sent, by its address. */
async function sentPicture(agent, visitor) {
  const file = await picture(agent.page, 'tent.png', [480, 320]);
  await agent.page.getByTestId('file-input').setInputFiles(file);
  const shown = visitor.frame.getByRole('img', { name: 'tent.png' });
  await expectSoon(() => shown.first().evaluate((it) => it.naturalWidth), 480, 'the visitor sees the picture');
  return visitor.frame.getByTestId('file').first().getAttribute('href');
}

for (const [scheme, width] of [['light', 1280], ['dark', 390]]) {
  test(`what agents write is shown as they mean it, and an answer is chosen by one press (${scheme})`, async () => {
    const { visitor, agent } = await chat({ colorScheme: scheme, viewport: { width, height: 800 } });
    await agent.say(STEPS);
    const { frame } = visitor;
    await expectSoon(() => frame.locator('.rich li').allInnerTexts().then(String), 'Open the zip bag,Pull tab B,Wait', 'the list');
    assert.equal(await frame.locator('.rich strong').innerText(), 'Please try');
    assert.equal(await frame.locator('.rich blockquote').innerText(), 'It does not open at all');
    const link = frame.getByRole('link', { name: 'here is how' });
    assert.equal(await link.getAttribute('href'), 'https://shop.example/repair');
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
    assert.match(await frame.locator('.rich').innerText(), /<img src=x onerror=alert\(1\)> \[no\]\(javascript:alert\(1\)\)/);
    assert.equal(await visitor.messages.filter({ hasText: '*what*' }).count(), 1, 'visitors write as people do');

    const picture = await sentPicture(agent, visitor);
    await agent.say(`Or take another one:\n# Tent for two\n${picture}\nDry in **any** weather.\n[See it](https://shop.example/tent)\n[[I will repair it]] [[Send me the new one]]`);
    const card = frame.locator('.rich-card');
    await card.getByRole('link', { name: 'See it' }).waitFor();
    await expectSoon(() => card.getByRole('img').evaluate((it) => it.naturalWidth), 480, 'the card has its picture');
    const answer = frame.getByRole('button', { name: 'Send me the new one' });
    await answer.scrollIntoViewIfNeeded();
    await assertAccessible(visitor.widgetFrame(), `markup, ${scheme}`);
    await shot(visitor.page, `rich-${scheme}-${width}`);

    await answer.focus();
    await answer.press('Enter');
    const chosen = agent.page.locator('[data-author=visitor]', { hasText: 'Send me the new one' });
    await expectSoon(() => chosen.count(), 1, 'the agent is told');
    await expectSoon(() => answer.count(), 0, 'nothing can be chosen twice');
    assert.equal(await visitor.widgetFrame().evaluate(() => document.activeElement.id), 'timeline');
    await assertAccessible(agent.page, `markup in the console, ${scheme}`);
    await shot(agent.page, `rich-console-${scheme}-${width}`);
    assert.equal(await agent.page.locator('.bubble li').count(), 3);
    assert.deepEqual(visitor.page.complaints, []);
    // The first question of the protocol is answered by how to sign in.
    assert.deepEqual(agent.page.complaints.filter((it) => !it.startsWith('401 GET')), []);
  });
}

test('while the parts cannot come the text is read, and it becomes more once they can', async () => {
  // A service worker's own requests go by the routes of a page.
  const { visitor, agent } = await chat({ serviceWorkers: 'block' });
  const context = visitor.page.context();
  let failed = 0;
  await context.route('**/assets/parts-*.js*', (route) => {
    failed += 1;
    return route.abort();
  });
  await agent.say('**Important**: bring the bag.');
  await visitor.sees('**Important**: bring the bag.');
  await expectSoon(async () => failed, 2, 'the script is asked for again, though it failed');
  await context.unroute('**/assets/parts-*.js*');
  await expectSoon(() => visitor.frame.locator('.rich strong').allInnerTexts().then(String), 'Important', 'the markup is shown');
});

test('an answer keeps its place when another message comes between', async () => {
  const { visitor, agent } = await chat();
  await visitor.page.context().setOffline(true);
  await visitor.say('Still there?');
  await visitor.page.context().setOffline(false);
  await agent.say('- one\n- two');
  await visitor.seesKept('Still there?');
  await expectSoon(() => visitor.frame.locator('.rich li').allInnerTexts().then(String), 'one,two', 'the list');
  const texts = await visitor.frame.locator('article').evaluateAll((all) => all.map((it) => it.querySelector('.bubble:not([hidden])').innerText));
  assert.equal(texts.filter((it) => it === 'Still there?').length, 1);
  assert.equal(texts.filter((it) => /one\s+two/.test(it)).length, 1);
});
