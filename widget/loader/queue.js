// While the visitor waits: the desk says where in the queue and about how long, the page hears of it, and so does the
// visitor, in the line below the messages. Over a desk without tickets nothing is asked.

const words = meta('texts');
/** How often a visitor who waits and looks is told. */
const QUEUE_MS = 5_000;
const MINUTE_MS = 60_000;

let isLooking = !isEmbedded;
let nextAsk;
/** What the page was told last, as JSON. */
const toldPage = { queue: 'null' };

async function askQueue() {
  clearTimeout(nextAsk);
  if (!isLooking || site.meeting) return;
  let state;
  try {
    const answer = await fetch(`${site.desk}/state`, { headers: { authorization: `Bearer ${await ticket()}` } });
    if (answer.status === 401) await ticket(true);
    if (answer.ok) state = await answer.json();
  } catch {
    // Without the desk's tickets, or without a network: what the program says of the connection is enough.
  }
  if (!state || isGone) return;
  tellPage('availability', state.availability);
  tellPage('queue', state.waiting ?? null);
  showQueue(state.waiting);
  // Another asking may have begun meanwhile.
  clearTimeout(nextAsk);
  if (state.waiting) nextAsk = setTimeout(askQueue, QUEUE_MS);
}

function tellPage(event, detail) {
  const text = JSON.stringify(detail);
  if (toldPage[event] === text) return;
  toldPage[event] = text;
  emit(event, detail);
}

/** The line is a live region of the program's: it is written only where what it says is new. */
function showQueue(waiting) {
  const sentence = document.querySelector('.status p');
  if (!sentence) return;
  let line = sentence.querySelector('.queue');
  if (!line && !waiting) return;
  if (!line) {
    line = document.createElement('span');
    line.className = 'queue';
    sentence.append(line);
  }
  const text = waiting ? queueText(waiting) : '';
  if (line.textContent !== text) line.textContent = text;
}

function queueText({ position, wait_ms }) {
  const place = words.queue.replace('{n}', new Intl.NumberFormat(words.tag).format(position));
  if (wait_ms === undefined) return ` ${place}`;
  // The browser knows the plurals.
  const minutes = new Intl.NumberFormat(words.tag, { style: 'unit', unit: 'minute', unitDisplay: 'long' });
  const time = minutes.format(Math.max(1, Math.round(wait_ms / MINUTE_MS)));
  return ` ${place} ${words.queue_wait.replace('{time}', time)}`;
}

addEventListener('message', ({ data, source }) => {
  if (data?.frontdesk !== 1 || isGone) return;
  if (source === window && ['chat:started', 'chat:assigned', 'chat:ended'].includes(data.tell)) askQueue();
  if (source !== parent || !isEmbedded || !/^(open|close)$/.test(data.type)) return;
  isLooking = data.type === 'open';
  askQueue();
});
