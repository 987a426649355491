//! Limits of the parts, with their units.

/// How long the menu tells what became of a choice, in milliseconds.
pub const NOTE_MS: u64 = 5_000;
/// How long a file is there for the browser to save, in milliseconds.
pub const DOWNLOAD_MS: u64 = 60_000;
/// Most characters of what is said beside a rating.
pub const COMMENT_CHARS_MAX: usize = 1_000;
/// How long the desk may take to answer, in milliseconds.
pub const ANSWER_WITHIN_MS: u32 = 15_000;
/// Most files that are sent at once; the others wait.
pub const UPLOADS_MAX: usize = 5;
