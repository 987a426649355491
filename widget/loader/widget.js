// The script a customer embeds:
//
//   <script async src="https://chat.example/widget.js" data-site="demo"></script>
//
// It draws one launcher button and nothing else: no iframe, no request, no storage, no layout shift
// before the visitor acts (invariant 10). The chat itself is a document of the chat server in an
// iframe, so that the page's CSP needs `script-src` and `frame-src` for that origin only: styles are
// constructed sheets, the DOM is built by hand (Trusted Types), and nothing is evaluated.
//
// Attributes: data-site (needed), data-position="start|end", data-label, data-color="#rrggbb".
// Calls: frontdesk('open'), 'close', 'toggle', 'destroy'. A page may call before this script is there:
//   window.frontdesk = window.frontdesk || function () { (frontdesk.q = frontdesk.q || []).push(arguments) }
//
// Between this script and the iframe go messages { frontdesk: 1, type, … }, checked both ways:
//   iframe → page: ready | close | unread (count)         page → iframe: open | close
(function () {
  'use strict';
  var stub = window.frontdesk;
  if (stub && stub.ready) return; // Included twice: the first one stands.

  var script = document.currentScript || document.querySelector('script[data-site][src*="widget.js"]');
  var options = script.dataset;
  var origin = new URL(script.src).origin;
  var words = /^de/i.test(document.documentElement.lang || navigator.language)
    ? ['Chat öffnen', 'Chat schließen', ' ungelesene Nachricht', 'en']
    : ['Open chat', 'Close chat', ' unread message', 's'];
  var color = /^#[0-9a-f]{6}$/i.test(options.color) ? options.color : '#3450d1';
  var start = options.position === 'start';

  var host, launcher, badge, panel, frame;
  var isOpen = false;
  var isReady = false;

  function add(parent, name, attributes, namespace) {
    var element = document.createElementNS(namespace || 'http://www.w3.org/1999/xhtml', name);
    for (var key in attributes) element.setAttribute(key, attributes[key]);
    return parent.appendChild(element);
  }

  // White ink, unless the colour is so light that dark ink reads better.
  function ink() {
    var value = parseInt(color.slice(1), 16);
    return (value >> 16) * 0.299 + ((value >> 8) & 255) * 0.587 + (value & 255) * 0.114 > 160 ? '#171b22' : '#fff';
  }

  var css =
    ':host{all:initial!important;position:fixed!important;inset-block-end:20px!important;inset-inline-' +
    (start ? 'start' : 'end') +
    ':20px!important;z-index:2147483647!important;color-scheme:light dark!important}' +
    'button{all:unset;box-sizing:border-box;position:relative;display:grid;place-items:center;inline-size:56px;' +
    'block-size:56px;border-radius:50%;background:' + color + ';color:' + ink() + ';cursor:pointer;' +
    'box-shadow:0 1px 3px #10141c33,0 6px 20px #10141c40;-webkit-tap-highlight-color:transparent}' +
    'button:focus-visible{outline:3px solid ' + color + ';outline-offset:3px;box-shadow:0 0 0 3px Canvas}' +
    'svg{inline-size:28px;block-size:28px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;' +
    'stroke-linejoin:round}' +
    'button[aria-expanded=true] .a,button[aria-expanded=false] .b{display:none}' +
    'span{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;box-sizing:border-box;min-inline-size:22px;' +
    'padding:0 6px;border-radius:11px;background:#b42318;color:#fff;font:600 13px/22px system-ui,sans-serif;' +
    'text-align:center;box-shadow:0 0 0 2px Canvas}' +
    'span:empty{display:none}' +
    'div{position:fixed;inset-block-end:92px;inset-inline-' + (start ? 'start' : 'end') + ':20px;inline-size:384px;' +
    'block-size:640px;max-block-size:calc(100vh - 112px);max-inline-size:calc(100vw - 40px);overflow:hidden;' +
    'border-radius:16px;background:#fff;box-shadow:0 0 0 1px #10141c14,0 4px 12px #10141c1a,0 16px 48px #10141c33}' +
    'div:not(.open){visibility:hidden;opacity:0}' +
    // Until the document is there: three dots, so that nobody looks at an empty box.
    'div:not(.ready):before{content:"";position:absolute;inset:0;margin:auto;inline-size:8px;block-size:8px;' +
    'border-radius:50%;color:#868f9d;background:currentColor;box-shadow:-16px 0,16px 0}' +
    'iframe{position:absolute;inset:0;inline-size:100%;block-size:100%;border:0}' +
    'div:not(.ready) iframe{opacity:0}' +
    '@media(prefers-color-scheme:dark){div{background:#16191f;box-shadow:0 0 0 1px #2b313b,0 16px 48px #0009}}' +
    '@media(prefers-reduced-motion:no-preference){button{transition:transform .15s}button:hover{transform:scale(1.05)}' +
    // Visible at once when it opens, or the focus could not move in.
    'div{transition:opacity .18s,transform .18s}div:not(.open){transform:translateY(12px);' +
    'transition:opacity .18s,transform .18s,visibility 0s .18s}}' +
    // A phone: the whole screen, and above its keyboard (--h, --y).
    '@media(max-width:480px),(max-height:420px){div{inset:var(--y,0) 0 auto!important;inline-size:100%;' +
    'block-size:var(--h,100dvh);max-block-size:none;max-inline-size:none;border-radius:0}' +
    'div.open.ready+button{display:none}}' +
    '@media(forced-colors:active){button,div{border:2px solid ButtonText}}' +
    '@media print{:host{display:none!important}}';

  function label(unread) {
    badge.textContent = unread ? (unread > 9 ? '9+' : unread) : '';
    launcher.setAttribute(
      'aria-label',
      isOpen
        ? words[1]
        : (options.label || words[0]) + (unread ? ', ' + unread + words[2] + (unread > 1 ? words[3] : '') : '')
    );
  }

  function tell(type) {
    if (isReady) frame.contentWindow.postMessage({ frontdesk: 1, type: type }, origin);
  }

  // The document comes with the visitor's first act, which may be to point at the launcher.
  function warm() {
    if (frame) return;
    frame = add(panel, 'iframe', {
      title: 'Chat',
      allow: 'clipboard-write',
      src:
        origin + '/widget/?site=' + encodeURIComponent(options.site) +
        (options.color ? '&color=' + encodeURIComponent(color) : ''),
    });
  }

  function show(open) {
    if (open === isOpen) return;
    if (open) warm();
    isOpen = open;
    panel.classList.toggle('open', open);
    launcher.setAttribute('aria-expanded', open);
    label(0);
    tell(open ? 'open' : 'close');
    if (open && isReady) frame.focus();
    else if (!open && document.activeElement === host) launcher.focus();
  }

  function onMessage(event) {
    var data = event.data;
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow || !data || data.frontdesk !== 1) return;
    if (data.type === 'ready') {
      isReady = true;
      panel.classList.add('ready');
      if (isOpen) {
        tell('open');
        frame.focus();
      }
    } else if (data.type === 'close') {
      show(false);
    } else if (data.type === 'unread' && !isOpen) {
      label(data.count >>> 0);
    }
  }

  function onEscape(event) {
    if (event.key === 'Escape') show(false);
  }

  // A phone's keyboard covers the layout viewport; what is left of it is the visual one.
  function onViewport() {
    var view = window.visualViewport;
    panel.style.setProperty('--h', view.height + 'px');
    panel.style.setProperty('--y', view.offsetTop + 'px');
  }

  function listen(on) {
    var change = on ? 'addEventListener' : 'removeEventListener';
    window[change]('message', onMessage);
    if (window.visualViewport) {
      window.visualViewport[change]('resize', onViewport);
      window.visualViewport[change]('scroll', onViewport);
    }
  }

  function draw() {
    host = add(document.body, 'frontdesk-chat');
    var root = host.attachShadow({ mode: 'open' });
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    panel = add(root, 'div', { role: 'dialog', 'aria-label': 'Chat' });
    launcher = add(root, 'button', {
      type: 'button',
      'aria-haspopup': 'dialog',
      'aria-expanded': false,
      'data-testid': 'frontdesk-launcher',
    });
    var svg = 'http://www.w3.org/2000/svg';
    var sign = add(launcher, 'svg', { viewBox: '0 0 24 24', 'aria-hidden': true }, svg);
    add(sign, 'path', { class: 'a', d: 'M12 4c5 0 8.5 3 8.5 7.2S17 18.5 12 18.5a10 10 0 0 1-2.6-.3L5 20.5l.8-3.7A6.8 6.8 0 0 1 3.5 11.2C3.5 7 7 4 12 4Z' }, svg);
    add(sign, 'path', { class: 'b', d: 'm6 9.5 6 6 6-6' }, svg);
    badge = add(launcher, 'span', { 'aria-hidden': true });
    launcher.onclick = function () {
      show(!isOpen);
    };
    launcher.onpointerenter = warm;
    launcher.onkeydown = onEscape;
    label(0);
    listen(true);
    ((stub && stub.q) || []).forEach(function (call) {
      api.apply(null, call);
    });
  }

  function api(name) {
    if (!host) return;
    if (name === 'destroy') {
      listen(false);
      host.remove();
      host = null;
      delete window.frontdesk;
    } else {
      show(name === 'toggle' ? !isOpen : name === 'open');
    }
  }

  api.ready = true;
  window.frontdesk = api;
  if (document.body) draw();
  else document.addEventListener('DOMContentLoaded', draw);
})();
