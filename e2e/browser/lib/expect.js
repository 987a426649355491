// Waits for a value, never for a time.
import assert from 'node:assert/strict';
import { WAIT_MS } from './browser.js';

/** Asks until the answer is `wanted`; fails with the last answer after `waitMs`. */
export async function expectSoon(ask, wanted, what, waitMs = WAIT_MS) {
  const until = Date.now() + waitMs;
  let last;
  do {
    last = await ask().catch((error) => error);
    if (last === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < until);
  assert.equal(last, wanted, what);
}

/** Waits until what is typed goes to this element. */
export function expectFocus(locator, what) {
  const hasFocus = () => locator.evaluate((it) => it === document.activeElement && document.hasFocus());
  return expectSoon(hasFocus, true, `the focus is on ${what}`);
}

/** Types one letter after the other until `indicator` shows; a client tells at most every 3 s that one types. */
export async function typeUntilSeen(composer, indicator) {
  const until = Date.now() + WAIT_MS;
  while (!(await indicator.first().isVisible())) {
    assert.ok(Date.now() < until, 'the other side sees that one types');
    await composer.pressSequentially('a', { delay: 100 });
  }
  await composer.fill('');
}
