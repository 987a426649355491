// The classic relay (protocol.md §3.8.1): makes requests to its own origin for the page that frames it.
// Only listed origins are heard, only the platform's paths are reached, and no cookie goes along.
'use strict';
const listed = document.body.dataset.origins.split(' ').filter(Boolean);
const paths = ['/ucwa/', '/webticket/', '/autodiscover/', '/platformservice/'];
const failed = (status, statusText) => ({ status, statusText, responseText: '', headers: '' });

async function relay(ask, origin) {
  const url = new URL(String(ask.url), location.origin);
  const path = url.pathname.toLowerCase();
  if (url.origin !== location.origin || !paths.some((it) => path.startsWith(it))) return failed(403, 'Forbidden');
  const headers = new Headers();
  for (const [name, value] of Object.entries(ask.headers || {})) headers.set(name, String(value));
  if (ask.contentType && !headers.has('Content-Type')) headers.set('Content-Type', String(ask.contentType));
  headers.set('X-Ms-Origin', origin);
  const method = String(ask.type || 'GET').toUpperCase();
  const body = method === 'GET' || method === 'HEAD' || ask.data == null ? undefined : String(ask.data);
  const answer = await fetch(url, {
    method, headers, body, mode: 'same-origin', credentials: 'omit', cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer',
  });
  const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
  return {
    status: answer.status, statusText: answer.statusText, responseText: await answer.text(), headers: lines.join('\r\n'),
  };
}

addEventListener('message', async (event) => {
  if (event.source !== parent || !listed.includes(event.origin) || typeof event.data !== 'string') return;
  let ask;
  try {
    ask = JSON.parse(event.data);
  } catch {
    return; // Not for the relay.
  }
  if (ask === null || typeof ask !== 'object') return;
  const answer = await relay(ask, event.origin).catch(() => failed(0, 'error'));
  parent.postMessage(JSON.stringify({ ...answer, messageId: ask.messageId }), event.origin);
});
