// Parts: what is used rarely is a program of its own (parts/), which comes when it is wanted,
// into elements that the main program leaves empty for it: `<div data-part="NAME">`.
//
//   form    before the first conversation, where the site asks something     comes with the first open
//   rating  after the end, where the desk takes it                            comes with it
//   rich    in a bubble: markup of agents, files, answers to choose from      comes with the first such message
//   menu    sound, download, e-mail, earlier conversations                   comes when the menu opens
//   tools   files and emoji, beside the field                                 comes by a click, or with a file

/** What parts are given; the rest is in visitor.js. */
const frame = {
  origin: location.origin,
  tell,
  emit,
  ticket,
  describe: (more) => describe(JSON.parse(more)),
  kept: () => kept(FORM) ?? undefined,
  keep: (answers) => keep(FORM, answers),
  wantsSound,
  keepSound: (wants) => keep(SOUND, wants ? 'on' : 'off'),
};

/** After which a part that did not come is asked for again. */
const AGAIN_MS = 5_000;

let program;
/** How often the script of the parts did not come: a browser remembers that of an address, and does not ask again. */
let failures = 0;

async function partsScript() {
  try {
    return await import(failures ? `${PARTS_JS}?${failures}` : PARTS_JS);
  } catch (why) {
    failures += 1;
    throw why;
  }
}

/** The program of the parts, with its words and styles; asked for once, and again after a failure. */
function parts() {
  return (program ??= (async () => {
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = new URL(PARTS_CSS, import.meta.url).href;
    document.head.append(style);
    const [it, answer] = await Promise.all([partsScript(), fetch(`/widget/parts/${words.tag}.json`)]);
    if (!answer.ok) throw new Error(`words: ${answer.status}`);
    await it.default({ module_or_path: new URL(PARTS_WASM, import.meta.url) });
    it.begin(await answer.text(), JSON.stringify(site), frame);
    return it;
  })().catch((why) => {
    program = null;
    throw why;
  }));
}

/** Fills an element with a part. Without a network it comes when there is one again. */
async function fill(slot) {
  if (slot.dataset.is) return;
  slot.dataset.is = 'coming';
  try {
    const it = await parts();
    slot.textContent = '';
    it.mount(slot.dataset.part, slot);
    slot.dataset.is = 'there';
  } catch (why) {
    console.error('frontdesk: a part did not come', why);
    slot.textContent = words.reconnecting;
    setTimeout(() => {
      delete slot.dataset.is;
      if (slot.isConnected) fill(slot);
    }, AGAIN_MS);
  }
}

/** Does something with the program and the tools shown; without a network, when there is one again. */
async function withTools(act) {
  try {
    const it = await parts();
    const slot = document.querySelector('[data-part=tools]');
    const [place, button] = slot?.children ?? [];
    if (!place) return;
    if (!place.firstChild) {
      it.mount('tools', place);
      button.popoverTargetElement = place.querySelector('[popover]');
    }
    act(it, button);
  } catch (why) {
    console.error('frontdesk: the tools did not come', why);
    setTimeout(withTools, AGAIN_MS, act);
  }
}

/** The button is there before the program that it opens, which shows at once what is still on its way. */
function toolsButton(slot) {
  if (!site.files || slot.firstElementChild) return;
  const place = document.createElement('div');
  place.className = 'tools';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'icon-button tools-button';
  button.ariaLabel = words.tools;
  button.ariaHasPopup = 'dialog';
  const [sign, path] = ['svg', 'path'].map((it) => document.createElementNS('http://www.w3.org/2000/svg', it));
  for (const [name, value] of [['class', 'icon'], ['viewBox', '0 0 24 24'], ['aria-hidden', 'true']]) sign.setAttribute(name, value);
  path.setAttribute('d', 'M12 5v14M5 12h14');
  sign.append(path);
  button.append(sign);
  // From the second click on the browser opens and closes.
  button.addEventListener('click', (event) => {
    if (button.popoverTargetElement) return;
    event.preventDefault();
    withTools(() => button.popoverTargetElement.showPopover({ source: button }));
  }, { once: true });
  slot.append(place, button);
  if (program) withTools(() => {});
}

// Files that are pasted or dropped anywhere. Where text comes with them, it is the text that is meant.
for (const type of ['paste', 'drop', 'dragover'])
  addEventListener(type, (event) => {
    const { files, types } = event.clipboardData ?? event.dataTransfer ?? {};
    if (!types?.includes('Files') || (type === 'paste' && types.includes('text/plain'))) return;
    if (!document.querySelector('.tools-button')) return;
    event.preventDefault();
    // They are gone after the event.
    const all = [...files];
    if (all.length) withTools((it) => it.upload(all));
  });

/** What agents write that is more than text, roughly; the program knows exactly. */
const MARKUP = /[*_~`]|\[.+\]|^\s*(#|>|-|•|\d+[.)])/m;

/** What is shown in the place of a bubble, and for which text. */
const richer = new WeakMap();

/**
 * What is more than text is shown as that beside the bubble, which is hidden: its nodes are the program's, which writes
 * another text into them when rows change places. Until the parts are there, and without them, the text is read.
 */
async function enrich(bubble) {
  const text = bubble.textContent;
  const { dataset } = bubble.parentNode;
  const before = richer.get(bubble);
  const what = dataset.author + text;
  if (before?.what === what) return;
  before?.place.remove();
  const place = document.createElement('div');
  richer.set(bubble, { what, place });
  bubble.hidden = false;
  const isFile = text.startsWith(`${location.origin}/desk/files/`);
  if (!isFile && !(dataset.author === 'other' && MARKUP.test(text))) return;
  place.className = 'bubble rich';
  place.dir = 'auto';
  try {
    (await parts()).enrich(place, text);
    if (richer.get(bubble)?.place !== place) return;
    bubble.after(place);
    bubble.hidden = true;
  } catch (why) {
    console.error('frontdesk: a message is shown as plain text', why);
    setTimeout(() => {
      richer.delete(bubble);
      if (bubble.isConnected) enrich(bubble);
    }, AGAIN_MS);
  }
}

/**
 * Attributes that must not be gone for a moment: without `tabindex` an element loses the focus, without `popover` it closes.
 * The program writes all of its attributes anew with whatever changes, so these are written here.
 */
const LASTING = { timeline: ['tabindex', '0'], ended: ['tabindex', '-1'], menu: ['popover', 'auto'] };

function look() {
  for (const [id, [name, value]] of Object.entries(LASTING)) {
    const it = document.getElementById(id);
    if (it?.hasAttribute(name) === false) it.setAttribute(name, value);
  }
  for (const bubble of document.querySelectorAll('.bubble:not(.rich)')) enrich(bubble);
  for (const slot of document.querySelectorAll('[data-part]')) {
    if (slot.dataset.part === 'tools') toolsButton(slot);
    else if (isOpened && slot.dataset.part !== 'menu' && site[slot.dataset.part]) fill(slot);
  }
}

new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
// The visitor's first act, after which visitor.js knows of it.
addEventListener('message', ({ data, source }) => {
  look();
  // Files that wait for a conversation go along.
  if (source === window && data?.tell === 'chat:started') program?.then((it) => it.begun(), () => {});
});
// `toggle` does not bubble. A meeting is nobody's conversation with the desk.
document.addEventListener('toggle', ({ target, newState }) => {
  const slot = newState === 'open' && target.querySelector?.('[data-part=menu]');
  if (slot && site.desk && !site.meeting) fill(slot);
}, true);
