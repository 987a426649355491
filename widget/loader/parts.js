// Parts: what is used rarely is a program of its own (parts/), which comes when it is wanted,
// into elements that the main program leaves empty for it: `<div data-part="NAME">`.
//
//   form    before the first conversation, where the site asks something     comes with the first open
//   rating  after the end, where the desk takes it                            comes with it
//   menu    download, e-mail, earlier conversations                          comes when the menu opens

/** What parts are given; the rest is in visitor.js. */
const frame = { tell, emit, ticket, describe: (more) => describe(JSON.parse(more)) };

/** After which a part that did not come is asked for again. */
const AGAIN_MS = 5_000;

let program;

/** The program of the parts, with its words and styles; asked for once, and again after a failure. */
function parts() {
  return (program ??= (async () => {
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = new URL(PARTS_CSS, import.meta.url).href;
    document.head.append(style);
    const [it, answer] = await Promise.all([import(PARTS_JS), fetch(`/widget/parts/${words.tag}.json`)]);
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

function look() {
  for (const slot of document.querySelectorAll('[data-part]')) {
    if (isOpened && slot.dataset.part !== 'menu' && site[slot.dataset.part]) fill(slot);
  }
}

new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
// The visitor's first act, after which visitor.js knows of it.
addEventListener('message', look);
// `toggle` does not bubble. A meeting is nobody's conversation with the desk.
document.addEventListener('toggle', ({ target, newState }) => {
  const slot = newState === 'open' && target.querySelector?.('[data-part=menu]');
  if (slot && site.desk && !site.meeting) fill(slot);
}, true);
