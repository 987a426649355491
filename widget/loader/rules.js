// When a greeting is due: what is asked for, and what is so, without a browser. In extras.js; a test reads it by itself.

/** Whether a path is of a pattern, in which `*` is any number of characters. */
function matches(pattern, path) {
  const parts = pattern.split('*').map((it) => it.replace(/[^\w/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(path);
}

/**
 * Whether all that is asked for is so.
 * `rule`: the tag's `after` (seconds), `page` (pattern), `scroll` (per cent), `consent`, as texts; absent ones ask nothing.
 * `now`: `seconds` on the page, `path`, `scrolled` (answers with per cent), `hasConsent`.
 */
function isDue(rule, now) {
  return (
    (rule.consent == null || now.hasConsent) &&
    (rule.page == null || matches(rule.page, now.path)) &&
    now.seconds >= (rule.after || 0) &&
    (!rule.scroll || now.scrolled() >= rule.scroll)
  );
}
