// The rules of the greeting (widget/loader/rules.js), as a script without a browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

const source = readFileSync(new URL('../../../widget/loader/rules.js', import.meta.url), 'utf8');
const { matches, isDue } = runInNewContext(`${source}; ({ matches, isDue })`);

const now = (more) => ({ seconds: 0, path: '/', scrolled: () => 0, hasConsent: false, ...more });

test('a path is of a pattern by its letters, and a star is any number of them', () => {
  const cases = [
    ['/pricing', '/pricing', true],
    ['/pricing', '/pricing/teams', false],
    ['/pricing*', '/pricing/teams', true],
    ['/*/cart', '/de/cart', true],
    ['/*/cart', '/cart', false],
    ['/a.html', '/axhtml', false],
    ['/a+b (1)', '/a+b (1)', true],
    ['*', '/', true],
  ];
  for (const [pattern, path, is] of cases) assert.equal(matches(pattern, path), is, `${pattern} ${path}`);
});

test('a greeting without rules is due at once', () => {
  assert.equal(isDue({ greeting: 'Hello?' }, now()), true);
});

test('all rules that are given have to be met', () => {
  const rule = { after: '20', page: '/pricing*', scroll: '50', consent: '' };
  const met = { seconds: 20, path: '/pricing', scrolled: () => 50, hasConsent: true };
  assert.equal(isDue(rule, now(met)), true);
  for (const lacks of [{ seconds: 19.9 }, { path: '/' }, { scrolled: () => 49 }, { hasConsent: false }])
    assert.equal(isDue(rule, now({ ...met, ...lacks })), false, JSON.stringify(lacks));
});

test('how far the page is scrolled is asked only where a rule wants it', () => {
  const scrolled = () => assert.fail('to ask costs the page a layout');
  assert.equal(isDue({ after: '1' }, now({ seconds: 2, scrolled })), true);
  assert.equal(isDue({ after: '3', scroll: '50' }, now({ seconds: 2, scrolled })), false);
});
