//! Every bound of the runner, in one place, with its unit last.

/// An answer that is not an event package.
pub(crate) const ANSWER_MS_MAX: u64 = 20_000;
/// An event or a webhook that has to come.
pub(crate) const EVENT_MS_MAX: u64 = 20_000;
/// A request for events that is not answered for this long counts as parked.
pub(crate) const PARKED_MS: u64 = 400;
/// How much later than documented something that a timer does may come.
pub(crate) const TIMER_SLACK_MS: u64 = 8_000;
/// How much earlier: clocks are read at two ends.
pub(crate) const TIMER_EARLY_MS: u64 = 500;
/// Between two looks at something that no event tells.
pub(crate) const LOOK_AGAIN_MS: u64 = 250;
/// One check, besides the timers of the platform that it waits for.
pub(crate) const CHECK_MS_MAX: u64 = 90_000;
/// What a check left behind is taken away in this time.
pub(crate) const CLEAN_UP_MS_MAX: u64 = 5_000;
/// Checks at the same time.
pub(crate) const PARALLEL_MAX: u32 = 16;
/// Characters of an answer that a report shows.
pub(crate) const SHOWN_CHARS_MAX: usize = 600;
/// Lines of one check's transcript.
pub(crate) const TRANSCRIPT_LINES_MAX: usize = 400;
/// Webhooks that are kept.
pub(crate) const HOOKS_MAX: usize = 20_000;
/// The body of one webhook.
pub(crate) const HOOK_BYTES_MAX: usize = 1 << 20;
/// Redirects that are followed for one request (`protocol.md` §1.3: one).
pub(crate) const REDIRECTS_MAX: usize = 1;
/// A secret below this many bytes is not looked for in what is shown.
pub(crate) const SECRET_BYTES_MIN: usize = 8;
