// The script a customer embeds; docs/using/embedding.md says how.
//
//   <script async src="https://chat.example/widget.js" data-site="demo"></script>
//
// It defines the element <frontdesk-chat>, which draws one launcher button and nothing else: no
// iframe, no request, no storage, no layout shift before the visitor or the page acts (invariant
// 10). The chat itself is a document of the chat server in an iframe, so that the page's CSP needs
// `script-src` and `frame-src` for that origin only: styles are a constructed sheet, the DOM is built
// by hand (Trusted Types), and nothing is evaluated.
//
// The tag and `frontdesk('boot', { site })` put such an element at the end of the page. Options are
// its attributes and nowhere else. A page has one chat: where there are several elements, it is in
// the one that came last.
//
// Between this script and the iframe go messages { frontdesk: 1, type, … }, checked both ways:
//   iframe → page: ready | close | unread (detail) | gone (detail: by another tab) | page | the name of an event (detail)
//   page → iframe: open | close | logout | draft (value) | page; each with what is so by then (about)
(() => {
  const NAME = 'frontdesk-chat';
  const EVENTS =
    'close connection open ready rating:submitted chat:assigned error queue message:received form:submitted chat:started availability message:sent unread chat:ended'.split(' ');
  /** Calls of one name that are kept for the document. */
  const FACTS_MAX = 30;
  // Attributes that the style sheet reads as --frontdesk-…
  const LOOK = 'z-index offset-x offset-y theme radius color image'.split(' ');
  if (customElements.get(NAME)) return; // Included twice: the first one stands.

  const stub = window.frontdesk;
  const { dataset, src } = document.currentScript;
  const origin = new URL(src).origin;
  const page = document.documentElement;
  const view = visualViewport;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LAUNCHER_CSS);

  /** What `boot` made. */
  let booted;
  /** The element that the chat is in, and what is drawn there. */
  let host, panel, launcher, badge, frame, label;
  /** Ends all of its listeners. */
  let parting;
  let isOpen = false;
  let isReady, isLeaving, overflow;
  /** What the document is to be told when it listens. */
  let waiting = [];
  let unread = 0;
  /** The count before the page's title; its space is one that pages do not write there, and that stays at an end. */
  let mark = '';
  const titles = new MutationObserver(() => say(unread));
  /** The calls that told of the visitor, by their name, as JSON of [number, time, …values]. */
  let facts = {};
  let count = 0;
  /** Ends what the page listens to. */
  let deaf = new AbortController();

  function emit(name, detail) {
    dispatchEvent(new CustomEvent('frontdesk:' + name, { detail }));
  }

  function complain(text) {
    console.error('frontdesk: ' + text);
    emit('error', text);
  }

  /** Whether the name is known; if not, says what there is. */
  function knows(names, name) {
    return names.includes(name) || complain('no "' + name + '", but ' + names.join(', '));
  }

  function set(element, attributes) {
    for (const key in attributes) {
      const name = key.replace(/[A-Z]/g, '-$&').toLowerCase();
      if (attributes[key] == null) element.removeAttribute(name);
      else element.setAttribute(name, attributes[key]);
    }
    return element;
  }

  function add(parent, name, attributes) {
    return parent.appendChild(set(document.createElement(name), attributes));
  }

  const wish = (name) => host.getAttribute(name);

  function mount(element) {
    unmount();
    host = element;
    const root = host.shadowRoot || host.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    panel = add(root, 'div', { role: 'dialog' });
    launcher = add(root, 'button', { ariaExpanded: false });
    badge = add(launcher, 'span');
    parting = new AbortController();
    const on = (target, type, act) => target.addEventListener(type, act, parting);
    on(launcher, 'click', () => show(!isOpen, true));
    on(launcher, 'pointerenter', load);
    on(launcher, 'focus', load);
    on(launcher, 'keydown', (event) => event.key === 'Escape' && show(false, true));
    on(window, 'message', hear);
    on(window, 'popstate', ({ state }) => overflow != null && !state?.frontdesk && show(false));
    // Where the browser cannot tell, the document asks when the visitor acts.
    on(window.navigation || window, 'currententrychange', moved);
    on(view, 'resize', fit);
    on(view, 'scroll', fit);
    look();
    // After the calls that were kept.
    queueMicrotask(() => emit('ready'));
  }

  function unmount() {
    if (!host) return;
    unload();
    show(false);
    say(0);
    parting.abort();
    host.shadowRoot.replaceChildren();
    host = null;
  }

  /** The attributes' wishes. What is no attribute may be a property of the page's own CSS. */
  function look() {
    for (const name of LOOK) {
      const value = wish(name);
      const unit = isNaN(value) || name === 'z-index' ? '' : 'px';
      host.style.setProperty('--frontdesk-' + name, value && (name === 'image' ? `url("${value}")` : value + unit));
    }
    say(unread);
  }

  /** The name of launcher and panel, with the count of what is unread. */
  function say(count) {
    label = wish('label') || 'Chat';
    badge.textContent = count > 9 ? '9+' : count || '';
    set(launcher, { ariaLabel: label + (count ? ` (${count})` : '') });
    set(panel, { ariaLabel: label });
    const title = ownTitle();
    mark = count ? `(${count})\xa0` : '';
    if (document.title !== mark + title) document.title = mark + title;
    // Each that the page sets gets it again.
    if (count) titles.observe(document.head, { subtree: true, childList: true, characterData: true });
    else titles.disconnect();
    // Last: who hears of it may open the chat.
    if (count !== unread) emit('unread', (unread = count));
  }

  /** The page's title without the count before it. */
  const ownTitle = () => document.title.replace(mark, '');

  /** The document comes with the first act, which may be to point at the launcher. */
  function load() {
    if (frame) return;
    const query = new URLSearchParams({
      site: wish('site'),
      color: wish('color') || '',
      lang: wish('locale') || page.lang,
      theme: wish('theme') || '',
    });
    frame = add(panel, 'iframe', { title: label, name: JSON.stringify(about()), allow: 'clipboard-write', src: `${origin}/widget/?${query}` });
  }

  /** Where the visitor is, and who. */
  const about = () => ({ page: location.href, title: ownTitle(), referrer: document.referrer, facts });

  /** The document is told, once it listens; it does not come for it. */
  const moved = () => isReady && tell('page');

  function unload() {
    frame?.remove();
    isReady = frame = null;
    waiting = [];
    panel.classList.remove('ready');
  }

  /** Says something to the document, which comes for it. */
  function tell(type, value) {
    load();
    if (isReady) frame.contentWindow.postMessage({ type, value, about: about(), frontdesk: 1 }, origin);
    else waiting.push(() => tell(type, value));
  }

  /** The document is told whether it is open, once it listens; if it is, it comes and gets the focus. */
  function turn() {
    if (isReady) tell(isOpen ? 'open' : 'close');
    if (!isOpen) return;
    load();
    if (isReady) frame.focus();
  }

  function show(open, byVisitor) {
    if (open === isOpen) return;
    isOpen = open;
    panel.classList.toggle('open', open);
    set(launcher, { ariaExpanded: open });
    say(0);
    turn();
    if (open) {
      // A phone's whole screen: the page behind stands still, and there is an entry to go back from. The style sheet has the same
      // sizes; to ask for its answer would have the page laid out here and now.
      if (wish('inline') == null && (innerWidth <= 480 || innerHeight <= 420)) {
        overflow = page.style.overflow;
        page.style.overflow = 'hidden';
        // The page's router finds its own state in it, and the same address.
        if (!history.state?.frontdesk) history.pushState({ ...history.state, frontdesk: 1 }, '');
      }
    } else {
      if (document.activeElement === host) launcher.focus();
      if (overflow != null) {
        page.style.overflow = overflow;
        overflow = null;
        // Not when the page closes: it may be on its way elsewhere.
        if (byVisitor && history.state?.frontdesk) history.back();
      }
    }
    emit(open ? 'open' : 'close');
  }

  function hear({ data, origin: from, source }) {
    if (from !== origin || source !== frame?.contentWindow) return;
    const { type } = data;
    if (type === 'ready') {
      isReady = true;
      turn();
      while (waiting[0]) waiting.shift()();
      panel.classList.add('ready');
    } else if (type === 'gone') {
      // The document starts anew, for whoever comes next.
      show(false);
      say(0);
      isReady = false;
      // Another tab has said since who the visitor is.
      if (data.detail) facts = {};
      if (isLeaving) leave();
    } else if (type === 'page') moved();
    else if (type === 'close') show(false, true);
    else if (type === 'unread') say(data.detail >>> 0);
    else emit(type, data.detail);
  }

  // A phone's keyboard covers the layout viewport; what is left of it is the visual one.
  function fit() {
    panel.style.setProperty('--h', view.height + 'px');
    panel.style.setProperty('--y', view.offsetTop + 'px');
  }

  class Chat extends HTMLElement {
    static observedAttributes = [...LOOK, 'label', 'locale', 'site'];

    connectedCallback() {
      mount(this);
    }

    disconnectedCallback() {
      if (this !== host) return;
      const wasOpen = isOpen;
      unmount();
      queueMicrotask(() => {
        // What `boot` made comes back when the page replaces its body.
        if (this === booted) document.body.append(this);
        else if (!host) document.querySelector(NAME)?.connectedCallback();
        if (host && wasOpen) show(true);
      });
    }

    attributeChangedCallback(name) {
      if (this !== host) return;
      look();
      // The document reads its wishes once; what was typed and said is kept there.
      if (frame && /color|locale|site|theme/.test(name)) {
        unload();
        turn();
      }
    }
  }

  function on(name, callback, once) {
    if (knows(EVENTS, name)) addEventListener('frontdesk:' + name, callback, { once, signal: deaf.signal });
    return () => calls.off(name, callback);
  }
  const draft = (text) => {
    show(true);
    if (text) tell('draft', text);
  };
  const leave = () => {
    const gone = booted || host;
    booted = isLeaving = null;
    gone.remove();
  };
  const calls = {
    boot(options) {
      booted ||= document.createElement(NAME);
      booted.hidden = isLeaving = false;
      set(booted, options);
      if (!booted.isConnected) document.body.append(booted);
    },
    on,
    once: (name, callback) => on(name, callback, true),
    off: (name, callback) => removeEventListener('frontdesk:' + name, callback),
    get: (name) => ({ unread, state: host ? (host.hidden ? 'hidden' : isOpen ? 'open' : 'closed') : 'none' })[name],
    update: (options) => set(host, options),
    setLocale: (locale) => set(host, { locale }),
    setTheme: (theme) => set(host, { theme }),
    open: (options) => draft(options?.draft),
    showNewMessage: draft,
    close: () => show(false),
    toggle: () => show(!isOpen),
    show() {
      host.hidden = false;
    },
    hide() {
      host.hidden = true;
    },
    logout() {
      facts = {};
      show(false);
      tell('logout');
    },
    shutdown() {
      calls.logout();
      host.hidden = isLeaving = true; // The document says when it has forgotten.
    },
    destroy() {
      leave();
      deaf.abort();
      deaf = new AbortController();
    },
    // What these tell of the visitor is kept; the document makes something of it when it comes.
    identify: 0,
    setAttributes: 0,
    addTags: 0,
    track: 0,
  };

  function api(name, ...values) {
    if (!knows(Object.keys(calls), name)) return;
    if (!host && !/boot|on|off|get/.test(name)) return complain(`"${name}" comes after "boot"`);
    if (calls[name]) return calls[name](...values);
    const kept = (facts[name] ||= []);
    kept.splice(0, kept.push(JSON.stringify([++count, Date.now(), ...values])) - FACTS_MAX);
    moved();
  }

  function start() {
    customElements.define(NAME, Chat);
    window.frontdesk = api;
    if (dataset.site) api('boot', dataset);
    for (const call of stub?.q || []) api(...call);
  }

  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
