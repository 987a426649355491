//! Every limit and time of the machine, with its unit in its name.

/// First wait after a failure; doubles with each further one.
pub(crate) const BACKOFF_FIRST_MS: i64 = 500;
/// Longest wait between two tries (invariant 12: it heals by itself).
pub(crate) const BACKOFF_MAX_MS: i64 = 30_000;
/// Longest `Retry-After` that is believed.
pub(crate) const RETRY_AFTER_MAX_MS: i64 = 300_000;
/// How often an action that nobody waits for (decline, activity) is tried again.
pub(crate) const COURTESY_TRIES: u32 = 3;
/// How often an end is tried: for about two minutes. Until the server knows, the others wait for nobody.
pub(crate) const END_TRIES: u32 = 9;

/// A token is renewed this long before its end, or a quarter of what is left of it.
pub(crate) const RENEW_LEAD_MS: i64 = 5 * 60_000;
/// Tokens that an action may be refused with; one more, and it is not the token.
pub(crate) const REFUSED_TOKENS_MAX: u32 = 3;

/// How long an ordinary request may take.
pub(crate) const REQUEST_TIMEOUT_MS: u64 = 20_000;
/// How long a check may take, after a reconnect or as a pulse.
pub(crate) const CHECK_TIMEOUT_MS: u64 = 4_500;
/// The longest silence in a conversation until a check asks whether the server is still there.
pub(crate) const PULSE_EVERY_MS: i64 = 5_000;
/// How long a poll is held in a conversation, where the server lets one choose; as links write it.
pub(crate) const TALK_HOLD: &str = "5";
/// See [`TALK_HOLD`].
pub(crate) const TALK_HOLD_S: u64 = 5;
/// Who may have missed something is told so within this time (invariant 12).
const STALE_MS_MAX: i64 = 10_000;
/// How long a poll is held where its link does not say (`protocol.md` §3.2).
pub(crate) const POLL_DEFAULT_S: u64 = 180;
/// Longest hold a link may name (§3.2).
pub(crate) const POLL_MAX_S: u64 = 1_800;
/// What a poll may take beyond its hold.
pub(crate) const POLL_GRACE_MS: u64 = 10_000;
/// An empty package that came sooner at the very link asked is a fault, not a timeout.
pub(crate) const POLL_HASTE_MS: i64 = 1_000;
/// A poll younger than this is not replaced by a wake-up.
pub(crate) const POLL_FRESH_MS: i64 = 2_000;

/// At most one `setIsTyping` in this time (WID-21).
pub(crate) const TYPING_EVERY_MS: i64 = 3_000;
/// A typing indicator ends by itself after this (row A40).
pub(crate) const TYPING_SHOWN_MS: i64 = 8_000;
/// An own message whose event does not come keeps its place after this.
pub(crate) const SETTLE_MS: i64 = 5_000;
/// `reportMyActivity` comes at this distance at least; §3.4 wants it within 4 minutes.
pub(crate) const ACTIVITY_MIN_MS: i64 = 90_000;
/// What jitter adds to it at most.
pub(crate) const ACTIVITY_JITTER_MS: i64 = 60_000;

/// Longest text that is sent: what our platform takes unless it is configured otherwise. Another server's 413 says the
/// rest (row A49).
pub(crate) const TEXT_BYTES_MAX: usize = 16 * 1_024;
/// Longest subject and display name (§2B.3).
pub(crate) const NAME_MAX_CHARS: usize = 250;
/// Messages of one conversation that a snapshot keeps.
pub(crate) const SNAPSHOT_ITEMS: usize = 300;
/// Conversations kept; over it the oldest that are over are forgotten.
pub(crate) const CONVERSATIONS_MAX: usize = 200;
/// Conversations known in all, those not shown included; what nobody asked for goes first.
pub(crate) const THREADS_MAX: usize = 1_000;
/// Invitations that wait for an answer; further ones are left to time out.
pub(crate) const OFFERS_MAX: usize = 200;
/// Messages of one conversation in memory, and how many are forgotten at a time beyond that.
pub(crate) const ITEMS_MAX: usize = 5_000;
/// See [`ITEMS_MAX`].
pub(crate) const ITEMS_SPARE: usize = 200;
/// Addresses remembered for the messages of one conversation.
pub(crate) const ALIASES_MAX: usize = 2 * ITEMS_MAX;
/// Members of one conversation, and how many may be shown as typing.
pub(crate) const PARTICIPANTS_MAX: usize = 500;
/// Events that wait to be folded; over it the next poll waits too (its package may go beyond).
pub(crate) const INBOX_EVENTS_MAX: usize = 2_000;
/// Meetings that are accepted as soon as their invitation comes.
pub(crate) const WANTED_MEETINGS_MAX: usize = 32;
/// People in a meeting's lobby that are shown.
pub(crate) const LOBBY_MAX: usize = 100;
/// What a tab keeps of its person's wishes until the tab that leads has taken them.
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub(crate) const WISHES_MAX: usize = 100;
/// Redirects of discovery that are followed.
pub(crate) const REDIRECTS_MAX: u32 = 3;

const _: () = assert!(PULSE_EVERY_MS + CHECK_TIMEOUT_MS.cast_signed() < STALE_MS_MAX);
const _: () = assert!(TALK_HOLD_S * 1_000 + CHECK_TIMEOUT_MS < STALE_MS_MAX.cast_unsigned());
