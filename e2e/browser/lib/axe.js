// Asks axe-core, with the rules of WCAG 2.2 AA, about a page or a frame.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with the list of violations; `frame` is a page or a frame. */
export async function assertAccessible(frame, what) {
  // The page's policy forbids injected script tags, so axe is evaluated over the debugging protocol.
  await frame.evaluate(source);
  const result = await frame.evaluate((tags) => window.axe.run(document, { runOnly: tags, iframes: false }), TAGS);
  const found = result.violations.map(
    (it) => `${it.id} (${it.impact}): ${it.help}\n    ${it.nodes.map((node) => node.html.slice(0, 160)).join('\n    ')}`,
  );
  assert.ok(result.passes.length > 0, `${what}: axe checked nothing`);
  assert.deepEqual(found, [], `${what}: axe found violations`);
}
