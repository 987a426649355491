// A visitor in a real browser for `cargo xtask fire`: takes commands on standard input, one JSON a line, and answers each
// with one JSON line. What stands on its screen is looked at on every change.
import { createInterface } from 'node:readline';
import { newPerson, startBrowser } from '../lib/browser.js';
import { Visitor } from '../pages/visitor.js';

const [url] = process.argv.slice(2);
const browser = await startBrowser();
const page = await newPerson(browser);
const visitor = new Visitor(page, url);

/** Keeps, in the widget, which of our texts stood there twice at the moment of any change. */
function watch() {
  // What comes comes near the end, and long conversations are looked at thousands of times.
  const texts = (from = 0) => {
    const shown = [...document.querySelectorAll('[data-testid="message"]')].slice(from);
    return shown.map((it) => it.textContent.match(/fire \d+[va]\d+\./)?.[0]).filter(Boolean);
  };
  window.fire = { texts, twice: new Set() };
  const look = () => {
    const seen = new Set();
    for (const text of texts(-60)) seen.has(text) ? window.fire.twice.add(text) : seen.add(text);
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}

const commands = {
  async write({ text }) {
    await visitor.say(text);
  },
  /** How many own texts are under way, how many failed (they are tried again), and the newest texts. */
  async state() {
    return visitor.widgetFrame().evaluate(() => {
      const items = [...document.querySelectorAll('[data-testid="message"]')].slice(-50);
      const of = (state) => items.filter((it) => it.dataset.delivery === state);
      const failed = of('failed');
      for (const it of failed) it.querySelector('[data-testid="retry"]')?.click();
      return { underWay: of('sending').length, failed: failed.length, newest: window.fire.texts(-60) };
    });
  },
  async texts() {
    return visitor.widgetFrame().evaluate(() => ({ texts: window.fire.texts(), twice: [...window.fire.twice] }));
  },
};

const tell = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
try {
  await visitor.visit();
  await visitor.open();
  await visitor.messages.first().waitFor();
  await visitor.widgetFrame().evaluate(watch);
  tell({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...rest } = JSON.parse(line);
    tell((await commands[command](rest)) ?? {});
  }
} finally {
  await browser.close();
}
