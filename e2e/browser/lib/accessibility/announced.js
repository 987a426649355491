// Hears what a screen reader is given: every text that comes into a live region, in the order in which it comes.

/** Listens in a frame or a page from now on; `heard(text)` says how often a text was given since. */
export async function listen(frame) {
  await frame.evaluate(() => {
    window.given = [];
    const isLive = (it) => it?.closest('[aria-live=polite], [aria-live=assertive], [role=status]:not([aria-live=off]), [role=alert], [role=log]:not([aria-live=off])');
    new MutationObserver((changes) => {
      for (const { type, target, addedNodes } of changes) {
        const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
        if (!isLive(element)) continue;
        if (type === 'characterData') window.given.push(target.data);
        for (const node of addedNodes) window.given.push(node.textContent);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return {
    heard: (text) => frame.evaluate((it) => window.given.filter((given) => given.includes(it)).length, text),
  };
}
