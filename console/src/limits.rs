//! Every bound of the console, with its unit last.

/// How long the desk may hold a poll and answer it, in all; it holds for up to 25 s.
pub const DESK_POLL_MS_MAX: u64 = 32_000;
/// The longest silence of a held poll before the console asks whether the server is still there.
pub const PULSE_EVERY_MS: i64 = 5_000;
/// How long an answer to that question may take.
pub const PULSE_MS_MAX: u64 = 4_000;
/// A console that may have missed something says so within this time (invariant 12).
pub const STALE_MS_MAX: i64 = 10_000;
/// The shortest time between two polls, so that a busy desk is not asked without a pause.
pub const POLL_GAP_MS_MIN: i64 = 100;
/// The first pause after a failure.
pub const RETRY_MS_MIN: i64 = 500;
/// The longest pause after failures.
pub const RETRY_MS_MAX: i64 = 15_000;
/// How long any other request to the desk may take.
pub const DESK_CALL_MS_MAX: u64 = 15_000;
/// How long the session has to renew a token that the desk refused.
pub const DESK_REFUSED_PAUSE: std::time::Duration = std::time::Duration::from_secs(1);
/// How long taking may last until the console calls it failed.
pub const TAKE_MS_MAX: i64 = 20_000;
/// Two records of one author and one text are one message when they are no further apart.
pub const SAME_MESSAGE_MS_MAX: i64 = 5_000;
/// Messages of one author stand together while the pauses between them are no longer.
pub const GROUP_GAP_MS_MAX: i64 = 5 * 60_000;
/// The longest answer that can be written, in characters.
pub const MESSAGE_CHARS_MAX: u32 = 8_000;
/// How many files of one conversation are on their way at the same time.
pub const UPLOADS_MAX: usize = 5;
/// How many conversations keep a draft and a reading mark; the oldest are forgotten.
pub const KEPT_CONVERSATIONS_MAX: usize = 200;
/// How many transcripts are held in memory.
pub const TRANSCRIPTS_MAX: usize = 50;
/// How many notices wait for what they are of; it comes in the same moment.
pub const UNTOLD_MAX: usize = 32;
/// How much of a message is read out.
pub const SPOKEN_CHARS_MAX: usize = 200;

#[expect(clippy::cast_possible_wrap, reason = "a constant far below the limit")]
const _: () = assert!(PULSE_EVERY_MS + (PULSE_MS_MAX as i64) < STALE_MS_MAX);
const _: () = assert!(RETRY_MS_MIN < RETRY_MS_MAX);
