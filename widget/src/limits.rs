//! Every limit of the widget, with its unit in its name.

/// The longest message, in characters; the platform refuses longer ones.
pub const MESSAGE_MAX_CHARS: usize = 4_000;

/// From how many characters left the counter is shown.
pub const COUNTER_FROM_CHARS_LEFT: usize = 200;

/// Messages of one author that follow each other within this time stand together.
pub const GROUP_MAX_GAP_MS: i64 = 60_000;

/// How far from the end, in CSS pixels, still counts as being at the end.
pub const AT_END_PX: i32 = 32;

/// How many messages may be waiting to be read out until they are on screen; more are not read out.
pub const UNREAD_OUT_MAX: usize = 64;

/// How many commands may wait until the client's part of the program is here.
pub const COMMANDS_EARLY_MAX: usize = 64;

const _: () = assert!(COUNTER_FROM_CHARS_LEFT < MESSAGE_MAX_CHARS);
