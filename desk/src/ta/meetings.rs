//! Meetings made beforehand (`protocol.md` §2A.2).

use serde_json::json;
use shared::Resource;
use shared::rel::{AdhocMeetings, JoinAdhocMeeting, Rel, This};
use shared::states::{AccessLevel, AutomaticLeaderAssignment};

use super::client::{TaClient, absolute};
use super::error::TaError;
use crate::flow::Request;

/// What a meeting is asked for with.
#[derive(Clone, Debug, Default)]
pub(crate) struct MeetingTerms {
    pub(crate) subject: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) access_level: Option<AccessLevel>,
    /// Whether the users of the tenant lead it: let others in, put them out.
    pub(crate) agents_lead: bool,
}

/// A meeting that was made. Addresses are absolute.
#[derive(Clone, Debug)]
pub(crate) struct MadeMeeting {
    /// The meeting itself.
    pub(crate) this: String,
    /// Joins it.
    pub(crate) join: Option<String>,
    /// What people open.
    pub(crate) join_url: String,
    /// Its address in the protocol.
    pub(crate) uri: String,
    /// Everything the platform said of it.
    pub(crate) document: Resource,
}

impl TaClient {
    /// Makes a meeting.
    ///
    /// # Errors
    /// [`TaError::CapabilityUnavailable`] when the platform offers none, or any other.
    pub(crate) async fn adhoc_meeting(&self, terms: &MeetingTerms) -> Result<MadeMeeting, TaError> {
        let application = self.application().await?;
        let (base, document) = application.as_ref();
        let embedded = document.embedded(AdhocMeetings::NAME).and_then(|it| it.href(This::NAME));
        let Some(href) = embedded.or_else(|| document.href(AdhocMeetings::NAME)) else {
            self.forget_application().await;
            return Err(TaError::CapabilityUnavailable(AdhocMeetings::NAME));
        };
        let url = absolute(base, href)?;
        let mut body = json!({});
        let access_level = terms.access_level.map(AccessLevel::as_str);
        let leaders = terms.agents_lead.then_some(AutomaticLeaderAssignment::SameEnterprise);
        for (name, value) in [
            ("subject", terms.subject.as_deref()),
            ("description", terms.description.as_deref()),
            ("accessLevel", access_level),
            ("automaticLeaderAssignment", leaders.map(AutomaticLeaderAssignment::as_str)),
        ] {
            if let Some(value) = value {
                body[name] = json!(value);
            }
        }
        let answer = self.call(&Request::post(&url, body)).await?;
        let document = Resource::parse(&answer.body).map_err(TaError::Malformed)?;
        let text = |name: &str| {
            let found = document.text(name).map(str::to_owned);
            found.ok_or_else(|| TaError::Malformed(format!("there is no {name}")))
        };
        let this = document.href(This::NAME).or_else(|| answer.header("location"));
        let this = this.ok_or_else(|| TaError::Malformed("there is no self link".to_owned()))?;
        let join = document.href(JoinAdhocMeeting::NAME);
        Ok(MadeMeeting {
            this: absolute(&url, this)?,
            join: join.map(|it| absolute(&url, it)).transpose()?,
            join_url: text("joinUrl")?,
            uri: text("onlineMeetingUri")?,
            document,
        })
    }
}
