// Runs in the widget's document before its program: what needs no program to be done.

/** What the server wrote into the document. */
const meta = (name) => JSON.parse(document.querySelector(`meta[name=frontdesk-${name}]`)?.content ?? '{}');

// The site's colours, made readable by the server.
for (const [name, color] of Object.entries(meta('palette')))
  document.documentElement.style.setProperty(name, color);

// A theme of the page's own wish goes before the reader's: each rule for a scheme is always or never.
const theme = new URLSearchParams(location.search).get('theme');
if (theme === 'light' || theme === 'dark') {
  document.documentElement.style.colorScheme = theme;
  for (const { cssRules } of document.styleSheets)
    for (const { media } of cssRules) {
      const wanted = /prefers-color-scheme: (\w+)/.exec(media?.mediaText)?.[1];
      if (wanted) media.mediaText = wanted === theme ? 'all' : 'not all';
    }
}

// A browser that cannot run the program: what is there for one without scripts, for everybody to see.
if (!window.WebAssembly) {
  const { textContent } = document.querySelector('noscript');
  document.body.append(...new DOMParser().parseFromString(textContent, 'text/html').body.childNodes);
  parent.postMessage({ frontdesk: 1, type: 'ready' }, '*');
}
