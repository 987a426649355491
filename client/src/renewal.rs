//! How an agent's token is renewed (RFC 6749 §6; docs/protocol/decisions.md), and what happens when it
//! cannot be: everything stays as it is until a person has signed in again.

use serde_json::Value;
use shared::date;

use crate::actions::Purpose;
use crate::http::{HttpRequest, HttpResponse};
use crate::json::Json;
use crate::kept::Kept;
use crate::limits::{BACKOFF_MAX_MS, REFUSED_TOKENS_MAX, RENEW_LEAD_MS};
use crate::machine::{AGENT, Session, Step, request, request_with};
use crate::model::Connection;
use crate::reason::Reason;
use crate::session::{Output, Start};
use crate::url::{form_value, origin_of, resolve};

impl Session {
    /// A client that only signs in by password: it stops as soon as there is a [`Session::proof`], and
    /// asks for no application.
    pub fn door(start: Start, seed: u64) -> Self {
        let mut out = Self::new(start, seed);
        out.line.is_door = true;
        out
    }

    /// What [`crate::session::Command::Adopt`] takes, as JSON; `None` while nobody is signed in. Whoever
    /// has it acts as the agent.
    pub fn proof(&self) -> Option<String> {
        self.bearer()?;
        let mut out = Json::default();
        self.kept.write(&mut out);
        Some(out.text_so_far())
    }

    /// Goes on with another sign-in of the same agent: the application made under the one before is the
    /// agent's, and stays.
    pub(crate) fn adopt(&mut self, proof: &str) {
        let value: Value = serde_json::from_str(proof).unwrap_or_default();
        let given = Kept::read(&value);
        if !AGENT || given.token.is_empty() {
            return;
        }
        let had = std::mem::take(&mut self.kept.renewal);
        if !had.is_empty() && had != given.renewal {
            self.revoke(&had);
        }
        if self.kept.applications.is_empty() {
            self.kept.applications = given.applications;
            self.kept.base = given.base;
        }
        self.kept.token = given.token;
        self.kept.expires = given.expires;
        self.kept.renewal = given.renewal;
        self.kept.renewal_end = given.renewal_end;
        self.kept.token_url = given.token_url;
        self.kept.user = given.user;
        self.renew_at = None;
        self.dirty = true;
        match self.line.step {
            Step::Idle => self.begin(),
            Step::Renew => self.go(self.line.back),
            _ => {}
        }
    }

    pub(crate) fn can_renew(&self) -> bool {
        AGENT && !self.kept.renewal.is_empty() && !self.kept.token_url.is_empty()
    }

    /// The agent's token was refused: by its renewal it goes on, else by a person.
    pub(crate) fn renew_agent(&mut self) {
        let step = self.line.step;
        if matches!(step, Step::Renew | Step::Idle) {
            return;
        }
        if !self.can_renew() {
            return self.sign_out("Your sign-in has ended. Sign in again.");
        }
        // Whatever it says of itself, it is good for nothing any more.
        self.kept.expires = date::ajax(self.now);
        self.line.back = step;
        self.go_again(Step::Renew);
    }

    /// An action was refused for its token: it waits for the next one.
    pub(crate) fn action_unauthorized(&mut self, at: usize) {
        if self.is_visitor() {
            return self.renew();
        }
        let action = &mut self.actions[at];
        action.id = 0;
        action.due_ms = self.now;
        action.failures += 1;
        if action.failures > REFUSED_TOKENS_MAX {
            let action = self.actions.swap_remove(at);
            return self.refused(action.purpose, Reason::Refused.sentence());
        }
        self.renew();
    }

    /// In time, and once for all tabs, since one runs the session.
    pub(crate) fn renew_when_due(&mut self) {
        if !AGENT || self.line.step != Step::Poll || self.closing || !self.can_renew() {
            return;
        }
        let renew_at = self.renew_at.or_else(|| {
            let left_ms = (date::parse(&self.kept.expires)? - self.now).max(0);
            Some(self.now + left_ms - RENEW_LEAD_MS.min(left_ms / 4))
        });
        self.renew_at = renew_at;
        if renew_at.is_some_and(|at| at <= self.now) {
            self.line.back = Step::Poll;
            self.go(Step::Renew);
        }
    }

    /// Renewing did not work for now. A token that is still good is used as long.
    pub(crate) fn renew_later(&mut self, wait: Option<i64>) {
        if self.line.back == Step::Poll && !self.has_expired() {
            self.renew_at = Some(self.now + wait.unwrap_or_default().max(BACKOFF_MAX_MS));
            return self.go(Step::Poll);
        }
        self.again_later(wait);
    }

    pub(crate) fn renew_request(&self) -> HttpRequest {
        let renewal = form_value(&self.kept.renewal);
        let body = format!("grant_type=refresh_token&refresh_token={renewal}");
        request_with(&self.kept.token_url, "application/x-www-form-urlencoded", body)
    }

    /// Takes what a token's answer says of renewing it.
    pub(crate) fn read_renewal(&mut self, document: &shared::Resource) {
        self.renew_at = None;
        let text = |name| document.text(name).unwrap_or_default();
        // Who gives no other one lets this one be used again (RFC 6749 §6).
        if !text("refresh_token").is_empty() {
            text("refresh_token").clone_into(&mut self.kept.renewal);
        }
        let end = origin_of(&self.kept.token_url)
            .and_then(|origin| resolve(origin, document.text("revocation_endpoint")?));
        if let Some(end) = end {
            self.kept.renewal_end = end;
        }
        self.dirty = true;
    }

    /// The renewal was refused. Only what OAuth calls an error ends the sign-in; anything else came from
    /// somebody on the way.
    pub(crate) fn renewal_refused(&mut self, response: &HttpResponse) {
        if response.body.contains("\"error\"") {
            self.kept.renewal.clear();
            return self.sign_out("Your sign-in has ended. Sign in again.");
        }
        self.renew_later(None);
    }

    /// Stops until a person has signed in again. What was asked and what was written waits.
    pub(crate) fn sign_out(&mut self, reason: &str) {
        self.kept.token.clear();
        self.activity_at = None;
        for action in &mut self.actions {
            if action.id != 0 {
                self.outputs.push_back(Output::Abort { id: action.id });
                action.id = 0;
            }
        }
        self.go(Step::Idle);
        self.model.connection = Connection::SignedOut { reason: reason.to_owned() };
        self.dirty = true;
    }

    fn revoke_request(&self, renewal: &str) -> HttpRequest {
        let body = format!("token={}", form_value(renewal));
        request_with(&self.kept.renewal_end, "application/x-www-form-urlencoded", body)
    }

    fn revoke(&mut self, renewal: &str) {
        if !self.kept.renewal_end.is_empty() {
            let request = self.revoke_request(renewal);
            self.act(Purpose::Revoke, request);
        }
    }

    /// Gives the renewal back before the application ends. Answers whether that is under way.
    pub(crate) fn is_giving_back(&mut self) -> bool {
        if !AGENT {
            return false;
        }
        let renewal = std::mem::take(&mut self.kept.renewal);
        if !renewal.is_empty() {
            self.revoke(&renewal);
        }
        self.is_acting(&Purpose::Revoke)
    }

    /// Requests that sign out at once, to be sent without waiting for an answer: whatever runs the session
    /// goes away with it.
    pub fn farewell(&self) -> Vec<HttpRequest> {
        let mut out = Vec::new();
        if !self.kept.renewal.is_empty() && !self.kept.renewal_end.is_empty() {
            out.push(self.revoke_request(&self.kept.renewal));
        }
        if !self.kept.application.is_empty() && self.bearer().is_some() {
            out.push(self.authorised(request("DELETE", &self.kept.application)));
        }
        out
    }
}
