// The widget's service worker: once loaded, the chat opens without a network. Its scope is /widget/, so it is asked for
// the widget's document and for what that loads; nothing of a visitor is kept here, messages and drafts are the
// program's. Each build has a worker of its own: `FILES` are its files, of unchanging names.
//
//   document, words    from the network; the last answer where there is none within NETWORK_MS
//   files              from the cache
//   anything else      not touched: the conversation is the program's, which knows how to wait

const CACHE = `frontdesk:${VERSION}`;
/** After which a network that says nothing counts as none. */
const NETWORK_MS = 4_000;
/** Documents and words that are kept: a document for each site, language and look. The oldest go. */
const ANSWERS_MAX = 12;

const isFile = (path) => path.startsWith('/assets/');
const isAnswer = (path) => path === '/widget/' || path.startsWith('/widget/parts/');

addEventListener('install', (event) => {
  // The browser has them, it has just shown the chat.
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
  skipWaiting();
});

addEventListener('activate', (event) => {
  event.waitUntil(begin());
});

async function begin() {
  await registration.navigationPreload?.enable();
  for (const name of await caches.keys()) if (name.startsWith('frontdesk:') && name !== CACHE) await caches.delete(name);
  await clients.claim();
}

addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== location.origin) return;
  if (isFile(pathname)) event.respondWith(file(event));
  else if (isAnswer(pathname)) event.respondWith(answer(event));
});

async function file({ request }) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const fresh = await fetch(request);
  // Of the parts, which come when they are wanted; what another build names is not kept.
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}

async function answer(event) {
  const { request } = event;
  const cache = await caches.open(CACHE);
  const fresh = network(event, cache);
  const silence = new Promise((done) => setTimeout(done, NETWORK_MS));
  const first = await Promise.race([fresh, silence]).catch(() => undefined);
  // A server that answers with its own failure is as good as none.
  if (first && first.status < 500) return first;
  const kept = await cache.match(request, { ignoreVary: true });
  return kept ?? first ?? fresh;
}

async function network(event, cache) {
  const fresh = (await event.preloadResponse) ?? (await fetch(event.request));
  if (fresh.ok) {
    const copy = fresh.clone();
    event.waitUntil(keep(cache, event.request, copy));
  }
  return fresh;
}

async function keep(cache, request, copy) {
  // Put anew, it is the youngest.
  await cache.delete(request, { ignoreVary: true });
  await cache.put(request, copy);
  const answers = (await cache.keys()).filter(({ url }) => isAnswer(new URL(url).pathname));
  for (const it of answers.slice(0, -ANSWERS_MAX)) await cache.delete(it);
}
