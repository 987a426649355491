// Every state of widget and console in every look: WCAG 2.2 AA. What is found makes the report, docs/accessibility.md.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen } from '../lib/accessibility/announced.js';
import { ask, consoleStates } from '../lib/accessibility/console-states.js';
import { Judge } from '../lib/accessibility/judge.js';
import { report } from '../lib/accessibility/report.js';
import { ASKING, CLOSED, widgetStates } from '../lib/accessibility/widget-states.js';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { startMailServer } from '../lib/mail-server.js';
import { ANN, startShop } from '../lib/shop.js';
import { Agent } from '../pages/agent.js';

/** States of the widget and of the console; fewer were walked to where a walk broke off. */
const STATES = 30 + 12;

const findings = [];
const mail = await during(startMailServer());
const shop = await during(startShop({ site: ASKING, config: `[mail]\nsmtp_url = "${mail.url}"\nfrom = "help@shop.example"\n` }));
const closed = await during(startShop({ site: CLOSED }));
// Another one, whose agent has nothing to do yet.
const desk = await during(startShop({ site: ASKING }));
const browser = await during(startBrowser());

/** Ann at the shop's console. */
async function ann() {
  const agent = new Agent(await newPerson(browser), shop.url);
  await agent.signIn(ANN.name, ANN.password);
  await agent.isOnline();
  return agent;
}

for (const language of ['en', 'ar'])
  test(`every state of the widget is accessible in every look (${language})`, async () => {
    const agent = await ann();
    const judge = new Judge('widget', language);
    for await (const state of widgetStates({ browser, shop, closed, agent }, language)) await judge.judge(state);
    findings.push(...judge.findings);
    await agent.page.context().close();
    assert.deepEqual(judge.faults(), []);
  });

test('every state of the console is accessible in every look', async () => {
  const judge = new Judge('console', 'en');
  for await (const state of consoleStates({ browser, shop: desk })) await judge.judge(state);
  findings.push(...judge.findings);
  assert.deepEqual(judge.faults(), []);
});

test('each message that comes is announced exactly once, to the visitor and to the agent, and none again after a reload', async () => {
  const agent = await ann();
  const visitor = await ask({ browser, shop }, 'Is anybody there?');
  await agent.takeNext('Is anybody there?');
  let region = await listen(visitor.widgetFrame());
  const console = await listen(agent.page);
  const answers = ['I am here.', 'How can I help?', 'Take your time.'];
  for (const answer of answers) {
    await agent.say(answer);
    await visitor.sees(answer);
    await visitor.say(`You said: ${answer.slice(0, -1)}`);
    await agent.sees(`You said: ${answer.slice(0, -1)}`);
  }
  await agent.stands('Take your time.', 'read');
  for (const answer of answers) {
    await expectSoon(() => region.heard(answer), 1, `"${answer}" is announced once`);
    await expectSoon(() => console.heard(`You said: ${answer.slice(0, -1)}`), 1, 'and so is what the visitor says');
  }

  await visitor.page.reload();
  await visitor.launcher.waitFor();
  await visitor.open();
  region = await listen(visitor.widgetFrame());
  await visitor.sees('I am here.');
  await agent.say('Welcome back.');
  await expectSoon(() => region.heard('Welcome back.'), 1, 'what is new is announced once');
  for (const answer of answers) assert.equal(await region.heard(answer), 0, `"${answer}" is not announced again`);
  await visitor.end();
  for (const person of [visitor, agent]) await person.page.context().close();
});

test('the report tells what this run found', async () => {
  assert.equal(new Set(findings.map((it) => `${it.part} ${it.state}`)).size, STATES, 'every state was walked to');
  assert.deepEqual(await report(findings), []);
});
