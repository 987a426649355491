//! The checks of `protocol.md` §6.3 and §6.4, one function each, a file for each topic.

mod agents;
mod bridge;
mod calls;
mod channel;
mod channel_timers;
mod discovery;
mod doors;
mod talk;
mod tokens;
mod visitors;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::outcome::Outcome;
use crate::scope::Scope;
use crate::settings::Timers;

/// A check under way.
type Running = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// One check.
pub struct Check {
    /// `TAP-01` and so on, as `protocol.md` §6 numbers them.
    pub id: &'static str,
    /// What it is about, in a few words.
    pub words: &'static str,
    /// How long it waits for the platform's timers, in seconds.
    pub(crate) waits_s: fn(&Timers) -> u64,
    pub(crate) run: fn(Arc<Scope>) -> Running,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check")
            .field("id", &self.id)
            .field("words", &self.words)
            .finish_non_exhaustive()
    }
}

/// Lists checks: id, function, the timers it waits for, what it is about.
macro_rules! checks {
    ($($id:literal $run:path, $waits:expr, $words:literal;)*) => {
        &[$(Check { id: $id, words: $words, waits_s: $waits, run: |scope| Box::pin($run(scope)) }),*]
    };
}

/// Checks of how long an agent's events are held: another check's invitation would release them.
const ALONE: [&str; 2] = ["UCW-13", "UCW-14"];

impl Check {
    /// Whether no other check may run at the same time.
    pub(crate) fn is_alone(&self) -> bool {
        ALONE.contains(&self.id)
    }
}

const NONE: fn(&Timers) -> u64 = |_| 0;

/// All checks, in the order of their ids.
pub const fn all() -> &'static [Check] {
    CHECKS
}

const CHECKS: &[Check] = checks! {
    "TAP-01" discovery::leads_to_applications, NONE, "discovery leads to the service applications";
    "TAP-02" discovery::challenges, NONE, "without a token there is a challenge";
    "TAP-03" discovery::refuses_strangers, NONE, "another application's token is refused";
    "TAP-04" discovery::shows_capabilities, NONE, "the application shows its capabilities in both dialects";
    "TAP-05" tokens::claims_origins, NONE, "allowedOrigins become the claim ao";
    "TAP-06" tokens::claims_life, NONE, "a visitor's token lives 8 hours and names who it is for";
    "TAP-07" tokens::encodes_twice, NONE, "the discover link carries the token encoded twice";
    "TAP-08" tokens::for_a_meeting, NONE, "a token for a meeting names the meeting";
    "TAP-09" tokens::refuses_long_sessions, NONE, "a session id of 101 characters is refused by name";
    "TAP-10" calls::reaches_the_callback, NONE, "a visitor's call reaches the service application";
    "TAP-11" calls::remembers_the_context, NONE, "the callback's context comes back with the next event";
    "TAP-12" calls::starts_a_meeting, NONE, "an ad hoc meeting starts and offers messaging";
    "TAP-13" calls::is_never_half_a_bridge, NONE, "there is never half a bridge";
    "TAP-14" calls::refuses_unknown_meetings, NONE, "an unknown meeting cannot be bridged to";
    "TAP-15" bridge::filters, NONE, "the filter says whose messages reach the visitor";
    "TAP-16" bridge::opens_a_filter, NONE, "a filter that is opened lets messages through under the new name";
    "TAP-17" bridge::needs_a_name, NONE, "a bridged participant needs a display name";
    "TAP-18" bridge::tells_the_visitor_of_the_end, NONE, "the visitor is told when either conversation is deleted";
    "TAP-19" calls::tries_again, NONE, "a webhook that fails is tried again, in order";
    "TAP-20" doors::refuses_wrong_verbs, NONE, "a wrong method is refused as such";
    "UCW-01" visitors::discovers_however_decoded, NONE, "the discover link works however often it was decoded";
    "UCW-02" visitors::refuses_bad_tokens, NONE, "an expired or forged token opens nothing";
    "UCW-03" visitors::refuses_other_origins, NONE, "a token does not work from another origin";
    "UCW-04" visitors::shares_with_its_origin, NONE, "an allowed origin may read the answer";
    "UCW-05" visitors::answers_preflights, NONE, "a preflight needs no token";
    "UCW-06" visitors::reads_names_in_any_case, NONE, "a visitor's name is read in either spelling";
    "UCW-07" channel::parks, NONE, "a request for events parks until something happens";
    "UCW-08" channel::replaces, NONE, "a second request for events takes the place of the first";
    "UCW-09" channel::keeps_higher_priority, NONE, "one of lower priority does not";
    "UCW-10" channel::resyncs, NONE, "a wrong ack leads back to the oldest package not acknowledged";
    "UCW-11" channel::repeats, NONE, "a package that was lost comes again";
    "UCW-12" channel_timers::empties, |it| it.poll_min_s, "an empty package comes when nothing happens";
    "UCW-13" channel_timers::clamps, |it| it.poll_min_s + it.hold_min_s, "holds below the range are raised to it";
    "UCW-14" channel_timers::releases_at_once, |it| it.hold_min_s, "a message takes what waits before it along";
    "UCW-15" channel_timers::expires, |it| it.inactivity_s, "an application nobody polls expires";
    "UCW-16" channel::is_gone, NONE, "a deleted application is gone";
    "UCW-17" visitors::refuses_other_targets, NONE, "a visitor reaches the endpoint of its token only";
    "UCW-18" talk::starts, NONE, "a conversation starts in the canonical order";
    "UCW-19" talk::offers, NONE, "messaging offers what can be done now";
    "UCW-20" talk::delivers, NONE, "a message is created, completed and delivered";
    "UCW-21" talk::shows_typing, |it| it.typing_s * 2, "typing is shown until a message or a while";
    "UCW-22" talk::fails_unanswered, |it| it.invitation_s, "an invitation that nobody answers fails";
    "UCW-23" doors::wants_preconditions, NONE, "communication is put on its newest state only";
    "UCW-24" doors::refuses_visitors_presence, NONE, "a visitor cannot be made available";
    "UCW-25" agents::is_available_once, NONE, "an agent is made available once";
    "UCW-26" agents::joins, NONE, "an invited agent accepts, joins and adds messaging";
    "UCW-27" doors::answers_batches, NONE, "a batch is answered in order, without events";
    "UCW-28" agents::has_instances, NONE, "two instances of one user have a channel each";
};

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn there_are_48_checks_each_once_and_in_order() {
        let ids: Vec<&str> = all().iter().map(|check| check.id).collect();
        let tap = (1..=20).map(|it| format!("TAP-{it:02}"));
        let ucw = (1..=28).map(|it| format!("UCW-{it:02}"));
        assert_eq!(ids, tap.chain(ucw).collect::<Vec<_>>());
    }
}
