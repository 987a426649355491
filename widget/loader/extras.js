// What a page may have beside its chat, if it wants: docs/using/greeting.md.
//
//   <script async src="https://chat.example/extras.js" data-greeting="Questions?" data-after="20"></script>
//
// A greeting: a bubble beside the launcher, when the tag's rules (rules.js) say so. A desktop notification: offered in the
// same bubble once there is a conversation. Both know the chat by its calls and events only, ask no server, and keep
// nothing before the visitor acts: then that it was answered, for the tab's session.

/** Under which it is kept that the visitor has answered. */
const ANSWERED = 'frontdesk:greeting';
const OFFERED = 'frontdesk:notify';
/** Locks of the browser: who is seen, together; who notifies, alone. */
const SEEN = 'frontdesk:seen';
/** How often rules are looked at. */
const CHECK_MS = 1_000;
/** For which no other tab notifies. */
const NOTIFY_MS = 2_000;
/** Pixels between launcher and bubble. */
const GAP_PX = 12;

const { dataset } = document.currentScript;
const sheet = new CSSStyleSheet();
sheet.replaceSync(GREETING_CSS);

/** What was answered where storage is denied. */
const answered = {};
let hasConsent = false;
/** Since when the page is at this path. */
let since = performance.now();
let path = location.pathname;
let bubble, notification, lookAway;
let hasTalked = false;

const chat = () => document.querySelector('frontdesk-chat:not([hidden], [inline])');
/** What the chat is called. */
const label = () => chat()?.getAttribute('label') || 'Chat';
const hear = (name, act) => addEventListener('frontdesk:' + name, act);

function isAnswered(name) {
  try {
    return answered[name] || sessionStorage.getItem(name);
  } catch {
    return false;
  }
}

/** The visitor has acted. */
function answer(name) {
  answered[name] = 1;
  try {
    sessionStorage.setItem(name, 1);
  } catch {
    // Denied: it is known until the page is left.
  }
}

function button(parent, text, act) {
  const it = parent.appendChild(document.createElement('button'));
  it.textContent = text;
  it.onclick = act;
  return it;
}

/** Shows a bubble beside the launcher, without the focus; `act` when it is chosen. */
function show(text, name, act) {
  const launcher = chat();
  const place = launcher.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const isLeft = place.left + place.right < width;
  bubble = document.createElement('frontdesk-greeting');
  bubble.role = 'complementary';
  bubble.ariaLabel = label();
  const root = bubble.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  const set = (property, value) => bubble.style.setProperty(property, value);
  set('--theme', (launcher.getAttribute('theme') || 'auto').replace('auto', 'light dark'));
  set('--y', innerHeight - place.top + GAP_PX + 'px');
  set('--left', isLeft ? place.left + 'px' : 'auto');
  set('--right', isLeft ? 'auto' : width - place.right + 'px');
  // A screen reader says what comes into a status that is there.
  const status = root.appendChild(document.createElement('div'));
  status.role = 'status';
  const end = () => {
    answer(name);
    hide();
  };
  button(root, '×', end).ariaLabel = dataset.close || 'Close';
  bubble.onkeydown = ({ key }) => key === 'Escape' && end();
  document.body.append(bubble);
  setTimeout(() => {
    button(status, text, () => {
      end();
      act();
    });
  });
}

/** Takes the bubble away; the focus goes on to the launcher. */
function hide() {
  if (document.activeElement === bubble) chat()?.shadowRoot.querySelector('button').focus();
  bubble?.remove();
  bubble = null;
}

/** Per cent of the page that was seen; all of one that does not scroll. */
const scrolled = () => (100 * (scrollY + innerHeight)) / document.documentElement.scrollHeight;

function check() {
  if (isAnswered(ANSWERED)) return clearInterval(checks);
  if (path !== location.pathname) {
    path = location.pathname;
    since = performance.now();
    // What was said of another page is not said here.
    hide();
  }
  const seconds = (performance.now() - since) / 1000;
  if (document.querySelector('frontdesk-greeting') || !chat() || document.hidden) return;
  if (isDue(dataset, { seconds, path, scrolled, hasConsent })) show(dataset.greeting, ANSWERED, () => frontdesk('open'));
}

const checks = dataset.greeting && setInterval(check, CHECK_MS);
hear('consent', () => {
  hasConsent = true;
});
hear('open', () => {
  hide();
  answer(ANSWERED);
});

/** Offers notifications once the chat is closed: before, it is in the way. */
function offer() {
  if (!hasTalked || bubble?.isConnected || !chat() || isAnswered(OFFERED) || self.Notification?.permission !== 'default') return;
  show(dataset.notify, OFFERED, () => Notification.requestPermission());
}

/** Tells the other tabs that the visitor looks at this one. */
function look() {
  lookAway?.();
  lookAway = null;
  if (!hasTalked || document.hidden) return;
  const isOver = new Promise((resolve) => (lookAway = resolve));
  navigator.locks?.request(SEEN, { mode: 'shared' }, () => isOver).catch(() => {});
}

/** One notification for all tabs, of which nobody's words can be read. */
async function notify(count) {
  const { held } = (await navigator.locks?.query()) || { held: [] };
  if (held.some(({ name }) => name === SEEN)) return;
  try {
    notification = new Notification(`${label()} (${count})`, { tag: OFFERED });
  } catch {
    return; // On telephones, only a service worker of the page could.
  }
  notification.onclick = () => {
    focus();
    frontdesk('open');
  };
  await new Promise((resolve) => setTimeout(resolve, NOTIFY_MS));
}

if (dataset.notify) {
  const talked = () => {
    hasTalked = true;
    look();
  };
  hear('chat:started', talked);
  hear('message:received', talked);
  hear('close', offer);
  document.addEventListener('visibilitychange', look);
  hear('unread', ({ detail }) => {
    if (!detail) return notification?.close();
    if (!document.hidden || self.Notification?.permission !== 'granted') return;
    if (!navigator.locks) notify(detail);
    else navigator.locks.request(OFFERED, { ifAvailable: true }, (lock) => lock && notify(detail)).catch(() => {});
  });
}
