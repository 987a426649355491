// A page that puts the chat on and takes it off a thousand times is as it was: no listener, timer or node is left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPerson, startBrowser } from '../lib/browser.js';
import { during } from '../lib/during.js';
import { hostPage } from '../lib/host-page.js';
import { startServer } from '../lib/server.js';

/** Cycles in all, and every how many of them the chat is opened, which loads its document. */
const CYCLES = 1_000;
const OPENED_EVERY = 50;
/** What a browser keeps of its own, such as for the function that the test runs. */
const SLACK = 8;

const server = await during(startServer());
const browser = await during(startBrowser());

/** Puts the chat on and takes it off so many times; every `openedEvery`th is opened and waited for. */
async function cycle({ count, openedEvery }) {
  for (let round = 1; round <= count; round += 1) {
    window.frontdesk('boot', { site: 'demo' });
    window.frontdesk('on', 'unread', () => {});
    if (round % openedEvery === 0) {
      const { shadowRoot } = document.querySelector('frontdesk-chat');
      const ready = new Promise((resolve) => addEventListener('message', resolve, { once: true }));
      window.frontdesk('open');
      await ready;
      if (!shadowRoot.querySelector('iframe')) throw new Error('it did not open');
    }
    window.frontdesk('destroy');
  }
}

test('1,000 times on and off the page leave no listener, timer or node', async () => {
  const page = await newPerson(browser);
  // What is set and not cleared; an interval is a timer too.
  await page.addInitScript(() => {
    window.timers = new Set();
    for (const kind of ['Timeout', 'Interval']) {
      const [set, clear] = [window[`set${kind}`], window[`clear${kind}`]];
      window[`set${kind}`] = (...values) => (window.timers.add(kind), set(...values));
      window[`clear${kind}`] = clear;
    }
  });
  const url = await hostPage(page, server.url, '/host', '<h1>Shop</h1><script async src="/widget.js"></script>');
  await page.goto(url);
  await page.waitForFunction(() => customElements.get('frontdesk-chat'));
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Performance.enable');
  const count = async () => {
    await protocol.send('HeapProfiler.collectGarbage');
    await protocol.send('HeapProfiler.collectGarbage');
    const { metrics } = await protocol.send('Performance.getMetrics');
    const of = (name) => metrics.find((it) => it.name === name).value;
    return { listeners: of('JSEventListeners'), nodes: of('Nodes'), documents: of('Documents'), frames: of('Frames') };
  };

  // The first ones warm what is made once.
  await page.evaluate(cycle, { count: 20, openedEvery: 10 });
  const before = await count();
  await page.evaluate(cycle, { count: CYCLES, openedEvery: OPENED_EVERY });
  const after = await count();

  for (const name of ['listeners', 'nodes', 'documents', 'frames'])
    assert.ok(after[name] - before[name] <= SLACK, `${name}: ${before[name]} before, ${after[name]} after ${CYCLES} cycles`);
  assert.equal(await page.locator('frontdesk-chat').count(), 0);
  assert.equal(await page.evaluate(() => window.timers.size), 0, 'the page had no timer to begin with');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
