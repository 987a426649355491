//! Every bound of the platform, in one place, with its unit last. Tests scale them.

/// How long, how many, how large. [`Limits::default`] holds the documented values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// An invitation that nobody answers fails after this long (`protocol.md` §3.4).
    pub invitation_ms: i64,
    /// "Is typing" ends by itself after this long (row A40).
    pub typing_ms: i64,
    /// An application whose event channel nobody asked for this long is over (§3.4).
    pub inactivity_ms: i64,
    /// The id of an application that is over is answered 410 for this long (row A16).
    pub tombstone_ms: i64,
    /// A meeting is over after this long (§3.4).
    pub meeting_ms: i64,
    /// An agent counts as reachable this long after the last poll of the event channel.
    pub reachable_ms: i64,
    /// Shortest hold of an empty poll that a client may ask for; 180 in the strict profile (A17).
    pub poll_timeout_min_s: u32,
    /// Hold of an empty poll that links offer, so that a dead line is noticed early; none, or less
    /// than the shortest allowed, offers nothing (A17).
    pub poll_timeout_offer_s: Option<u32>,
    /// Hold of an empty poll when the client does not say.
    pub poll_timeout_default_s: u32,
    /// Longest hold of an empty poll.
    pub poll_timeout_max_s: u32,
    /// Hold of events of medium priority when the client does not say (§3.2).
    pub medium_default_s: u32,
    /// Hold of events of low priority when the client does not say (§3.2).
    pub low_default_s: u32,
    /// Shortest hold of events of medium or low priority that a client may ask for.
    pub aggregation_min_s: u32,
    /// Longest hold of events of medium or low priority that a client may ask for.
    pub aggregation_max_s: u32,
    /// Events in one package.
    pub events_per_package_max: usize,
    /// Events that wait for one application; over it, the application is over.
    pub events_per_application_max: usize,
    /// Applications at the same time.
    pub applications_max: usize,
    /// Applications of one person, tabs and devices, at the same time; one more ends the one that
    /// was left longest (§3.3).
    pub applications_per_person_max: usize,
    /// Conversations of one application at the same time.
    pub conversations_per_application_max: usize,
    /// Meetings of one endpoint at the same time.
    pub meetings_per_endpoint_max: usize,
    /// Members of one meeting, those in its lobby included.
    pub members_per_meeting_max: usize,
    /// Messages in one conversation.
    pub messages_per_conversation_max: usize,
    /// One message.
    pub message_bytes_max: usize,
    /// A request body other than a message.
    pub body_bytes_max: usize,
    /// A visitor's token and its refusals live this long (§3.4).
    pub visitor_token_s: i64,
    /// An agent's token lives this long (§2B.1).
    pub agent_token_s: i64,
    /// A user who signed in may renew the token for this long without the password; 0 for never.
    pub renewal_s: i64,
    /// A sign-in that was not renewed for this long is over.
    pub renewal_idle_s: i64,
    /// Sign-ins of one person that can be renewed; one more ends the one that was left longest.
    pub sign_ins_per_person_max: usize,
    /// A service application's token lives this long.
    pub service_token_s: i64,
    /// The bearer of a webhook lives this long (§1.7).
    pub webhook_token_s: i64,
    /// One key signs tokens this long; then the next does.
    pub signing_key_ms: i64,
    /// A webhook that is not answered for this long counts as failed (row A35).
    pub webhook_timeout_ms: u64,
    /// Wait before a webhook is tried a second time; doubles from there.
    pub webhook_retry_ms_min: u64,
    /// Longest wait between two tries.
    pub webhook_retry_ms_max: u64,
    /// Tries of one webhook; then it is given up and its invitation fails.
    pub webhook_tries_max: u32,
    /// Wrong passwords for one name within [`Limits::sign_in_window_ms`].
    pub sign_in_failures_max: u32,
    /// See [`Limits::sign_in_failures_max`].
    pub sign_in_window_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            invitation_ms: 30_000,
            typing_ms: 6_000,
            inactivity_ms: 15 * 60_000,
            tombstone_ms: 60 * 60_000,
            meeting_ms: 8 * 3_600_000,
            reachable_ms: 60_000,
            poll_timeout_min_s: 5,
            poll_timeout_offer_s: Some(25),
            poll_timeout_default_s: 180,
            poll_timeout_max_s: 1_800,
            medium_default_s: 5,
            low_default_s: 15,
            aggregation_min_s: 5,
            aggregation_max_s: 1_800,
            events_per_package_max: 100,
            events_per_application_max: 2_000,
            applications_max: 100_000,
            applications_per_person_max: 20,
            conversations_per_application_max: 100,
            meetings_per_endpoint_max: 10_000,
            members_per_meeting_max: 100,
            messages_per_conversation_max: 10_000,
            message_bytes_max: 16 * 1_024,
            body_bytes_max: 64 * 1_024,
            visitor_token_s: 28_800,
            agent_token_s: 28_800,
            renewal_s: 30 * 24 * 3_600,
            renewal_idle_s: 12 * 3_600,
            sign_ins_per_person_max: 20,
            service_token_s: 3_600,
            webhook_token_s: 3_900,
            signing_key_ms: 90 * 24 * 3_600_000,
            webhook_timeout_ms: 10_000,
            webhook_retry_ms_min: 500,
            webhook_retry_ms_max: 30_000,
            webhook_tries_max: 12,
            sign_in_failures_max: 10,
            sign_in_window_ms: 60_000,
        }
    }
}

impl Limits {
    /// Whether tokens can be renewed at all.
    pub(crate) const fn renews(&self) -> bool {
        self.renewal_s > 0
    }
}

/// So long a renewal that was just used is answered as before: its answer may have been lost.
pub(crate) const RENEWAL_REPEAT_MS_MAX: i64 = 2 * 60_000;
/// Longest `applicationSessionId` in characters (§1.4).
pub(crate) const SESSION_ID_CHARS_MAX: usize = 100;
/// Longest `allowedOrigins` in characters (§1.4).
pub(crate) const ALLOWED_ORIGINS_CHARS_MAX: usize = 500;
/// Longest `meetingUrl` and `callbackUrl` in characters (§1.4, §2A.3).
pub(crate) const URL_CHARS_MAX: usize = 1_024;
/// Longest subject, thread id, display name in characters (§2B.3).
pub(crate) const NAME_CHARS_MAX: usize = 250;
/// Longest description of a meeting in characters.
pub(crate) const DESCRIPTION_CHARS_MAX: usize = 1_024;
/// Leaders or attendees that a meeting may name.
pub(crate) const NAMED_LEN_MAX: usize = 100;
/// Longest culture, user agent, endpoint id and instance id in characters (§2B.1).
pub(crate) const PROFILE_CHARS_MAX: usize = 100;
/// Longest callback context in characters.
pub(crate) const CONTEXT_CHARS_MAX: usize = 250;
/// Operations an application remembers, so that a repeat has no second effect.
pub(crate) const OPERATIONS_REMEMBERED_MAX: usize = 64;
/// Participants whose messages one bridge may name.
pub(crate) const BRIDGED_PARTICIPANTS_MAX: usize = 100;
/// Names whose failed sign-ins are remembered.
pub(crate) const SIGN_IN_NAMES_MAX: usize = 10_000;
/// How long a signing key is shown before it signs: longer than others keep the list of keys.
pub(crate) const KEY_LEAD_MS: i64 = 2 * 3_600_000;
/// Longest life of a signed assertion, in seconds.
pub(crate) const ASSERTION_S_MAX: i64 = 600;
/// How far a service application's clock may be off, or our own be set back, in seconds.
pub(crate) const CLOCK_SKEW_S_MAX: i64 = 60;
/// Longest sleep of the timer task, so that a change of the clock is noticed.
pub(crate) const TIMER_SLEEP_MS_MAX: u64 = 1_000;
/// Wait before a refused log is asked again for what it kept.
pub(crate) const REFOLD_RETRY_MS: u64 = 500;
/// One batch, all its parts together.
pub(crate) const BATCH_BYTES_MAX: usize = 1 << 20;
/// One answer in a batch.
pub(crate) const BATCH_ANSWER_BYTES_MAX: usize = 1 << 20;
/// Requests of one application that are under way in batches (§3.9).
pub(crate) const BATCH_PARTS_MAX: usize = 100;
/// Headers of one request in a batch.
pub(crate) const BATCH_PART_HEADERS_MAX: usize = 64;
/// Without a report of activity for this long a user counts as idle, unless it asked for another
/// time (`inactiveTimeout`, §2B.3).
pub(crate) const INACTIVE_MS_DEFAULT: i64 = 5 * 60_000;
/// Shortest `inactiveTimeout`.
pub(crate) const INACTIVE_MS_MIN: i64 = 60_000;
/// Longest `inactiveTimeout`.
pub(crate) const INACTIVE_MS_MAX: i64 = 24 * 3_600_000;
/// Acknowledgements are gathered this long before the senders are told what was delivered.
pub(crate) const ARRIVALS_GATHER_MS: i64 = 250;
/// Longest note in characters.
pub(crate) const NOTE_CHARS_MAX: usize = 1_024;
