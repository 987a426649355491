// A whole chat with pictures and a rating on pages that allow the least there is: nothing is violated, in page or frame.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { expectSoon } from '../lib/expect.js';
import { gatherViolations, hostPage } from '../lib/host-page.js';
import { picture } from '../lib/files.js';
import { ANN, startShop } from '../lib/shop.js';
import { Agent } from '../pages/agent.js';
import { Visitor } from '../pages/visitor.js';

const shop = await during(startShop({ site: 'rating = true' }));
const browser = await during(startBrowser());

/** A page of the shop's origin with this policy, whatever else it says of itself. */
async function strictVisitor(headers = {}) {
  const { origin } = new URL(shop.page);
  // A page that the test answers itself is no page of this machine to the browser, which then would ask.
  const page = await newPerson(browser, { permissions: ['local-network-access'] });
  const violations = await gatherViolations(page);
  const policy = `default-src 'none'; script-src ${shop.url}; frame-src ${shop.url}; require-trusted-types-for 'script'; trusted-types 'none'`;
  const tag = `<h1>Shop</h1><script async src="${shop.url}/widget.js" data-site="shop"></script>`;
  await hostPage(page, origin, '/strict-host', tag, { 'content-security-policy': policy, ...headers });
  const visitor = new Visitor(page, origin);
  await visitor.visit('/strict-host');
  return { page, visitor, violations };
}

/** At the end a request may be on its way to what is gone by then. */
const isStatus = (complaint) => /^\d{3} /.test(complaint);

/** A chat from its first word to the rating, with a picture each way. */
async function wholeChat(visitor) {
  const agent = new Agent(await newPerson(browser), shop.url);
  const part = (name) => visitor.frame.getByTestId(name);
  await agent.signIn(ANN.name, ANN.password);
  await agent.isOnline();
  await visitor.open();
  await visitor.say('From a strict page');
  await visitor.seesKept('From a strict page');
  await agent.takeNext('From a strict page');
  await agent.say('Well received.');
  await visitor.sees('Well received.');

  // Made on the agent's page: that of the visitor allows not even a canvas's data.
  await visitor.frame.getByRole('button', { name: 'Emoji and files' }).click();
  await part('attach').setInputFiles(await picture(agent.page, 'tent.png'));
  await expectSoon(() => agent.messages.getByRole('img', { name: 'tent.png' }).count(), 1, 'the agent sees the picture');
  await visitor.frame.getByRole('button', { name: 'Emoji and files' }).click();
  await part('tools').getByRole('button', { name: '👍' }).click();
  await visitor.composer.press('Enter');
  await agent.sees('👍');
  await agent.page.getByTestId('file-input').setInputFiles(await picture(agent.page, 'pegs.png'));
  for (const name of ['tent.png', 'pegs.png']) {
    const shown = visitor.messages.locator(`.rich a[href$="/${name}"]`);
    await expectSoon(() => shown.count(), 1, `the visitor has ${name}`);
  }

  await visitor.end();
  const rating = part('rating');
  await rating.getByLabel('Very good').check({ force: true });
  await rating.getByRole('button', { name: 'Send rating' }).click();
  await visitor.frame.getByText('Thank you for telling us.').waitFor();
  await agent.page.context().close();
}

test('a whole chat with pictures and a rating, where only script-src and frame-src of the chat are allowed, violates nothing', async () => {
  const { page, visitor, violations } = await strictVisitor();
  await wholeChat(visitor);
  assert.deepEqual(violations, []);
  assert.deepEqual(page.complaints.filter((it) => !isStatus(it)), []);
  await page.context().close();
});

test('a whole chat with pictures and a rating on an isolated page, COOP and COEP require-corp, violates nothing', async () => {
  const { page, visitor, violations } = await strictVisitor({
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-opener-policy': 'same-origin',
  });
  assert.equal(await page.evaluate(() => self.crossOriginIsolated), true);
  await wholeChat(visitor);
  assert.deepEqual(violations, []);
  assert.deepEqual(page.complaints.filter((it) => !isStatus(it)), []);
  await page.context().close();
});
