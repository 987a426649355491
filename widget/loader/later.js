// Stands in the program's glue, whose `wasm` it shares: brings the part of the program that comes later
// (widget/src/talk.rs) into the memory and the table of the first.

/** A failure is tried again after this time, and after twice that, and so on. */
const LATER_WAIT_MS_MIN = 500;
const LATER_WAIT_MS_MAX = 8_000;

let later;
/** Whether the server has it no more: a newer build has taken the place of this one. */
let isGone;

async function fetchLater() {
  const answer = await fetch(new URL(LATER_WASM, import.meta.url), { priority: 'low' });
  isGone = answer.status === 404;
  return answer;
}

/** Compiles that part while there is nothing better to do; the program asks for it when it needs it. */
export function prepareLater() {
  const asked = (later ??= WebAssembly.compileStreaming(fetchLater()));
  asked.catch(() => {
    if (later === asked) later = undefined;
  });
  return asked;
}

/** Tries until it is here (`$` is what it calls the first part); then the program's `callback` goes on with `data`. */
async function bringLater(callback, data) {
  for (let wait = LATER_WAIT_MS_MIN; ; wait = Math.min(2 * wait, LATER_WAIT_MS_MAX)) {
    try {
      await WebAssembly.instantiate(await prepareLater(), { $: wasm });
      break;
    } catch (why) {
      // The newer build's document brings its own; what was written is kept. Once, or a file that is missing would have it come for ever.
      if (isGone && performance.getEntriesByType('navigation')[0].type !== 'reload') return location.reload();
      console.warn('Frontdesk: a part of the chat did not come, it is asked for again.', why);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  wasm.__indirect_function_table.get(callback)(data, 1);
}
