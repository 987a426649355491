// What the chat costs the page that embeds it, in Chromium at a quarter of the machine's speed, against the same page
// without it, and against the page with a script that does nothing: less than that no script can cost. Counts and bytes have budgets and fail; times are of one machine, so they are shown beside the bare page's.
//
//   cargo xtask bench
import { writeFile } from 'node:fs/promises';
import { newPerson, startBrowser } from '../../e2e/browser/lib/browser.js';
import { hostPage } from '../../e2e/browser/lib/host-page.js';
import { startServer } from '../../e2e/browser/lib/server.js';
import { keepFocusTime, keepLongTasks, keepMemory, keepShift } from './probes.js';

const ROUNDS = 7;
const CPU_SLOWDOWN = 4;
/** 1.6 Mbit/s with 150 ms there and back. */
const SLOW_NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
/** Before anybody acts. */
const BUDGETS = { requests: 1, bytes: 3_072, iframes: 0, stored: 0, layoutShift: 0 };

const TAG = '<script async src="CHAT/widget.js" data-site="demo"></script>';
const NOTHING = '<script async src="CHAT/nothing.js"></script>';
const PAGE = '<h1>Shop</h1><p>Tents, packs and boots.</p>';

const server = await startServer();
const browser = await startBrowser();
// Another host than the chat's, so that its frame has a process of its own and the page's figures are the page's.
const HOST = server.url.replace('127.0.0.1', 'localhost');

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const round = (value, digits = 1) => Number(value.toFixed(digits));

/** A page of this body with a slow processor, visited; `asked` are the answers besides its own. */
async function open(body, { url = HOST, network } = {}) {
  const page = await newPerson(browser, { permissions: ['local-network-access'] });
  const asked = [];
  page.on('response', (it) => asked.push(it));
  for (const probe of [keepShift, keepLongTasks, keepFocusTime, keepMemory]) await page.addInitScript(probe);
  const address = await hostPage(page, url, '/host', body);
  await page.route('**/nothing.js', (it) => it.fulfill({ contentType: 'text/javascript', body: '' }));
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Performance.enable', { timeDomain: 'threadTicks' });
  await protocol.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  if (network) {
    await protocol.send('Network.enable');
    await protocol.send('Network.emulateNetworkConditions', network);
  }
  await page.goto(address);
  await page.waitForLoadState('networkidle');
  const metrics = async ({ isTidy = false } = {}) => {
    if (isTidy) await protocol.send('HeapProfiler.collectGarbage');
    const { metrics } = await protocol.send('Performance.getMetrics');
    const of = (name) => metrics.find((it) => it.name === name).value;
    return { scriptMs: of('ScriptDuration') * 1000, taskMs: of('TaskDuration') * 1000, heapBytes: of('JSHeapUsedSize') };
  };
  // Before the test puts anything of its own into the page.
  const rest = await metrics();
  const launcher = page.locator('frontdesk-chat button');
  const others = () => asked.filter((it) => !/\/(host|favicon\.ico)$/.test(new URL(it.url()).pathname));
  return { page, launcher, metrics, rest, others, protocol };
}

/** What the page is like before anybody acts. */
async function atRest(body) {
  const { page, rest, metrics, others } = await open(body);
  const { heapBytes } = await metrics({ isTidy: true });
  const sizes = await Promise.all(others().map(async (it) => Number((await it.allHeaders())['content-length'] ?? (await it.body()).length)));
  const seen = {
    ...rest,
    heapBytes,
    requests: sizes.length,
    bytes: sizes.reduce((sum, it) => sum + it, 0),
    iframes: await page.locator('iframe').count(),
    stored: await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length),
    layoutShift: await page.evaluate(() => window.shift),
    longTasks: await page.evaluate(() => window.longTasks),
    longestMs: await page.evaluate(() => window.longest),
  };
  await page.context().close();
  return seen;
}

/** From the click until the visitor can type, on the chat's own host; and what is in memory then. */
async function untilTyping({ network, isWarm }) {
  const { page, launcher } = await open(TAG.replace('CHAT', server.url), { url: server.url, network });
  if (isWarm) {
    // To point at the launcher is enough.
    await launcher.hover();
    await page.frameLocator('iframe').getByTestId('composer').waitFor({ state: 'attached' });
  }
  await page.evaluate(() => addEventListener('click', () => (window.clickedAt = performance.timeOrigin + performance.now()), { capture: true, once: true }));
  await launcher.click();
  const frame = await (await page.waitForSelector('frontdesk-chat iframe')).contentFrame();
  const focusedAt = await (await frame.waitForFunction(() => window.focusedAt)).jsonValue();
  const ms = focusedAt - (await page.evaluate(() => window.clickedAt));
  const wasmBytes = await frame.evaluate(() => window.wasmMemory?.buffer.byteLength ?? 0);
  await page.context().close();
  return { ms, wasmBytes };
}

/** Well inside the launcher, which stands 20 px from the corner and is 56 px wide. */
const LAUNCHER_PX = 50;

/**
 * What opening costs the page itself; the frame is another process. Nothing of the test's runs in the page meanwhile: a locator
 * would bring a megabyte of its own, and its time.
 */
async function opening() {
  const { page, metrics, protocol } = await open(PAGE + TAG.replace('CHAT', server.url));
  const { width, height } = page.viewportSize();
  const before = await metrics({ isTidy: true });
  await page.evaluate(() => ([window.longTasksBefore, window.longest] = [window.longTasks, 0]));
  const at = { x: width - LAUNCHER_PX, y: height - LAUNCHER_PX, button: 'left', clickCount: 1 };
  for (const type of ['mousePressed', 'mouseReleased']) await protocol.send('Input.dispatchMouseEvent', { type, ...at });
  const frame = page.frames()[1] ?? (await page.waitForEvent('frameattached'));
  await frame.waitForFunction(() => window.focusedAt);
  const after = await metrics();
  const tidy = await metrics({ isTidy: true });
  const inner = await page.context().newCDPSession(frame);
  await inner.send('Performance.enable');
  await inner.send('HeapProfiler.collectGarbage');
  const frameHeapBytes = (await inner.send('Performance.getMetrics')).metrics.find((it) => it.name === 'JSHeapUsedSize').value;
  const [longTasks, longestMs] = await page.evaluate(() => [window.longTasks - window.longTasksBefore, window.longest]);
  await page.context().close();
  const more = (name) => after[name] - before[name];
  return { scriptMs: more('scriptMs'), taskMs: more('taskMs'), heapBytes: tidy.heapBytes, heapMoreBytes: tidy.heapBytes - before.heapBytes, frameHeapBytes, longTasks, longestMs };
}

async function rounds(work) {
  const all = [];
  for (let n = 0; n < ROUNDS; n += 1) all.push(await work());
  return Object.fromEntries(Object.keys(all[0]).map((name) => [name, median(all.map((it) => it[name]))]));
}

try {
  await atRest(PAGE + TAG.replace('CHAT', server.url)); // Warms the browser.
  const [bare, script, chat] = [[], [], []];
  for (let n = 0; n < ROUNDS; n += 1) {
    bare.push(await atRest(PAGE));
    script.push(await atRest(PAGE + NOTHING.replace('CHAT', server.url)));
    chat.push(await atRest(PAGE + TAG.replace('CHAT', server.url)));
  }
  const of = (all, name) => median(all.map((it) => it[name]));
  const rest = Object.fromEntries(Object.keys(chat[0]).map((name) => [name, { bare: of(bare, name), script: of(script, name), chat: of(chat, name) }]));
  const opened = await rounds(opening);
  const warm = await rounds(() => untilTyping({ isWarm: true }));
  const cold = await rounds(() => untilTyping({ network: SLOW_NETWORK }));

  const beside = (name, digits = 2) => ['bare', 'script', 'chat'].map((it) => round(rest[name][it], digits));

  const rows = [
    ['before anybody acts', 'bare', 'with no-op script', 'with the chat', 'budget'],
    ...Object.keys(BUDGETS).map((name) => [name, ...beside(name), BUDGETS[name]]),
    ['main thread, ms', ...beside('taskMs', 1)],
    ['script, ms', ...beside('scriptMs', 1)],
    ['long tasks', ...beside('longTasks')],
    ['the longest of them, ms', ...beside('longestMs')],
    ['JS heap, KB', ...['bare', 'script', 'chat'].map((it) => round(rest.heapBytes[it] / 1024, 0))],
    ['when it is opened'],
    ['script on the page, ms', '', '', round(opened.scriptMs)],
    ['main thread of the page, ms', '', '', round(opened.taskMs)],
    ['JS heap of the page, KB', '', '', `${round(opened.heapBytes / 1024, 0)} (+${round(opened.heapMoreBytes / 1024, 0)})`],
    ["JS heap of the chat's frame, KB", '', '', round(opened.frameHeapBytes / 1024, 0)],
    ['long tasks of the page', '', '', opened.longTasks],
    ['the longest of them, ms', '', '', opened.longestMs],
    ['click to typing, pointed at before, ms', '', '', round(warm.ms, 0)],
    ['click to typing, 1.6 Mbit/s and 150 ms, ms', '', '', round(cold.ms, 0)],
    ['memory of the program, KB', '', '', round(warm.wasmBytes / 1024, 0)],
  ];
  for (const [what, ...cells] of rows) console.log(what.padEnd(46) + cells.map((it) => String(it).padStart(18)).join(''));
  // Not FRONTDESK_…: the server reads those as its own.
  if (process.env.HOST_PAGE_JSON) {
    const report = { rounds: ROUNDS, cpuSlowdown: CPU_SLOWDOWN, atRest: rest, opened, warm, cold };
    await writeFile(process.env.HOST_PAGE_JSON, `${JSON.stringify(report, null, 2)}\n`);
  }
  const breaches = Object.entries(BUDGETS).filter(([name, most]) => rest[name].chat - (name === 'bytes' ? 0 : rest[name].bare) > most);
  for (const [name, most] of breaches) console.log(`over budget: ${name} is ${rest[name].chat}, allowed is ${most}`);
  process.exitCode = breaches.length ? 1 : 0;
} finally {
  await browser.close();
  await server.stop();
}
