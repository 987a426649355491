//! Every bound of the store, in one place, with its unit last.

/// How many writes may wait for the writer; more are refused. Above what the server's cap on
/// connections lets wait at once.
pub const WRITES_WAITING_MAX: usize = 65_536;

/// How many writes go into one commit.
pub const WRITES_PER_COMMIT_MAX: usize = 1_024;

/// How long to wait for another program to give the data file free, in milliseconds.
pub const LOCK_WAIT_MS: u64 = 5_000;

/// How many scopes the writer remembers the row of.
pub const SCOPES_REMEMBERED_MAX: usize = 16_384;

const _: () = assert!(WRITES_PER_COMMIT_MAX <= WRITES_WAITING_MAX);
