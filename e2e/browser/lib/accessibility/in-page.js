// What is judged beside axe, in the page: each function is evaluated there, so it may name nothing outside of itself but
// what `prepare` puts there. Each answers with a list of faults, as lines for a person.

/** Puts helpers into the page: `a11y.seen`, `a11y.name`, `a11y.texts`, `a11y.rgba`, `a11y.behind`, `a11y.contrast`. */
export function prepare() {
  if (window.a11y) return;
  const ink = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const a11y = {
    /** Whether somebody sees it: drawn, and more than the single pixel of what only screen readers get. */
    seen(element) {
      const { width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    },
    name(element) {
      const said = element.getAttribute('aria-label') ?? element.textContent.trim();
      return `<${element.localName} ${element.className}> ${said.slice(0, 40)}`;
    },
    /** The pieces of text that are seen, each with its element and where it stands. */
    texts() {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !a11y.seen(element)) continue;
        const range = document.createRange();
        range.selectNodeContents(walker.currentNode);
        found.push({ element, box: range.getBoundingClientRect() });
      }
      return found;
    },
    /** Any CSS colour as [red, green, blue, alpha], 0 to 255. */
    rgba(color) {
      ink.clearRect(0, 0, 1, 1);
      ink.fillStyle = color;
      ink.fillRect(0, 0, 1, 1);
      return [...ink.getImageData(0, 0, 1, 1).data];
    },
    /** The colour behind an element, of the surfaces that it stands on; itself counts only when `own`. */
    behind(element, own = false) {
      const layers = [];
      for (let it = own ? element : element.parentElement; it; it = it.parentElement) {
        const color = a11y.rgba(getComputedStyle(it).backgroundColor);
        layers.push(color);
        if (color[3] === 255) break;
      }
      let base = a11y.rgba('Canvas');
      for (const [red, green, blue, alpha] of layers.reverse()) {
        const mix = (over, under) => (over * alpha + under * (255 - alpha)) / 255;
        base = [mix(red, base[0]), mix(green, base[1]), mix(blue, base[2]), 255];
      }
      return base;
    },
    contrast(one, other) {
      const light = (color) => {
        const [red, green, blue] = color.map((it) => (it / 255 <= 0.04045 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
      return (bright + 0.05) / (dark + 0.05);
    },
  };
  window.a11y = a11y;
}

/** What reaches beyond the window's sides: to read it one would have to scroll to the side (1.4.10). */
export function reflow() {
  const found = [];
  const { scrollWidth, clientWidth } = document.scrollingElement;
  if (scrollWidth > clientWidth) found.push(`the document is ${scrollWidth} px wide in a window of ${clientWidth} px`);
  for (const element of document.querySelectorAll('body *')) {
    if (!a11y.seen(element)) continue;
    const { overflowX } = getComputedStyle(element);
    if (/auto|scroll/.test(overflowX) && element.scrollWidth > element.clientWidth + 1)
      found.push(`${a11y.name(element)} scrolls to the side`);
    const { left, right } = element.getBoundingClientRect();
    if (element.matches('a, button, input, select, textarea') && (left < -1 || right > innerWidth + 1))
      found.push(`${a11y.name(element)} is beyond the side: ${Math.round(left)} to ${Math.round(right)} of ${innerWidth} px`);
  }
  return found;
}

/** What of the controls nobody can reach, because nothing scrolls that they are below or beside. */
export function reach() {
  const found = [];
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea')) {
    if (!a11y.seen(element) || element.disabled || element.closest(':disabled')) continue;
    // Behind a dialog nothing is to be reached.
    const modal = document.querySelector('dialog:modal');
    if (modal && !modal.contains(element)) continue;
    element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    const { top, bottom, height } = element.getBoundingClientRect();
    const inView = Math.min(bottom, innerHeight) - Math.max(top, 0);
    if (inView < Math.min(height, 24) - 1) found.push(`${a11y.name(element)} cannot be brought into view: ${Math.round(top)} to ${Math.round(bottom)} of ${innerHeight} px`);
  }
  return found;
}

/** Texts that are cut off by a box that does not scroll, once lines, words and letters stand as far apart as 1.4.12 says. */
export function spacing() {
  const cut = () => {
    const found = new Set();
    for (const { element, box } of a11y.texts())
      for (let it = element; it; it = it.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(it);
        if (/auto|scroll/.test(overflowX + overflowY)) break;
        const edge = it.getBoundingClientRect();
        const isCutX = /hidden|clip/.test(overflowX) && (box.right > edge.right + 1 || box.left < edge.left - 1);
        const isCutY = /hidden|clip/.test(overflowY) && (box.bottom > edge.bottom + 1 || box.top < edge.top - 1);
        if (isCutX || isCutY) found.add(element);
      }
    return found;
  };
  const before = cut();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }');
  const sheets = [...document.adoptedStyleSheets];
  document.adoptedStyleSheets.push(sheet);
  const { scrollWidth, clientWidth } = document.scrollingElement;
  const found = [...cut()].filter((it) => !before.has(it)).map((it) => `${a11y.name(it)} is cut off`);
  if (scrollWidth > clientWidth) found.push('the document scrolls to the side');
  document.adoptedStyleSheets = sheets;
  return found;
}

/** Controls whose edge or sign stands out from what is behind by less than 3:1 (1.4.11). */
export function contrast() {
  const found = [];
  const strong = (color, ground) => a11y.rgba(color)[3] > 127 && a11y.contrast(a11y.rgba(color), ground) >= 3;
  /** An edge, or a fill that differs. */
  const isBounded = (element) => {
    const { borderBlockEndStyle, borderBlockEndWidth, borderBlockEndColor, backgroundColor } = getComputedStyle(element);
    const hasEdge = borderBlockEndStyle !== 'none' && parseFloat(borderBlockEndWidth) > 0 && strong(borderBlockEndColor, a11y.behind(element));
    return hasEdge || strong(backgroundColor, a11y.behind(element));
  };
  for (const element of document.querySelectorAll('input, select, textarea')) {
    // What the browser draws itself is the browser's.
    if (!a11y.seen(element) || (/checkbox|radio/.test(element.type) && getComputedStyle(element).appearance === 'auto')) continue;
    if (element.disabled || element.closest(':disabled')) continue;
    // The edge of a field may be that of the box it fills.
    const boxes = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
    if (!boxes.some(isBounded)) found.push(`${a11y.name(element)} has no edge of 3:1`);
  }
  for (const element of document.querySelectorAll('button')) {
    const sign = element.querySelector('svg');
    if (!sign || !a11y.seen(sign) || element.disabled || element.ariaDisabled === 'true') continue;
    const { color } = getComputedStyle(sign);
    if (!strong(color, a11y.behind(sign))) found.push(`${a11y.name(element)}: its sign is under 3:1`);
  }
  return found;
}

/** Texts that stand out from what is behind by less than 4.5:1, large ones 3:1 (1.4.3): also where axe leaves it to a person. */
export function ink() {
  const found = [];
  for (const element of new Set(a11y.texts().map((it) => it.element))) {
    // What cannot be used need not be read, and a list's choices are drawn by the browser.
    if (element.closest(':disabled, [aria-disabled=true], option')) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const isLarge = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.66 && fontWeight >= 700);
    const ratio = a11y.contrast(a11y.rgba(color), a11y.behind(element, true));
    if (ratio < (isLarge ? 3 : 4.5)) found.push(`${a11y.name(element)} is ${ratio.toFixed(1)}:1`);
  }
  return found;
}

/** Controls that one cannot call by the words that are seen on them (2.5.3). */
export function names() {
  const plain = (text) => text.toLowerCase().replace(/\s+/g, ' ').trim();
  return [...document.querySelectorAll('button[aria-label], a[aria-label]')]
    .filter((it) => a11y.seen(it) && !plain(it.ariaLabel).includes(plain(it.innerText)))
    .map((it) => `${a11y.name(it)} shows other words: ${it.innerText}`);
}

/** What moves for longer than five seconds, though the reader asked for less motion (2.2.2, 2.3.3). */
export function motion() {
  return document.getAnimations()
    .filter((it) => it.playState === 'running' && !(it.effect.getComputedTiming().endTime <= 5000))
    .map((it) => `${a11y.name(it.effect.target)} moves without end`);
}

/** Fields that are wrong and do not say so in words that belong to them (3.3.1). */
export function errors() {
  const found = [];
  for (const element of document.querySelectorAll('[aria-invalid=true]')) {
    const words = (element.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.innerText.trim());
    if (!words.some(Boolean)) found.push(`${a11y.name(element)} does not say what is wrong`);
  }
  return found;
}

/** Fields for something about the person that do not tell the browser what it is (1.3.5). */
export function purpose() {
  return [...document.querySelectorAll('input[type=email], input[type=password], input[name=name], #form-name, #username')]
    .filter((it) => !/email|name|password/.test(it.autocomplete))
    .map((it) => `${a11y.name(it)} has no autocomplete`);
}

/** Fields that refuse what is pasted: a program that keeps passwords could not fill them (3.3.8). */
export function paste() {
  const found = [];
  for (const element of document.querySelectorAll('input, textarea')) {
    const carried = new DataTransfer();
    carried.setData('text/plain', 'pasted');
    const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: carried });
    if (!element.dispatchEvent(event)) found.push(`${a11y.name(element)} refuses what is pasted`);
  }
  return found;
}
