// Goes through a state by Tab alone, as somebody without a pointer does.

/** More than any state has stops; a walk that has not come round by then is stuck. */
const STOPS_MAX = 120;

/** Notes what Tab has to reach, and says how many: evaluated in the page. A group of radio buttons is one stop. */
function note() {
  const modal = document.querySelector('dialog:modal');
  const groups = new Set();
  window.walked = [...(modal ?? document).querySelectorAll('a[href], button, input, select, textarea')].filter((it) => {
    const isOff = it.disabled || it.closest(':disabled, [inert]') || it.tabIndex < 0;
    // A control that is only there for screen readers is a stop too.
    if (isOff || !it.checkVisibility({ visibilityProperty: true }) || it.getClientRects().length === 0) return false;
    if (it.type !== 'radio') return true;
    if (groups.has(it.name)) return false;
    groups.add(it.name);
    return true;
  });
  return window.walked.length;
}

/** Notes the stop that has the focus, and what is wrong with it. */
function stop() {
  const it = document.activeElement;
  if (!document.hasFocus() || !it || it === document.body || it.localName === 'iframe') return undefined;
  const found = { at: window.walked.indexOf(it), faults: [] };
  // All of a group of radio buttons is one stop.
  if (it.type === 'radio') found.at = window.walked.findIndex((other) => other.type === 'radio' && other.name === it.name);
  // The ring of what only screen readers get is around what stands for it.
  const drawn = a11y.seen(it) ? [it, it.parentElement, it.parentElement?.parentElement] : [it.nextElementSibling, it.parentElement];
  const isRinged = (element) => {
    if (!element) return false;
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(element);
    const isOutlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && a11y.rgba(outlineColor)[3] > 0;
    const isStrong = a11y.contrast(a11y.rgba(outlineColor), a11y.behind(element)) >= 3 || a11y.contrast(a11y.rgba(outlineColor), a11y.behind(element, true)) >= 3;
    // A ring that is drawn as a shadow is one when it comes with the focus only.
    return (isOutlined && isStrong) || (boxShadow !== 'none' && element.matches(':focus-within'));
  };
  if (!drawn.some(isRinged)) found.faults.push(['focus-seen', `${a11y.name(it)} does not show that it has the focus`]);
  const { left, right, top, bottom } = (a11y.seen(it) ? it : it.parentElement).getBoundingClientRect();
  const shown = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y)));
  const isOwn = (other) => other && (it.contains(other) || other.contains(it) || it.labels?.[0]?.contains(other));
  if (!shown.some(isOwn)) found.faults.push(['focus-uncovered', `${a11y.name(it)} is covered while it has the focus`]);
  return found;
}

/**
 * Presses Tab until every control was reached, and says what was not (2.1.1), what kept the focus (2.1.2), and where one
 * did not see it (2.4.7, 2.4.11): a list of [check, fault].
 */
export async function walkByTab(page, frame) {
  const count = await frame.evaluate(note);
  const left = new Set(Array(count).keys());
  const faults = [];
  let same = 0;
  let last;
  for (let presses = 0; left.size > 0 && presses < STOPS_MAX; presses += 1) {
    await page.keyboard.press('Tab');
    const here = await frame.evaluate(stop);
    if (!here) continue;
    if (left.delete(here.at)) faults.push(...here.faults);
    same = here.at === last && here.at >= 0 ? same + 1 : 0;
    last = here.at;
    if (same > 3) break;
  }
  if (same > 3 && count > 1) faults.push(['keyboard-trap', 'Tab does not leave a control']);
  if (left.size > 0) {
    // What went away meanwhile, such as the way back to the end, need not be reached.
    const names = await frame.evaluate((all) => all.map((at) => window.walked[at]).filter(a11y.seen).map(a11y.name), [...left]);
    faults.push(...names.map((it) => ['keyboard', `${it} is not reached by Tab`]));
  }
  return { count, faults };
}
