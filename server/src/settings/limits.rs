//! `[limits]` of the configuration file: bounds an operator may move, each at least 1.
//!
//! Times and counts of the platform have the names they have in `platform::Limits`, with the unit
//! last. Short ones are for tests of clients; `frontdesk conformance` wants them (§6 of protocol.md).

use serde::Deserialize;

use super::SettingsError;
use crate::limits::Limits;

/// The table as it is written; what is left out keeps its default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsTable {
    connections_max: Option<usize>,
    bootstraps_per_minute: Option<u32>,
    open_conversations: Option<usize>,
    file_bytes_max: Option<u64>,
    visitor_files_bytes_per_day: Option<u64>,
    files_bytes_max: Option<u64>,
    files_days: Option<u32>,
    invitation_ms: Option<i64>,
    typing_ms: Option<i64>,
    inactivity_ms: Option<i64>,
    tombstone_ms: Option<i64>,
    meeting_ms: Option<i64>,
    reachable_ms: Option<i64>,
    poll_timeout_min_s: Option<u32>,
    poll_timeout_offer_s: Option<u32>,
    poll_timeout_default_s: Option<u32>,
    applications_max: Option<usize>,
    members_per_meeting_max: Option<usize>,
    message_bytes_max: Option<usize>,
    visitor_token_s: Option<i64>,
    agent_token_s: Option<i64>,
    renewal_s: Option<i64>,
    renewal_idle_s: Option<i64>,
    sign_ins_per_person_max: Option<usize>,
    sign_in_failures_max: Option<u32>,
}

/// Takes one value over.
fn put<T: PartialOrd + From<u8> + Copy>(
    name: &str,
    given: Option<T>,
    place: &mut T,
) -> Result<(), SettingsError> {
    let Some(value) = given else { return Ok(()) };
    if value < T::from(1) {
        return Err(SettingsError(format!("limits.{name}: give at least 1")));
    }
    *place = value;
    Ok(())
}

impl LimitsTable {
    /// Puts what is given over the defaults.
    pub(super) fn apply(&self, limits: &mut Limits) -> Result<(), SettingsError> {
        put("connections_max", self.connections_max, &mut limits.connections_max)?;
        let desk = &mut limits.desk;
        put("bootstraps_per_minute", self.bootstraps_per_minute, &mut desk.bootstraps_per_minute)?;
        put("open_conversations", self.open_conversations, &mut desk.open_conversations)?;
        put("file_bytes_max", self.file_bytes_max, &mut desk.file_bytes_max)?;
        let (bytes, place) =
            (self.visitor_files_bytes_per_day, &mut desk.visitor_files_bytes_per_day);
        put("visitor_files_bytes_per_day", bytes, place)?;
        put("files_bytes_max", self.files_bytes_max, &mut desk.files_bytes_max)?;
        put("files_days", self.files_days, &mut desk.files_days)?;
        self.apply_to_platform(&mut limits.platform)
    }

    fn apply_to_platform(&self, it: &mut platform::Limits) -> Result<(), SettingsError> {
        put("invitation_ms", self.invitation_ms, &mut it.invitation_ms)?;
        put("typing_ms", self.typing_ms, &mut it.typing_ms)?;
        put("inactivity_ms", self.inactivity_ms, &mut it.inactivity_ms)?;
        put("tombstone_ms", self.tombstone_ms, &mut it.tombstone_ms)?;
        put("meeting_ms", self.meeting_ms, &mut it.meeting_ms)?;
        put("reachable_ms", self.reachable_ms, &mut it.reachable_ms)?;
        put("poll_timeout_min_s", self.poll_timeout_min_s, &mut it.poll_timeout_min_s)?;
        if let Some(offer_s) = self.poll_timeout_offer_s {
            it.poll_timeout_offer_s = (offer_s > 0).then_some(offer_s);
        }
        put("poll_timeout_default_s", self.poll_timeout_default_s, &mut it.poll_timeout_default_s)?;
        put("applications_max", self.applications_max, &mut it.applications_max)?;
        let (members, place) = (self.members_per_meeting_max, &mut it.members_per_meeting_max);
        put("members_per_meeting_max", members, place)?;
        put("message_bytes_max", self.message_bytes_max, &mut it.message_bytes_max)?;
        put("visitor_token_s", self.visitor_token_s, &mut it.visitor_token_s)?;
        put("agent_token_s", self.agent_token_s, &mut it.agent_token_s)?;
        if let Some(renewal_s) = self.renewal_s {
            // 0 is a choice: nothing is renewed then.
            it.renewal_s = renewal_s.max(0);
        }
        put("renewal_idle_s", self.renewal_idle_s, &mut it.renewal_idle_s)?;
        let (sign_ins, place) = (self.sign_ins_per_person_max, &mut it.sign_ins_per_person_max);
        put("sign_ins_per_person_max", sign_ins, place)?;
        put("sign_in_failures_max", self.sign_in_failures_max, &mut it.sign_in_failures_max)?;
        if self.renewal_idle_s.is_some_and(|idle_s| idle_s < it.agent_token_s) {
            let text =
                "limits.renewal_idle_s: give at least agent_token_s: a token is renewed at its end";
            return Err(SettingsError(text.to_owned()));
        }
        it.renewal_idle_s = it.renewal_idle_s.max(it.agent_token_s);
        if it.poll_timeout_min_s > it.poll_timeout_max_s {
            let text = format!("limits.poll_timeout_min_s: at most {}", it.poll_timeout_max_s);
            return Err(SettingsError(text));
        }
        Ok(())
    }
}
