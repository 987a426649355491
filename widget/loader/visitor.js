// Who the visitor is, by the page, and what stands between the page and the program. In the widget's document, after
// frame.js; the server's frame-ancestors has decided before which pages may embed it.
//
//   loader  → here:     { frontdesk: 1, type, value, about }   about: { page, title, referrer, facts }, see widget.js
//   here    → program:  { frontdesk: 1, type, value }          from this window to itself
//   program → here:     { frontdesk: 1, tell, detail }         likewise
//   here    → loader:   { frontdesk: 1, type, detail }

const site = meta('site');
const isEmbedded = parent !== window;
/** Names under which things of the visitor are kept: session, draft, whose they are. Each meeting has its own. */
const SESSION = `frontdesk:${site.id}${site.meeting ?? ''}`;
const IDENTITY = `${SESSION}:identity`;
/** The desk's word on which visitor this is. */
const TICKET = `frontdesk:${site.id}:ticket`;
/** Answers of a form that were not sent yet. */
const FORM = `${SESSION}:form`;
/** Whether a message sounds: `off`, or nothing. */
const SOUND = `${SESSION}:sound`;
const KEPT = [SESSION, `${SESSION}:draft`, IDENTITY, TICKET, FORM, SOUND];
/** A ticket that is good for less is renewed: half of its life. */
const TICKET_LEFT_MS_MIN = 45 * 86_400_000;
/** Bytes of all that the page says of its visitor, as JSON. */
const ABOUT_BYTES_MAX = 8_192;
/** Characters of an address, of which the server keeps fewer. */
const ADDRESS_CHARS_MAX = 1_024;
/** The shortest time between two reports while a conversation goes on. */
const REPORT_MS = 1_000;
/** Things the visitor did that are told. */
const EVENTS_MAX = 20;

/** The page's origin, from its first word on; before, nothing is said that is the visitor's. */
let pageOrigin = '*';
/** What the page said last, and what that comes to. */
let said = {};
let who = {};
let isOpened = false;
/** What the program is told when it listens. */
let untold = [];
let isGone = false;
/** What a part asked of the visitor, as the members of a `shared::VisitorContext`. */
const answered = {};
/** The ticket that is asked for, and what came. */
let asking;
let ticketHere;
/** The report that is about to go, and whether the last one did not arrive. */
let reporting;
let isUnreported = false;
/** What was kept where the browser denies storage. */
const memory = {};
/** Wrong calls that the page was told of, by their numbers. */
const complained = new Set();

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return memory[name] ?? null;
  }
}

function keep(name, value) {
  memory[name] = value;
  try {
    localStorage.setItem(name, value);
  } catch {
    // Denied or full: it ends with the document.
  }
}

/** Tells the program, once it listens. */
function tell(type, value) {
  const word = { frontdesk: 1, type, value };
  if (untold) untold.push(word);
  else postMessage(word, location.origin);
}

/** The program listens: it is told what waited, in order. */
function tellAll() {
  const words = untold ?? [];
  untold = null;
  for (const word of words) postMessage(word, location.origin);
}

/** Whether the page knows that there is something to see: the program comes after the first frame. */
let isReady = false;

/** Tells the page. */
function emit(type, detail = '') {
  if (type === 'ready' && isReady) return;
  isReady ||= type === 'ready';
  if (isEmbedded) parent.postMessage({ frontdesk: 1, type, detail }, pageOrigin);
}

/** What each call of the page makes of what is known; a wrong one throws what to do. */
const TAKE = {
  identify(known, person) {
    const names = ['id', 'email', 'name', 'token'];
    const says = Object.entries(plain(person)).filter(([, it]) => it != null);
    const wrong = says.find(([name, it]) => !names.includes(name) || !/string|number/.test(typeof it));
    if (wrong) throw `no "${wrong[0]}" as ${JSON.stringify(wrong[1])}, but ${names.join(', ')} as texts`;
    const next = Object.fromEntries(says.map(([name, it]) => [name, `${it}`]));
    // Nothing of one person is said of another.
    return known.id && next.id && next.id !== known.id ? next : { ...known, ...next };
  },
  setAttributes(known, values) {
    const wrong = Object.entries(plain(values)).find(([, it]) => it !== null && !/string|number|boolean/.test(typeof it));
    if (wrong) throw `"${wrong[0]}" is a text, a number, true or false; null takes it back`;
    const attributes = Object.entries({ ...known.attributes, ...values }).filter(([, it]) => it !== null);
    return { ...known, attributes: Object.fromEntries(attributes) };
  },
  addTags(known, ...tags) {
    const all = tags.flat();
    if (!all.every((it) => it && typeof it === 'string')) throw 'tags are texts, each by itself or in a list';
    return { ...known, tags: [...new Set([...(known.tags ?? []), ...all])] };
  },
  track(known, name, detail) {
    if (!name || typeof name !== 'string') throw 'say by a text what the visitor did';
    const event = { at_ms: known.at_ms, name, detail: typeof detail === 'string' ? detail : JSON.stringify(detail) };
    return { ...known, events: [...(known.events ?? []), event].slice(-EVENTS_MAX) };
  },
};

function plain(it) {
  if (typeof it !== 'object' || !it || Array.isArray(it)) throw 'it takes an object';
  return it;
}

/** The calls of the page put together, in the order they were made; wrong ones are left out and answered. */
function gathered(facts = {}) {
  const calls = Object.entries(facts).flatMap(([name, list]) => list.map((it) => [name, ...JSON.parse(it)]));
  let known = {};
  for (const [name, number, at_ms, ...values] of calls.sort((a, b) => a[1] - b[1]))
    try {
      const { at_ms: _, ...next } = TAKE[name]({ ...known, at_ms }, ...values);
      if (new TextEncoder().encode(JSON.stringify(next)).length > ABOUT_BYTES_MAX)
        throw `this is more than ${ABOUT_BYTES_MAX} bytes with what was said before; say less`;
      known = next;
    } catch (why) {
      if (complained.has(number)) continue;
      complained.add(number);
      console.error(`frontdesk: ${name}: ${why}`);
      emit('error', `${name}: ${why}`);
    }
  return known;
}

/** What the helpdesk is told: the JSON of a `shared::VisitorContext`. */
function described() {
  const [page, title, referrer] = [said.page, said.title, said.referrer].map((it) => it?.slice(0, ADDRESS_CHARS_MAX) || undefined);
  const attributes = { ...answered.attributes, ...who.attributes };
  const language = document.documentElement.lang;
  return JSON.stringify({ site: site.id, page, title, referrer, language, ...answered, ...who, attributes, ticket: ticketHere });
}

/** Tells the program what the next conversation tells the helpdesk; `more` is what a part has asked. */
function describe(more) {
  Object.assign(answered, more);
  tell('describe', described());
}

/**
 * The visitor's ticket for the desk's own API (docs/using/visitors.md), after the visitor's first act; `anew` when the
 * desk refuses the one there is. Fails where the desk cannot be reached or gives none.
 */
function ticket(anew) {
  if (anew) asking = ticketHere = undefined;
  return (asking ??= askTicket(anew).catch((why) => {
    asking = undefined;
    throw why;
  }));
}

async function askTicket(anew) {
  if (!site.desk) throw new Error('this desk gives no tickets');
  const last = JSON.parse((!anew && kept(TICKET)) || '{}');
  ticketHere = last.expires_ms > Date.now() ? last.ticket : undefined;
  if (last.expires_ms > Date.now() + TICKET_LEFT_MS_MIN) return ticketHere;
  const answer = await fetch(`${site.desk}/ticket`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ site: site.id, ticket: ticketHere }),
  });
  if (!answer.ok) throw new Error(`no ticket: ${answer.status}`);
  const next = await answer.json();
  if (isGone) throw new Error('the visitor is gone');
  keep(TICKET, JSON.stringify(next));
  ticketHere = next.ticket;
  return ticketHere;
}

/** What is so now reaches agents while a conversation goes on; changes of the same second go together. */
function report() {
  reporting ??= setTimeout(async () => {
    reporting = undefined;
    isUnreported = true;
    try {
      const answer = await fetch(`${site.desk}/about`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await ticket()}` },
        body: described(),
      });
      isUnreported = !answer.ok;
      if (answer.status === 401) await ticket(true);
    } catch {
      // Without the desk's tickets, or without a network: the next change, or the next conversation, tells.
    }
  }, REPORT_MS);
}

/** Takes in what the page says. `false`: the visitor is another one than before, who is forgotten first. */
function take(about) {
  said = about;
  who = gathered(about.facts);
  const before = kept(IDENTITY);
  if (!who.id || !before || before === who.id) return true;
  forgetKept();
  return false;
}

function forgetKept() {
  for (const name of KEPT) {
    delete memory[name];
    try {
      localStorage.removeItem(name);
    } catch {
      // Denied: there is nothing.
    }
  }
}

/** Forgets the visitor; the document starts anew, so that nothing is left in its memory either. */
function forget(next, why) {
  forgetKept();
  isGone = true;
  // What the program keeps until the document is gone is not kept.
  Storage.prototype.setItem = () => {};
  window.name = next;
  emit('gone', why);
  location.reload();
}

/** The visitor's first act. Nothing is asked or kept before it. */
function opened() {
  if (isOpened) return;
  isOpened = true;
  // Where none is given the chat works, without what needs one.
  ticket().then(() => describe(), () => {});
  describe();
}

/** What the page says. */
function heard({ type, value, about }, origin) {
  if (pageOrigin !== '*' && origin !== pageOrigin) return;
  pageOrigin = origin;
  if (type === 'logout') return forget('');
  const isNew = JSON.stringify(about) !== JSON.stringify(said);
  // A page's title often comes after its address.
  if (isOpened && about.page !== said.page) setTimeout(() => emit('page'), REPORT_MS);
  if (isNew && !take(about)) return forget(JSON.stringify(about));
  if (type === 'open') opened();
  if (isOpened && isNew) {
    describe();
    report();
  }
  if (isOpened && who.id) keep(IDENTITY, who.id);
  if (type !== 'page') tell(type, value);
}

addEventListener('message', ({ data, source, origin }) => {
  if (data?.frontdesk !== 1 || isGone) return;
  if (source === window && data.tell === 'ready') tellAll();
  if (source === window && data.tell === 'ready' && !isEmbedded) {
    // On a page of its own there is nothing to click first: to come here was the act.
    opened();
    tell('open');
  } else if (source === window && data.tell) {
    emit(data.tell, data.detail);
    if (data.tell === 'chat:started' && isUnreported) report();
  } else if (source === parent && isEmbedded) heard(data, origin);
});

// Another tab has forgotten the visitor, or has another one.
addEventListener('storage', ({ key, oldValue, newValue }) => {
  const isOther = key === IDENTITY ? oldValue !== null : key === SESSION && newValue === null;
  if (isOther && !isGone) forget('', 'elsewhere');
});

// Where the browser does not tell of navigation, the page is asked when the visitor comes to write.
addEventListener('focus', () => isOpened && emit('page'));

// What the page knew when it made this document: nothing of another visitor is ever shown.
if (isEmbedded && window.name) {
  take(JSON.parse(window.name));
  window.name = '';
}
