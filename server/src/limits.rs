//! Every bound of the server, in one place, with its unit last. What platform and desk bound
//! themselves is in their own `limits`.

/// Bounds an operator may move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at the same time; more are told to come back later.
    pub connections_max: usize,
    /// Changes of the data that share one commit. Not for operators: fewer only make it slower,
    /// which is how a bench shows what sharing is worth.
    pub writes_per_commit_max: usize,
    /// The desk's.
    pub desk: desk::Limits,
    /// The embedded platform's.
    pub platform: platform::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections_max: 20_000,
            writes_per_commit_max: store::limits::WRITES_PER_COMMIT_MAX,
            desk: desk::Limits::default(),
            platform: platform::Limits::default(),
        }
    }
}

/// One request's body, whatever it is for but a file; platform and desk allow less.
pub(crate) const BODY_BYTES_MAX: usize = 2 << 20;
/// A connection on which no whole request head came for this long is closed; idle ones too.
pub(crate) const HEAD_MS_MAX: u64 = 75_000;
/// What changes something must be answered in this time. Reading may take longer: polls are parked.
pub(crate) const CHANGE_MS_MAX: u64 = 30_000;
/// A file must have come in this time, at however slow a line.
pub(crate) const FILE_MS_MAX: u64 = 10 * 60_000;
/// Bytes of a request's head, and of what is read ahead on one connection.
pub(crate) const HEAD_BYTES_MAX: usize = 16 << 10;
/// A pause when the system has no file handle left for a connection.
pub(crate) const ACCEPT_PAUSE_MS: u64 = 50;

/// Versions of the loader that are served besides the current one.
pub(crate) const LOADERS_MAX: usize = 256;
/// A file that is larger is no loader.
pub(crate) const LOADER_BYTES_MAX: u64 = 64 << 10;

/// How long connections may take to finish when the server stops.
pub(crate) const STOP_CONNECTIONS_MS_MAX: u64 = 2_500;
/// How long background work may take to finish when the server stops.
pub(crate) const STOP_TASKS_MS_MAX: u64 = 1_500;
/// How long the server may take to stop.
pub(crate) const STOP_MS_MAX: u64 = 5_000;

/// Bytes of one line of an operator's command or its answer.
pub(crate) const HATCH_LINE_BYTES_MAX: u64 = 64 << 10;
/// How long an operator's command may take to be said.
pub(crate) const HATCH_READ_MS_MAX: u64 = 2_000;
/// How long a conversation that is to be erased may take to end.
pub(crate) const HATCH_ENDING_MS_MAX: u64 = 15_000;

/// An answer of the platform to the desk in the same process.
pub(crate) const IN_PROCESS_BODY_BYTES_MAX: usize = 8 << 20;

/// Characters of what names a run of the conformance checks: what they make of it stays below 50.
pub(crate) const RUN_ID_CHARS: usize = 10;
/// Characters of the name a visitor of a meeting gives.
pub(crate) const VISITOR_NAME_CHARS_MAX: usize = 60;
/// How long a browser keeps that name: as long as a meeting lasts (`protocol.md` §3.4).
pub(crate) const MEETING_COOKIE_S: u32 = 8 * 3_600;

/// Characters of a site's id.
pub(crate) const SITE_ID_CHARS_MAX: usize = 40;
/// Characters of a site's title.
pub(crate) const SITE_TITLE_CHARS_MAX: usize = 100;
/// Of the address at which a site can be reached otherwise.
pub(crate) const SITE_CONTACT_BYTES_MAX: usize = 500;
/// Characters of a site's greeting.
pub(crate) const SITE_GREETING_CHARS_MAX: usize = 2_000;
/// Origins of one site: all of them go into a header and into a token.
pub(crate) const SITE_ORIGINS_MAX: usize = 50;

/// How long one step of the talk with a mail server may take.
pub(crate) const MAIL_STEP_MS_MAX: u64 = 30_000;
/// How long sending one letter may take.
pub(crate) const LETTER_MS_MAX: u64 = 60_000;

// The store is closed in what remains.
const _: () = assert!(STOP_CONNECTIONS_MS_MAX + STOP_TASKS_MS_MAX < STOP_MS_MAX);
