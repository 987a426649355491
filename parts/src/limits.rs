//! Limits of the parts, with their units.

/// Most characters of what is said beside a rating.
pub const COMMENT_CHARS_MAX: usize = 1_000;
/// How long the desk may take to answer, in milliseconds.
pub const ANSWER_WITHIN_MS: u32 = 15_000;
