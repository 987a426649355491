// A customer's page as a test wants it, below the server's own address: the browser asks, the test answers.

/** Answers `path` with a page of this body and these headers; answers with the page's address. */
export async function hostPage(page, serverUrl, path, body, headers = {}) {
  const url = `${serverUrl}${path}`;
  await page.route(url, (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers,
      body: `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Host</title><body>${body}</body></html>`,
    }),
  );
  return url;
}

/** Gathers what policies complain about, in the page and in its frames; call before the page is visited. */
export async function gatherViolations(page) {
  const violations = [];
  await page.exposeFunction('violated', (text) => violations.push(text));
  await page.addInitScript(() => {
    const told = (it) => window.violated?.(`${location.pathname}: ${it.violatedDirective} ${it.blockedURI}`);
    document.addEventListener('securitypolicyviolation', told);
    new ReportingObserver((reports) => reports.forEach((it) => window.violated?.(`${location.pathname}: ${it.type} ${JSON.stringify(it.body)}`)), {
      types: ['csp-violation', 'coep', 'permissions-policy-violation'],
      buffered: true,
    }).observe();
  });
  return violations;
}

/** Keeps what the page is told: every event of the API, as `name` or `name=detail`, in `window.heard`. */
export function keepEvents() {
  window.heard = [];
  const names =
    'ready open close unread message:sent message:received chat:started chat:assigned chat:ended connection error queue availability form:submitted rating:submitted'.split(' ');
  for (const name of names)
    addEventListener(`frontdesk:${name}`, ({ detail }) => {
      const text = typeof detail === 'object' ? JSON.stringify(detail) : detail;
      window.heard.push(detail || detail === 0 ? `${name}=${text}` : name);
    });
}
