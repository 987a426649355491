// Loads widget.js of a Frontdesk server into the page and answers with its calls as methods. Nothing happens when this
// module is imported; without a document (on a server that renders) `load` answers with a chat that does nothing.

const ELEMENT = 'frontdesk-chat';
const CALLS = [
  'boot', 'shutdown', 'destroy', 'open', 'close', 'toggle', 'show', 'hide', 'showNewMessage', 'logout', 'update',
  'setLocale', 'setTheme', 'get', 'identify', 'setAttributes', 'addTags', 'track',
];
const NOTHING = { unread: 0, state: 'none' };

/** The script that is on its way. */
let loading;
let policy;

/** Loads the chat once and boots it; resolves when it takes calls. */
export async function load({ baseUrl, version, integrity, ...options }) {
  if (typeof document === 'undefined') return chat(absent);
  await define({ baseUrl, version, integrity });
  const loaded = chat((...call) => window.frontdesk(...call));
  if (options.site) loaded.boot(options);
  return loaded;
}

/** Loads the script, unless the page has it; then <frontdesk-chat> is a known element. */
export async function define({ baseUrl, version, integrity }) {
  if (typeof document === 'undefined' || customElements.get(ELEMENT)) return;
  loading ??= fetchScript(new URL(version ? `/v/${version}/widget.js` : '/widget.js', baseUrl).href, integrity);
  try {
    await loading;
  } finally {
    loading = undefined;
  }
  // Before the page has a body it is not yet.
  await customElements.whenDefined(ELEMENT);
}

function fetchScript(url, integrity) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    if (integrity) Object.assign(script, { integrity, crossOrigin: 'anonymous' });
    script.onload = () => resolve();
    script.onerror = () => {
      // So that the next `load` tries again.
      script.remove();
      reject(new Error(`frontdesk-widget: ${url} cannot be loaded; is baseUrl right, and does the page's script-src allow it?`));
    };
    script.src = trusted(url);
    document.head.append(script);
  });
}

/** Pages that require Trusted Types take a script's address from a policy only. */
function trusted(url) {
  if (!window.trustedTypes) return url;
  policy ??= window.trustedTypes.createPolicy('frontdesk-widget', { createScriptURL: (it) => it });
  return policy.createScriptURL(url);
}

function absent(name, value) {
  return name === 'get' ? NOTHING[value] : undefined;
}

function chat(call) {
  const methods = CALLS.map((name) => [name, (...values) => call(name, ...values)]);
  const heard = new WeakMap();
  const listen = (how) => (name, callback) => {
    if (!heard.has(callback)) heard.set(callback, (event) => callback(event.detail));
    return call(how, name, heard.get(callback)) ?? (() => {});
  };
  return {
    ...Object.fromEntries(methods),
    on: listen('on'),
    once: listen('once'),
    off: (name, callback) => call('off', name, heard.get(callback)),
  };
}
