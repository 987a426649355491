//! Every bound of the desk, in one place, with its unit last.

/// Bounds an operator may move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tokens that one address may ask for in a minute.
    pub bootstraps_per_minute: u32,
    /// Open conversations at the same time; above that new visitors are declined.
    pub open_conversations: usize,
    /// Bytes of one file.
    pub file_bytes_max: u64,
    /// Bytes of all files that one visitor sends in 24 hours.
    pub visitor_files_bytes_per_day: u64,
    /// Bytes of all files that are kept.
    pub files_bytes_max: u64,
    /// Days after which a file is removed.
    pub files_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bootstraps_per_minute: 60,
            open_conversations: 10_000,
            file_bytes_max: 10 << 20,
            visitor_files_bytes_per_day: 50 << 20,
            files_bytes_max: 5 << 30,
            files_days: 90,
        }
    }
}

impl Limits {
    /// Kilobytes of files that visitors of one address send in 24 hours: there may be many visitors in one
    /// house, but an address may ask for any number of tickets.
    pub(crate) fn address_files_kb_per_day(&self) -> u32 {
        let bytes = self.visitor_files_bytes_per_day.saturating_mul(ADDRESS_VISITORS_MAX);
        u32::try_from(bytes >> 10).unwrap_or(u32::MAX)
    }
}

/// As much as so many visitors may send, one address may.
pub(crate) const ADDRESS_VISITORS_MAX: u64 = 10;
/// How long one request to the platform may take.
pub(crate) const REQUEST_MS_MAX: u64 = 10_000;
/// How long a step of the call flow may take, retries included (SAC-20).
pub(crate) const STEP_MS_MAX: i64 = 30_000;
/// The first wait before a step that got no answer is tried again; doubles each time.
pub(crate) const RETRY_MS_MIN: i64 = 500;
/// The longest wait between two tries of a step.
pub(crate) const RETRY_MS_MAX: i64 = 8_000;
/// How long an offer may stay unanswered; the platform gives up after about 30 s by itself.
pub(crate) const OFFER_MS_MAX: i64 = 45_000;
/// Longest way of an invitation to an agent's client; who takes a conversation later than that and has
/// none is somewhere else than it rings.
pub(crate) const INVITATION_WAY_MS: i64 = 2_000;
/// The same, to wait for.
pub(crate) const INVITATION_WAY: std::time::Duration =
    std::time::Duration::from_millis(INVITATION_WAY_MS.unsigned_abs());
/// The wait before the next round when somebody declined or did not answer.
pub(crate) const ROUND_AFTER_REFUSAL_MS: i64 = 5_000;
/// The first wait before the next round when nobody could be reached; doubles each time.
pub(crate) const ROUND_MS_MIN: i64 = 3_000;
/// The longest wait between two rounds.
pub(crate) const ROUND_MS_MAX: i64 = 15_000;
/// How long an agent who declined a conversation is not offered it again.
pub(crate) const DECLINE_REST_MS: i64 = 60_000;
/// How long a conversation may last: an ad hoc meeting expires by then (`protocol.md` §3.4).
pub(crate) const CONVERSATION_MS_MAX: i64 = 8 * 3_600_000;
/// Entries of one transcript.
pub(crate) const TRANSCRIPT_LEN_MAX: usize = 10_000;
/// Characters of one text in a transcript.
pub(crate) const TEXT_CHARS_MAX: usize = 20_000;
/// Characters of the newest text in the queue's view.
pub(crate) const LAST_TEXT_CHARS_MAX: usize = 120;
/// Characters of a visitor's name and of a page's address.
pub(crate) const NAME_CHARS_MAX: usize = 250;
/// Members of one conference that are remembered.
pub(crate) const MEMBERS_LEN_MAX: usize = 250;
/// Requests to the platform that are under way at the same time.
pub(crate) const EFFECTS_IN_FLIGHT_MAX: usize = 256;
/// How long the ticker waits after the store refused something.
pub(crate) const STORE_RETRY_MS: i64 = 1_000;

/// The wait between two looks whether a conversation that is to be erased is cleaned up.
pub(crate) const CLOSING_LOOK_MS: u64 = 25;

/// How long a token of the platform is renewed before it ends.
pub(crate) const TOKEN_MARGIN_MS: i64 = 60_000;
/// How long a signed assertion for a token is good, in seconds.
pub(crate) const ASSERTION_S_MAX: i64 = 300;
/// The longest time the platform is left alone because it asked for that (`Retry-After`).
pub(crate) const REST_MS_MAX: i64 = 60_000;
/// The pause before the entry documents are asked for once more; doubles each time.
pub(crate) const ENTRY_RETRY_MS: u64 = 250;
/// How often the entry documents are asked for before a visitor is told to come back.
pub(crate) const ENTRY_TRIES_MAX: u32 = 3;
/// The first pause between two looks at whether a platform can be used; doubles each time.
pub(crate) const PROBE_MS_MIN: u64 = 1_000;
/// The longest pause between two looks at whether a platform can be used at all.
pub(crate) const PROBE_MS_MAX: u64 = 60_000;
/// How far the platform's clock may be off when a webhook's token is judged.
pub(crate) const CLOCK_SKEW_MS_MAX: i64 = 60_000;
/// How long the platform's signing keys are good before they are asked for again.
pub(crate) const KEYS_MS_MAX: i64 = 3_600_000;
/// How long they are used on while they cannot be had anew.
pub(crate) const KEYS_STALE_MS_MAX: i64 = 24 * 3_600_000;
/// The shortest wait between two askings for keys.
pub(crate) const KEYS_RETRY_MS: i64 = 10_000;
/// The shortest wait before keys that could not be had are asked for again.
pub(crate) const KEYS_FAILED_RETRY_MS: i64 = 1_000;
/// Keys of one issuer.
pub(crate) const KEYS_LEN_MAX: usize = 50;

/// Bytes of a body the desk takes; a webhook may carry several texts.
pub(crate) const WEBHOOK_BYTES_MAX: usize = 1 << 20;
/// Bytes of a body of the bootstrap and of the desk's API.
pub(crate) const BODY_BYTES_MAX: usize = 16 << 10;
/// Characters of an application session id (`protocol.md` §1.4).
pub(crate) const SESSION_ID_CHARS_MAX: usize = 100;
/// Characters of allowed origins (`protocol.md` §1.4).
pub(crate) const ORIGINS_CHARS_MAX: usize = 500;
/// Characters of a meeting's address (`protocol.md` §1.4).
pub(crate) const URL_CHARS_MAX: usize = 1_024;
/// Envelopes that are remembered, so that a repeated one has no second effect.
pub(crate) const ENVELOPES_LEN_MAX: usize = 8_192;
/// Addresses, or visitors, whose requests are counted.
pub(crate) const CLIENTS_LEN_MAX: usize = 10_000;

/// How long an agent's token that was found good is not asked about again.
pub(crate) const AGENT_TOKEN_MS_MAX: i64 = 5 * 60_000;
/// Agents' tokens that are remembered.
pub(crate) const AGENT_TOKENS_LEN_MAX: usize = 1_000;
/// Agents' tokens that are being asked about at the same time.
pub(crate) const AGENT_CHECKS_IN_FLIGHT_MAX: usize = 16;
/// How long after its last request a console counts as connected.
pub(crate) const AGENT_SEEN_MS: i64 = 60_000;
/// How long a request for the state is held while nothing changes.
pub(crate) const STATE_HOLD_MS: u64 = 25_000;
/// Ended conversations that the state still shows.
pub(crate) const ENDED_LEN_MAX: usize = 50;
/// How long the state shows an ended conversation.
pub(crate) const ENDED_SHOWN_MS: i64 = 10 * 60_000;
/// Characters a password has at least.
pub(crate) const PASSWORD_CHARS_MIN: usize = 8;
/// Characters a password has at most: hashing takes time.
pub(crate) const PASSWORD_CHARS_MAX: usize = 256;

// A request must come back before the step it belongs to gives up.
const _: () = assert!(REQUEST_MS_MAX.cast_signed() < STEP_MS_MAX);
// A console that polls must not look gone between two polls.
const _: () = assert!(STATE_HOLD_MS.cast_signed() * 2 < AGENT_SEEN_MS);
const _: () = assert!(RETRY_MS_MIN < RETRY_MS_MAX && ROUND_MS_MIN < ROUND_MS_MAX);

/// Characters of one text that a website tells about its visitor.
pub(crate) const ABOUT_TEXT_CHARS_MAX: usize = 250;
/// Attributes that a website tells of one visitor; the rest is left out.
pub(crate) const ATTRIBUTES_LEN_MAX: usize = 30;
/// Tags that a website gives one conversation; the rest is left out.
pub(crate) const TAGS_LEN_MAX: usize = 20;
/// Things a visitor did that agents see; older ones are left out.
pub(crate) const EVENTS_LEN_MAX: usize = 20;
/// Pages of a visitor that agents see besides the one the visitor is on; older ones are left out.
pub(crate) const PAGES_LEN_MAX: usize = 20;
/// How often a website may tell anew of a visitor in one conversation: each time is kept.
pub(crate) const DESCRIPTIONS_MAX: u32 = 500;
/// Bytes of a website's signed word on who its visitor is.
pub(crate) const IDENTITY_BYTES_MAX: usize = 4_096;

/// How long a visitor's ticket is good; each visit renews it.
pub(crate) const TICKET_MS: i64 = 90 * 24 * 3_600_000;
/// Bytes of a visitor's ticket.
pub(crate) const TICKET_BYTES_MAX: usize = 1_024;
/// Requests of one visitor in a minute; a widget that waits asks 12 times.
pub(crate) const VISITOR_REQUESTS_PER_MINUTE: u32 = 60;
/// Waits of a site by which the next one is estimated.
pub(crate) const WAITS_LEN_MAX: usize = 20;
/// With fewer than these nothing is said.
pub(crate) const WAITS_LEN_MIN: usize = 3;
/// Conversations of a visitor that are listed, the newest ones.
pub(crate) const PAST_LEN_MAX: usize = 20;
/// Characters of a file's name.
pub(crate) const FILE_NAME_CHARS_MAX: usize = 120;
/// Files that are kept, however small they are.
pub(crate) const FILES_LEN_MAX: usize = 200_000;
/// Files that come in at the same time.
pub(crate) const FILES_IN_FLIGHT_MAX: usize = 64;
/// How long the next piece of a file may take to come.
pub(crate) const FILE_PIECE_MS_MAX: u64 = 30_000;
/// Over how long a visitor's bytes are counted.
pub(crate) const FILES_DAY_MS: i64 = 24 * 3_600_000;
/// The pause between two looks for files whose time is over.
pub(crate) const FILES_LOOK_MS: u64 = 3_600_000;
/// How long a browser keeps a file it was handed, in seconds: not much longer than we do.
pub(crate) const FILE_CACHE_S: u32 = 24 * 3_600;
/// The best score of a rating; the worst is 1.
pub(crate) const SCORE_MAX: u8 = 5;
/// Characters of a rating's comment.
pub(crate) const RATING_COMMENT_CHARS_MAX: usize = 1_000;
/// How long after it was given a rating may be changed.
pub(crate) const RATING_CHANGE_MS: i64 = 3_600_000;
/// An hour.
pub(crate) const HOUR_MS: i64 = 3_600_000;
/// Letters that one visitor may have sent in an hour.
pub(crate) const LETTERS_PER_HOUR: u32 = 3;
/// Letters that wait to be sent.
pub(crate) const LETTERS_WAITING_MAX: usize = 1_000;
/// The first wait before a letter is tried again; doubles each time.
pub(crate) const LETTER_RETRY_MS_MIN: i64 = 60_000;
/// The longest wait between two tries of a letter.
pub(crate) const LETTER_RETRY_MS_MAX: i64 = HOUR_MS;
/// How often a letter is tried before it is given up: about 6 hours.
pub(crate) const LETTER_TRIES_MAX: u32 = 12;
/// Bytes of what a letter quotes.
pub(crate) const LETTER_TEXT_BYTES_MAX: usize = 512 << 10;
/// Bytes of an e-mail address (RFC 5321, 4.5.3.1.3, without the brackets).
pub(crate) const ADDRESS_BYTES_MAX: usize = 254;

/// Questions of one form; nobody fills in more.
pub(crate) const FORM_FIELDS_MAX: usize = 12;
/// Options of one choice.
pub(crate) const FORM_OPTIONS_MAX: usize = 30;
/// Characters of a label, an option or what stands above a form; an answer is told by its label.
pub(crate) const FORM_TEXT_CHARS_MAX: usize = ABOUT_TEXT_CHARS_MAX;
/// Messages left that nobody has seen to; above that no other is taken.
pub(crate) const LEFT_OPEN_MAX: usize = 1_000;
/// Those of them that consoles show, the oldest ones.
pub(crate) const LEFT_SHOWN_MAX: usize = 50;
/// Messages that one visitor may leave in an hour.
pub(crate) const LEFT_PER_HOUR: u32 = 5;
/// Characters of a message that is left, and of a field's text.
pub(crate) const LEFT_TEXT_CHARS_MAX: usize = 4_000;
/// Fields of a message that is left.
pub(crate) const LEFT_FIELDS_LEN_MAX: usize = 20;
