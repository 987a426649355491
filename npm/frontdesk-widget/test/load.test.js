// `load` in Node, and in as much of a browser as it needs. The whole of it runs in a browser journey.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { afterEach, test } from 'node:test';
import { load } from 'frontdesk-widget';

const SOURCE = { baseUrl: 'https://chat.example' };

/** A page that loads scripts as `comes` says; answers with the scripts and calls it has seen. */
function page({ comes = true, trustedTypes } = {}) {
  const seen = { scripts: [], calls: [], elements: new Map() };
  const listeners = {};
  globalThis.customElements = { get: (name) => seen.elements.get(name), whenDefined: async () => {} };
  globalThis.document = {
    createElement: (name) => ({ name, remove: () => seen.scripts.splice(0) }),
    head: {
      append(script) {
        seen.scripts.push(script);
        queueMicrotask(() => {
          if (!comes) return script.onerror();
          seen.elements.set('frontdesk-chat', class {});
          script.onload();
        });
      },
    },
  };
  globalThis.window = {
    trustedTypes,
    frontdesk(name, ...values) {
      seen.calls.push([name, ...values]);
      if (name !== 'on') return undefined;
      listeners[values[0]] = values[1];
      return () => delete listeners[values[0]];
    },
  };
  return { ...seen, tell: (name, detail) => listeners[name]?.({ detail }) };
}

afterEach(() => {
  for (const name of ['document', 'window', 'customElements']) delete globalThis[name];
});

test('on a server nothing happens, and what is asked of the chat is harmless', async () => {
  const chat = await load({ ...SOURCE, site: 'shop' });
  chat.open();
  assert.equal(chat.get('state'), 'none');
  assert.equal(chat.get('unread'), 0);
  chat.on('unread', () => {})();
});

test('the script is loaded once, however often it is asked for', async () => {
  const { scripts, calls } = page();
  const [first] = await Promise.all([load({ ...SOURCE, site: 'shop', color: '#123456' }), load(SOURCE)]);
  await load(SOURCE);
  assert.deepEqual(scripts.map((it) => it.src), ['https://chat.example/widget.js']);
  assert.deepEqual(calls, [['boot', { site: 'shop', color: '#123456' }]]);
  first.open({ draft: 'Hi' });
  assert.deepEqual(calls.at(-1), ['open', { draft: 'Hi' }]);
});

test('a version comes with its integrity', async () => {
  const { scripts } = page();
  await load({ ...SOURCE, version: '1-ab', integrity: 'sha384-x' });
  const [{ src, integrity, crossOrigin }] = scripts;
  assert.deepEqual([src, integrity, crossOrigin], ['https://chat.example/v/1-ab/widget.js', 'sha384-x', 'anonymous']);
});

test('a script that does not come is said, and tried again the next time', async () => {
  const { scripts } = page({ comes: false });
  await assert.rejects(load(SOURCE), /https:\/\/chat\.example\/widget\.js cannot be loaded; is baseUrl right/);
  assert.equal(scripts.length, 0, 'nothing is left of it');
  page();
  assert.equal(typeof (await load(SOURCE)).open, 'function');
});

test('under Trusted Types the address is made by a policy of this name', async () => {
  const made = [];
  const trustedTypes = { createPolicy: (name, rules) => (made.push(name), { createScriptURL: (it) => `trusted:${rules.createScriptURL(it)}` }) };
  const { scripts } = page({ trustedTypes });
  await load(SOURCE);
  assert.deepEqual([made, scripts[0].src], [['frontdesk-widget'], 'trusted:https://chat.example/widget.js']);
});

test('listeners get what the event says, until they are taken off', async () => {
  const { tell } = page();
  const heard = [];
  const stop = (await load(SOURCE)).on('unread', (count) => heard.push(count));
  tell('unread', 2);
  stop();
  tell('unread', 3);
  assert.deepEqual(heard, [2]);
});

test('it can be required', () => {
  const require = createRequire(import.meta.url);
  for (const [name, what] of [['', 'load'], ['/react', 'FrontdeskChat'], ['/vue', 'FrontdeskChat']])
    assert.ok(require(`frontdesk-widget${name}`)[what], name);
});
