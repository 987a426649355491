// Asks axe-core, with the rules of WCAG 2.2 AA, about a page or a frame.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The rules of WCAG 2.2, levels A and AA. */
export const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe says of a page or a frame, or of what `selector` names in it: its rules with their `tags` and `nodes`. */
export async function askAxe(frame, { selector = undefined, tags = WCAG } = {}) {
  // Between two colours neither is judged: a change of the scheme and the rise of a new message take their time. What never ends is not waited for.
  await frame.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    const changes = document.getAnimations().filter((it) => Number.isFinite(it.effect.getComputedTiming().endTime));
    await Promise.allSettled(changes.map((it) => it.finished));
  });
  // The page's policy forbids injected script tags, so axe is evaluated over the debugging protocol.
  if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(source);
  return frame.evaluate(async ([what, runOnly]) => {
    // Targets of 24 px (2.5.8): axe leaves the rule out unless it is named. Names (2.5.3): it takes the badge 1 of a launcher named
    // "Chat (1)" for another word; the accessibility journey judges names by itself. Frames are judged one by one.
    const rules = { 'target-size': { enabled: true }, 'label-content-name-mismatch': { enabled: false }, 'frame-tested': { enabled: false } };
    const options = { runOnly, rules, iframes: false };
    const { violations, passes, incomplete } = await window.axe.run(what ?? document, options);
    const brief = (rules) => rules.map(({ id, impact, help, tags, nodes }) => ({ id, impact, help, tags, nodes: nodes.map((it) => it.html.slice(0, 160)) }));
    return { violations: brief(violations), passes: brief(passes), incomplete: brief(incomplete) };
  }, [selector, tags]);
}

/** A violation as lines for a person. */
export const violation = (it) => `${it.id} (${it.impact}): ${it.help}\n    ${it.nodes.join('\n    ')}`;

/** Fails with the list of violations; `frame` is a page or a frame. */
export async function assertAccessible(frame, what) {
  const { violations, passes } = await askAxe(frame, { tags: [...WCAG, 'best-practice'] });
  assert.ok(passes.length > 0, `${what}: axe checked nothing`);
  assert.deepEqual(violations.map(violation), [], `${what}: axe found violations`);
}
