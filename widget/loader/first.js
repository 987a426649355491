// What can be seen and written in before the program is here: head, greeting and field, as widget/src/view draws them. What was
// written and where the cursor is goes over to the program's own field. Who comes back, or is asked something first, waits for that.

function make(name, attributes, ...children) {
  const space = /svg|path/.test(name) ? 'http://www.w3.org/2000/svg' : 'http://www.w3.org/1999/xhtml';
  const element = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** As widget/src/view/icon.rs has it. */
const icon = (d) => make('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': true }, make('path', { d }));

/** The first frame, and those of its parts that act. The field has no `id`, for the program looks for its own by that. */
function drawFirst() {
  const title = site.title || words.title;
  const field = make('textarea', {
    rows: 1,
    dir: 'auto',
    enterkeyhint: 'send',
    'aria-label': words.message_label,
    'aria-description': words.send_hint,
    'data-testid': 'composer',
    placeholder: words.placeholder,
  });
  const grow = make('div', { class: 'grow' }, field);
  const send = make('button', { class: 'send', 'aria-label': words.send, 'aria-disabled': true }, icon('M12 19V5.5M6 11l6-6 6 6'));
  const menu = make('button', { class: 'icon-button is-more', 'aria-label': words.menu, inert: '' }, icon('M5 12h.01M12 12h.01M19 12h.01'));
  const close = make('button', { class: 'icon-button', 'aria-label': words.close }, icon('M6 6l12 12M18 6L6 18'));
  const tools = make('div', { class: 'slot', 'data-part': 'tools', inert: '' });
  const form = make('form', { class: 'composer' }, tools, grow, send);
  const main = make('main', { class: 'chat' },
    make('header', { class: 'header' },
      make('span', { class: 'brand', 'aria-hidden': true }, [...title.trim()][0] ?? ''),
      make('div', { class: 'header-text' }, make('h1', { dir: 'auto' }, title), make('p', {}, words.replies_soon)),
      menu,
      close),
    make('div', { class: 'timeline-frame' },
      make('div', { class: 'timeline' },
        make('div', { class: 'timeline-content' },
          make('div', { class: 'welcome' }, make('h2', {}, words.hello), make('p', {}, words.hello_more))))),
    make('div', { class: 'status', role: 'status', 'data-state': 'connecting' },
      make('span', { class: 'pulse', 'aria-hidden': true }), make('p', { dir: 'auto' }, words.connecting)),
    form);
  field.value = kept(`${SESSION}:draft`) ?? '';
  return { main, field, grow, send, close, form };
}

function showFirst() {
  const { main, field, grow, send, close, form } = drawFirst();
  let isComposing = false;
  let isSent = false;
  const written = () => {
    grow.dataset.text = field.value;
    send.ariaDisabled = !field.value.trim();
  };
  const sent = (event) => {
    event.preventDefault();
    isSent = !!field.value.trim();
  };
  const listen = (it, type, act) => it.addEventListener(type, act);
  listen(field, 'input', () => {
    isSent = false;
    written();
  });
  listen(field, 'keydown', (event) => {
    // 229 is what Safari says for the Enter that ends a composition.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) sent(event);
    if (event.key === 'Escape' && !event.isComposing) emit('close');
  });
  listen(form, 'submit', sent);
  listen(close, 'click', () => emit('close'));

  /** The program's field is there: it takes over, but not in the middle of a word that an input method makes. */
  const handOver = () => {
    const next = document.getElementById('field');
    // Once: the end of a word asks for it as well, and may come after it.
    if (!next || isComposing || !main.isConnected) return;
    program.disconnect();
    const hasFocus = document.activeElement === field;
    const { value, selectionStart, selectionEnd } = field;
    main.remove();
    if (next.value !== value) {
      next.value = value;
      next.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    if (hasFocus) {
      next.focus();
      next.setSelectionRange(selectionStart, selectionEnd);
    }
    // Behind what the program is told of the page, such as that it is open.
    if (isSent) tell('sent');
  };
  const program = new MutationObserver(handOver);
  program.observe(document.body, { childList: true });
  listen(field, 'compositionstart', () => (isComposing = true));
  listen(field, 'compositionend', () => {
    isComposing = false;
    // The last of the word is in the field after this event.
    setTimeout(handOver);
  });
  listen(window, 'message', ({ data, source }) => {
    if (source === parent && data?.type === 'open') field.focus();
    if (source === window && data?.type === 'sent') document.getElementById('field')?.form.requestSubmit();
  });

  written();
  document.body.append(main);
  emit('ready');
}

if (isEmbedded && window.WebAssembly && !kept(SESSION) && !site.form) showFirst();
