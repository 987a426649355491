//! The main line up to the event channel: bootstrap or password, discovery, application
//! (`protocol.md` §1.5, §1.6, §2B.1).

use shared::rel::{self, Rel as _};
use shared::{AnonToken, Resource, date};

use crate::actions::Purpose;
use crate::http::{HttpRequest, HttpResponse};
use crate::json::Json;
use crate::limits::{NAME_MAX_CHARS, REDIRECTS_MAX};
use crate::machine::{AGENT, Session, Step, post_json, request, request_with};
use crate::model::Connection;
use crate::reason::Reason;
use crate::session::Start;
use crate::url::{form_value, origin_of, resolve};
use crate::verdict::reason_of;

/// How the client names itself (§2B.1 `userAgent`, at most 100 characters).
const USER_AGENT: &str = concat!("Frontdesk/", env!("CARGO_PKG_VERSION"));
/// The language of the server's own sentences.
const CULTURE: &str = "en-US";

impl Session {
    /// Starts from wherever what is kept allows.
    pub(crate) fn begin(&mut self) {
        let step = match &self.start {
            _ if !self.kept.application.is_empty() && !self.has_expired() => Step::Check,
            Start::Visitor { .. } => Step::Bootstrap,
            // Cannot be: who builds a client for agents asks for the feature.
            Start::Agent { .. } if !AGENT => return,
            Start::Agent { .. } if self.can_renew() && self.has_expired() => {
                self.line.back = self.signed_in();
                Step::Renew
            }
            Start::Agent { .. } if self.has_token() => self.signed_in(),
            Start::Agent { password, .. } if !self.has_token() && password.is_empty() => {
                return self.sign_out("Sign in to go on.");
            }
            Start::Agent { .. } => Step::Root,
        };
        self.model.connection = Connection::Connecting;
        self.line.failures = 0;
        self.line.redirects = 0;
        self.line.redirect.clear();
        self.go(step);
    }

    fn has_token(&self) -> bool {
        !self.kept.token.is_empty()
    }

    /// Where an agent with a token goes on.
    fn signed_in(&self) -> Step {
        match &self.kept {
            it if !it.application.is_empty() => Step::Check,
            it if !it.applications.is_empty() => Step::Create,
            _ => Step::Root,
        }
    }

    pub(crate) fn has_expired(&self) -> bool {
        !self.has_token() || date::parse(&self.kept.expires).is_some_and(|end| end <= self.now)
    }

    /// The token was refused. A visitor gets a new one by itself (WID-15).
    pub(crate) fn renew(&mut self) {
        if !self.is_visitor() {
            return self.renew_agent();
        }
        self.kept.token.clear();
        self.drop_actions();
        self.suspend_threads();
        self.go_again(Step::Bootstrap);
    }

    /// The application is gone (WID-11): a new one, with what was said kept on screen.
    pub(crate) fn recreate(&mut self) {
        self.drop_actions();
        self.forget_application(Reason::Lost.sentence());
        let step = if self.has_token() { Step::Create } else { Step::Bootstrap };
        self.go_again(step);
    }

    /// At once the first time, then by back-off, so that two servers that disagree cannot make us
    /// run in circles.
    pub(crate) fn go_again(&mut self, step: Step) {
        self.go(step);
        self.line.failures += 1;
        self.model.connection = Connection::Connecting;
        if self.line.failures > 1 {
            let wait = self.backoff_ms(self.line.failures, None);
            self.line.due_ms = self.now + wait;
            self.model.connection = Connection::Reconnecting { retry_at_ms: self.line.due_ms };
        }
    }

    /// The request of a step before the poll.
    pub(crate) fn step_request(&mut self, step: Step) -> HttpRequest {
        match step {
            Step::Bootstrap => self.bootstrap_request(),
            Step::Discover => request("GET", &self.kept.discover),
            Step::Root => {
                let root = match &self.start {
                    Start::Agent { root_url, .. } => root_url.as_str(),
                    Start::Visitor { .. } => "",
                };
                let redirect = self.line.redirect.as_str();
                request("GET", if redirect.is_empty() { root } else { redirect })
            }
            Step::Probe => request("GET", &self.kept.user),
            Step::Token => self.token_request(),
            Step::Renew if AGENT => self.renew_request(),
            Step::User => self.authorised(request("GET", &self.kept.user)),
            Step::Create => self.create_request(),
            Step::Check => self.authorised(request("GET", &self.kept.application)),
            Step::Poll | Step::Idle | Step::Renew => {
                self.authorised(request("GET", &self.poll_link()))
            }
        }
    }

    fn bootstrap_request(&mut self) -> HttpRequest {
        if self.kept.session_id.is_empty() {
            self.kept.session_id = self.rng.id();
        }
        let Start::Visitor { bootstrap_url, origin, site, meeting_url, .. } = &self.start else {
            return request("POST", "");
        };
        let mut body = Json::object();
        body.name("ApplicationSessionId").text(&self.kept.session_id);
        body.name("AllowedOrigins").text(origin).name("Site").text(site);
        if !meeting_url.is_empty() {
            body.name("MeetingUrl").text(meeting_url);
        }
        post_json(bootstrap_url, body)
    }

    fn token_request(&self) -> HttpRequest {
        let (true, Start::Agent { username, password, .. }) = (AGENT, &self.start) else {
            return request("POST", &self.kept.token_url);
        };
        let (name, word) = (form_value(username), form_value(password));
        // §2B.1 knows no scope: only who says that it renews is asked for it.
        let scope = if self.line.renews { "&scope=offline_access" } else { "" };
        let body = format!("grant_type=password&username={name}&password={word}{scope}");
        request_with(&self.kept.token_url, "application/x-www-form-urlencoded", body)
    }

    fn create_request(&mut self) -> HttpRequest {
        if self.kept.instance_id.is_empty() {
            self.kept.instance_id = self.rng.id();
        }
        if self.kept.session_id.is_empty() {
            self.kept.session_id = self.rng.id();
        }
        let mut body = Json::object();
        body.name("culture").text(CULTURE).name("userAgent").text(USER_AGENT);
        body.name("instanceId").text(&self.kept.instance_id);
        match &self.start {
            Start::Visitor { display_name, .. } if !display_name.is_empty() => {
                body.name("anonymousDisplayName").text(&shortened(display_name));
            }
            Start::Visitor { .. } => {}
            Start::Agent { .. } => {
                body.name("endpointId").text(&self.kept.session_id).name("type").text("Browser");
            }
        }
        self.authorised(post_json(&self.kept.applications, body))
    }

    /// A step before the poll succeeded.
    pub(crate) fn step_done(&mut self, step: Step, response: &HttpResponse) {
        let next = match step {
            Step::Bootstrap => self.bootstrap_done(response),
            Step::Discover => self.discover_done(response),
            Step::Create => return self.application_done(response, true),
            Step::Check => return self.application_done(response, false),
            _ if !AGENT => return,
            // A platform that wants no token for the entry still has to say who one is.
            Step::Probe | Step::User => self.user_done(response),
            Step::Root => self.root_done(response),
            Step::Token => self.token_done(response).map(|()| Step::User),
            Step::Renew => match self.token_done(response) {
                Some(()) => {
                    if self.line.back == Step::Poll {
                        self.model.connection = Connection::Online;
                    }
                    Some(self.line.back)
                }
                None => return self.renew_later(None),
            },
            Step::Poll | Step::Idle => return,
        };
        match next {
            Some(Step::Create) if AGENT && self.line.is_door => self.halt(Connection::Idle),
            Some(next) => self.go(next),
            None => self.stop(Reason::Nonsense.sentence().to_owned()),
        }
    }

    fn bootstrap_done(&mut self, response: &HttpResponse) -> Option<Step> {
        let text = shared::resource::without_bom(&response.body);
        let given = AnonToken::read(&serde_json::from_str(text).ok()?)?;
        // DTO-11: an address that is none is asked nowhere.
        origin_of(&given.discover_uri)?;
        self.kept.token = given.token;
        self.kept.expires = given.expire_time;
        self.kept.to = given.tenant_endpoint_id;
        self.kept.discover = given.discover_uri;
        Some(Step::Discover)
    }

    fn discover_done(&mut self, response: &HttpResponse) -> Option<Step> {
        let document = Resource::parse(&response.body).ok()?;
        let origin = origin_of(&self.kept.discover)?;
        let applications = resolve(origin, document.href(rel::AnonApplications::NAME)?)?;
        // Row A33: platforms differ in what they call it.
        let meeting = document.text("onlineMeetingUri").or_else(|| document.text("conferenceId"));
        meeting.unwrap_or_default().clone_into(&mut self.kept.meeting);
        self.applications_at(applications)
    }

    fn applications_at(&mut self, applications: String) -> Option<Step> {
        origin_of(&applications)?.clone_into(&mut self.kept.base);
        self.kept.applications = applications;
        Some(Step::Create)
    }

    fn root_done(&mut self, response: &HttpResponse) -> Option<Step> {
        let document = Resource::parse(&response.body).ok()?;
        let asked = match &self.start {
            Start::Agent { root_url, .. } if self.line.redirect.is_empty() => root_url.clone(),
            _ => self.line.redirect.clone(),
        };
        let origin = origin_of(&asked)?;
        if let Some(user) = document.href(rel::User::NAME) {
            self.kept.user = resolve(origin, user)?;
            return Some(if self.has_token() { Step::User } else { Step::Probe });
        }
        self.line.redirects += 1;
        self.line.redirect = resolve(origin, document.href("redirect")?)?;
        (self.line.redirects <= REDIRECTS_MAX).then_some(Step::Root)
    }

    /// 401 of the entry names where a password becomes a token (§1.3).
    pub(crate) fn challenged(&mut self, response: &HttpResponse) {
        if !AGENT {
            return;
        }
        let href = response
            .headers
            .iter()
            .filter(|(name, _)| name == "www-authenticate")
            .find_map(|(_, value)| token_href(value));
        self.line.renews =
            response.headers.iter().any(|(_, value)| value.contains("refresh_token"));
        let url = href.and_then(|it| resolve(origin_of(&self.kept.user)?, it));
        match url {
            Some(url) => {
                self.kept.token_url = url;
                self.go(Step::Token);
            }
            None => self.stop("This server offers no sign-in by password.".to_owned()),
        }
    }

    fn token_done(&mut self, response: &HttpResponse) -> Option<()> {
        let document = Resource::parse(&response.body).ok()?;
        document.text("access_token")?.clone_into(&mut self.kept.token);
        let seconds = document.properties.get("expires_in").and_then(serde_json::Value::as_i64);
        let end_ms = seconds.map(|it| self.now.saturating_add(it.saturating_mul(1_000)));
        self.kept.expires = end_ms.map(date::ajax).unwrap_or_default();
        if let Start::Agent { password, .. } = &mut self.start {
            password.clear();
        }
        self.read_renewal(&document);
        Some(())
    }

    /// A step before the poll was refused for good.
    pub(crate) fn step_refused(&mut self, step: Step, response: &HttpResponse) {
        match step {
            Step::Token if AGENT => {
                let wrong = response.body.contains("invalid_grant");
                let said = reason_of(response);
                self.sign_out(if wrong { "The name or the password is not right." } else { &said });
            }
            Step::Renew if AGENT => self.renewal_refused(response),
            // The application is another one's or gone; a new one may still be had.
            Step::Check => self.recreate(),
            _ => self.stop(reason_of(response)),
        }
    }

    fn user_done(&mut self, response: &HttpResponse) -> Option<Step> {
        let document = Resource::parse(&response.body).ok()?;
        let origin = origin_of(&self.kept.user)?;
        let applications = resolve(origin, document.href(rel::Applications::NAME)?)?;
        self.applications_at(applications)
    }

    fn application_done(&mut self, response: &HttpResponse, created: bool) {
        let document = Resource::parse(&response.body).unwrap_or_default();
        let this = self.resolve(document.href("self").or_else(|| response.header("location")));
        if this != self.kept.application {
            self.forget_application(Reason::Lost.sentence());
            self.kept.application = this;
        }
        let events = self.resolve(document.href(rel::Events::NAME));
        if created || self.kept.cursor.is_empty() {
            self.kept.poll_params = crate::channel::poll_params(&events);
            self.kept.cursor = events;
        }
        if self.kept.cursor.is_empty() || self.kept.application.is_empty() {
            return self.stop(Reason::Nonsense.sentence().to_owned());
        }
        if let Some(me) = document.embedded(rel::Me::NAME) {
            me.text("uri").unwrap_or_default().clone_into(&mut self.model.me_uri);
            me.text("name").unwrap_or_default().clone_into(&mut self.model.me_name);
            self.read_me(me);
        }
        if let Some(communication) = document.embedded(rel::Communication::NAME) {
            self.read_communication(communication);
        }
        self.model.connection = Connection::Online;
        self.dirty = true;
        self.go(Step::Poll);
        self.reread_threads();
        self.present_agent();
    }

    /// What a signed-in agent does once the application is there: be reachable, find what is open.
    fn present_agent(&mut self) {
        if self.is_visitor() {
            return;
        }
        if self.kept.make_available.is_empty() {
            self.activity_at = Some(self.now);
        } else {
            let mut body = Json::object();
            body.name("supportedModalities").open('[').text("Messaging").close(']');
            body.name("supportedMessageFormats").open('[').text("Plain").close(']');
            body.name("signInAs").text("Online");
            let request = post_json(&self.kept.make_available, body);
            self.act_once(Purpose::Available, request);
        }
        if !self.kept.conversations.is_empty() {
            let request = request("GET", &self.kept.conversations);
            self.act_once(Purpose::ReadConversations, request);
        }
    }

    /// Takes the links of `me`.
    pub(crate) fn read_me(&mut self, me: &Resource) {
        if !AGENT {
            return;
        }
        let this = self.resolve(me.href("self"));
        if !this.is_empty() {
            self.kept.me = this;
        }
        self.kept.make_available = self.resolve(me.href(rel::MakeMeAvailable::NAME));
        self.kept.report_activity = self.resolve(me.href(rel::ReportMyActivity::NAME));
    }

    /// Takes the links of `communication`.
    pub(crate) fn read_communication(&mut self, communication: &Resource) {
        self.kept.start_messaging = self.resolve(communication.href(rel::StartMessaging::NAME));
        self.kept.join_meeting = self.resolve(communication.href(rel::JoinOnlineMeeting::NAME));
        self.kept.conversations = self.resolve(communication.href(rel::Conversations::NAME));
    }
}

/// At most what a name or subject may have.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(NAME_MAX_CHARS).collect()
}

/// The address in `MsRtcOAuth href="…"`, wherever it stands among other challenges.
fn token_href(challenges: &str) -> Option<&str> {
    let (_, rest) = challenges.split_once("MsRtcOAuth")?;
    let (_, rest) = rest.split_once("href=\"")?;
    rest.split_once('"').map(|(href, _)| href)
}
