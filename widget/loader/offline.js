// Once loaded, the chat opens without a network: worker.js keeps the document and its files. From the visitor's first
// act on, not before; where the browser gives no worker to a foreign frame, the chat needs the network, as without this.

/** The program comes first. */
const WORKER_AFTER_MS = 2_000;

let isKeeping = false;

function keepForOffline() {
  if (isKeeping || !isOpened || site.meeting) return;
  isKeeping = true;
  setTimeout(async () => {
    try {
      const { serviceWorker } = navigator;
      const taken = new Promise((done) => serviceWorker.addEventListener('controllerchange', done));
      await serviceWorker.register('/widget/worker.js');
      if (serviceWorker.controller) return;
      // This document came before its worker: asked for once more, it passes by it.
      await taken;
      await fetch(location.href);
    } catch {
      // Denied, private or not a secure context.
    }
  }, WORKER_AFTER_MS);
}

addEventListener('message', keepForOffline);
