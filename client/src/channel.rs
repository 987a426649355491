//! The event channel: one poll after the other, and back-off on the main line (`protocol.md` §3.2,
//! §3.3).

use shared::Continuation;

use crate::actions::Purpose;
use crate::http::{HttpResponse, NoAnswer};
use crate::inbox::package_of;
use crate::limits::{
    ACTIVITY_JITTER_MS, ACTIVITY_MIN_MS, BACKOFF_MAX_MS, CHECK_TIMEOUT_MS, INBOX_EVENTS_MAX,
    POLL_DEFAULT_S, POLL_FRESH_MS, POLL_GRACE_MS, POLL_HASTE_MS, POLL_MAX_S, PULSE_EVERY_MS,
    REQUEST_TIMEOUT_MS, TALK_HOLD, TALK_HOLD_S,
};
use crate::machine::{AGENT, Session, Step, request};
use crate::model::{Connection, Conversation, Phase};
use crate::reason::Reason;
use crate::url::{param, with_param};
use crate::verdict::{Verdict, judge, reason_of};

/// Parameters of a poll that the server remembers until a channel is made anew (§3.2).
const REMEMBERED: [&str; 4] = ["timeout", "low", "medium", "priority"];

/// The remembered parameters of a link, as `name=value` joined by `&`.
pub(crate) fn poll_params(link: &str) -> String {
    let found = REMEMBERED.iter().filter_map(|name| Some(format!("{name}={}", param(link, name)?)));
    found.collect::<Vec<_>>().join("&")
}

/// The link with those remembered parameters that it lacks (WID-08).
fn with_params(link: String, params: &str) -> String {
    params.split('&').filter_map(|pair| pair.split_once('=')).fold(link, |link, (name, value)| {
        if param(&link, name).is_some() { link } else { with_param(&link, name, value) }
    })
}

/// The hold that a link names, in seconds.
fn hold_s(link: &str) -> Option<u64> {
    param(link, "timeout")?.parse().ok()
}

/// How long a poll may go without an answer: what its link says, and some grace.
fn poll_timeout_ms(link: &str, params: &str) -> u64 {
    let hold_s = hold_s(link).or_else(|| first_hold(params)?.parse().ok());
    let hold_s = hold_s.unwrap_or(POLL_DEFAULT_S).min(POLL_MAX_S);
    hold_s * 1_000 + if hold_s > TALK_HOLD_S { POLL_GRACE_MS } else { CHECK_TIMEOUT_MS }
}

/// The hold that the server offered first.
fn first_hold(params: &str) -> Option<&str> {
    params.split('&').find_map(|pair| pair.strip_prefix("timeout="))
}

impl Session {
    /// Sends what the main line asks next, once it is due.
    pub(crate) fn advance_line(&mut self) {
        let step = self.line.step;
        let is_held = self.is_held_back();
        if step == Step::Idle || self.line.id != 0 || self.line.due_ms > self.now || is_held {
            return;
        }
        let timeout_ms = if step == Step::Poll {
            // What is granted and what is asked for now: the longer one counts.
            let granted_ms = poll_timeout_ms(&self.kept.cursor, &self.kept.poll_params);
            granted_ms.max(poll_timeout_ms(&self.poll_link(), &self.kept.poll_params))
        } else {
            REQUEST_TIMEOUT_MS
        };
        self.line.brief = timeout_ms < POLL_GRACE_MS;
        let request = self.step_request(step);
        self.line.sent_ms = self.now;
        self.line.pulse_ms = self.now + PULSE_EVERY_MS;
        self.line.id = self.send(request, timeout_ms);
        if step == Step::Poll && self.is_doubtful() && !self.line.mute {
            self.check();
        }
    }

    /// The link of the next poll. While there is a conversation it is not held for longer than silence may
    /// go unnoticed, where the server lets one choose: then the poll's own answer is the pulse, and no
    /// other request's, which may come through where events do not (invariant 12).
    pub(crate) fn poll_link(&self) -> String {
        let link = &self.kept.cursor;
        let is_open = |it: &Conversation| it.phase != Phase::Ended;
        let talks = self.model.conversations.iter().any(is_open);
        let Some(named) = param(link, "timeout") else { return link.clone() };
        let offered = first_hold(&self.kept.poll_params).unwrap_or(named);
        let wanted = if talks { TALK_HOLD } else { offered };
        link.replacen(&format!("timeout={named}"), &format!("timeout={wanted}"), 1)
    }

    /// Whether so much waits to be folded that nothing more is asked for (invariant 8).
    pub(crate) fn is_held_back(&self) -> bool {
        self.line.step == Step::Poll && self.inbox.len() > INBOX_EVENTS_MAX
    }

    fn is_doubtful(&self) -> bool {
        matches!(self.model.connection, Connection::Reconnecting { .. })
    }

    /// A poll may be held for minutes, and says nothing meanwhile: a small request beside it tells
    /// at once whether the server is there again.
    fn check(&mut self) {
        let request = request("GET", &self.kept.application);
        self.act_once(Purpose::Check, request);
    }

    /// Whether somebody talks over a parked poll: a dead line would say nothing for its whole hold.
    pub(crate) fn has_pulse(&self) -> bool {
        let is_parked = self.line.step == Step::Poll && self.line.id != 0 && !self.closing;
        let is_open = |it: &Conversation| it.phase == Phase::Connected;
        is_parked
            && !self.line.brief
            && !self.is_acting(&Purpose::Check)
            && self.model.conversations.iter().any(is_open)
    }

    /// Asks in the silence of a conversation whether the server is there (invariant 12).
    pub(crate) fn feel_pulse(&mut self) {
        // A clock that was set back must not silence it.
        self.line.pulse_ms = self.line.pulse_ms.min(self.now + PULSE_EVERY_MS);
        if self.has_pulse() && self.line.pulse_ms <= self.now {
            self.line.pulse_ms = self.now + PULSE_EVERY_MS;
            self.check();
        }
    }

    /// The small request came through. Where events did not, while it might have, that says nothing.
    pub(crate) fn reached(&mut self) {
        if self.line.step == Step::Poll && self.line.id != 0 && !self.line.mute {
            self.model.connection = Connection::Online;
        }
    }

    /// The main line's request was answered, or not.
    pub(crate) fn line_answer(&mut self, result: Result<HttpResponse, NoAnswer>) {
        let step = self.line.step;
        if step == Step::Poll {
            return self.poll_answer(result);
        }
        match judge(result) {
            Verdict::Done(response) => self.step_done(step, &response),
            Verdict::Later(wait) if AGENT && step == Step::Renew => self.renew_later(wait),
            Verdict::Later(wait) => self.again_later(wait),
            Verdict::Unauthorized(response) if step == Step::Probe => self.challenged(&response),
            Verdict::Unauthorized(response)
                if matches!(step, Step::Token | Step::Renew | Step::Bootstrap) =>
            {
                self.step_refused(step, &response);
            }
            Verdict::Unauthorized(_) => self.renew(),
            Verdict::NoApplication if step == Step::Check => self.recreate(),
            Verdict::NoApplication | Verdict::Replaced => self.again_later(None),
            Verdict::Gone(reason) => self.stop(reason),
            Verdict::Refused(response) if response.status == 409 => self.again_later(None),
            Verdict::Refused(response) => self.step_refused(step, &response),
        }
    }

    /// The same request again, after a while (WID-13).
    pub(crate) fn again_later(&mut self, wait: Option<i64>) {
        if self.line.step == Step::Poll && self.now - self.line.sent_ms > BACKOFF_MAX_MS {
            // It was held for long, so all was well until now.
            self.line.failures = 0;
        }
        self.line.failures = self.line.failures.saturating_add(1);
        let wait_ms = self.backoff_ms(self.line.failures, wait);
        self.line.due_ms = self.now + wait_ms;
        self.model.connection = Connection::Reconnecting { retry_at_ms: self.line.due_ms };
    }

    fn poll_answer(&mut self, result: Result<HttpResponse, NoAnswer>) {
        let was_silent = self.now - self.line.sent_ms > TALK_HOLD_S.cast_signed() * 1_000;
        self.line.mute |= result.is_err() && was_silent && self.line.brief;
        match judge(result) {
            Verdict::Done(response) => self.package(&response),
            Verdict::Later(wait) => {
                self.line.stray = true;
                self.again_later(wait);
            }
            // The answer to our DELETE says the rest.
            _ if self.closing => self.line.due_ms = self.now + BACKOFF_MAX_MS,
            // By our own earlier one, more likely than not: asked once more, and so in no circle.
            Verdict::Replaced if self.line.stray => self.line.stray = false,
            Verdict::Replaced => self.halt(Connection::OpenedElsewhere),
            Verdict::Unauthorized(_) => self.renew(),
            Verdict::NoApplication => self.recreate(),
            Verdict::Gone(reason) => self.stop(reason),
            Verdict::Refused(response) => self.poll_refused(&response),
        }
    }

    fn poll_refused(&mut self, response: &HttpResponse) {
        match response.status {
            // From a proxy on the way, or a conflict that will pass: nothing of ours is lost yet.
            409 => self.again_later(None),
            404 if shared::ErrorBody::parse(&response.body).is_none() => self.again_later(None),
            404 => self.recreate(),
            // §3.3: rediscover, but not for ever.
            403 if self.line.failures < 3 && self.is_visitor() => {
                self.drop_actions();
                self.suspend_threads();
                self.go_again(Step::Bootstrap);
            }
            _ => self.stop(reason_of(response)),
        }
    }

    fn package(&mut self, response: &HttpResponse) {
        let Some(package) = package_of(&response.body) else { return self.again_later(None) };
        let (href, is_resume, is_resync) = match &package.continuation {
            Some(Continuation::Next(href)) => (href, false, false),
            Some(Continuation::Resume(href)) => (href, true, false),
            Some(Continuation::Resync(href)) => (href, false, true),
            // A captive portal's JSON, or a fault: what we have acknowledged is still the truth.
            None => return self.again_later(None),
        };
        let next = self.resolve(Some(href));
        if next.is_empty() {
            return self.again_later(None);
        }
        let is_hasty = package.senders.is_empty() && self.now - self.line.sent_ms < POLL_HASTE_MS;
        let stands_still = is_hasty && (next == self.kept.cursor || is_resync);
        self.kept.cursor = next;
        let is_first = self.line.sent_ms <= self.line.asked_ms;
        self.line.told_ms = if is_first { self.now } else { self.line.asked_ms };
        self.line.asked_ms = self.now;
        self.dirty = true;
        (self.line.stray, self.line.mute) = (false, false);
        self.model.connection = Connection::Online;
        if is_resume {
            self.kept.cursor = with_params(self.kept.cursor.clone(), &self.kept.poll_params);
            self.end_all(Reason::Lost.sentence());
            self.withdraw_offers();
        }
        if is_resync {
            self.reread_threads();
        }
        if stands_still {
            // The first resync is the protocol; a second at once is a server that cannot find itself.
            self.line.failures += 1;
            if self.line.failures > 1 || !is_resync {
                let failures = self.line.failures;
                self.line.due_ms = self.now + self.backoff_ms(failures, None);
            }
        } else {
            self.line.failures = 0;
        }
        self.inbox.push(&response.body, package.senders);
    }

    /// A request beside the poll got no answer at all: the poll may be just as dead, and would not
    /// say so for minutes (invariant 12). That other requests come through proves nothing for its
    /// connection, so it is asked anew; what it may have answered meanwhile is answered again.
    pub(crate) fn doubt(&mut self) {
        if self.line.step == Step::Poll && self.line.id != 0 && !self.closing {
            self.go(Step::Poll);
            self.check();
        }
    }

    /// The small request did not come through either.
    pub(crate) fn unreached(&mut self) {
        if self.line.step == Step::Poll && self.line.id != 0 {
            self.go(Step::Poll);
            self.again_later(None);
        }
    }

    /// The network or the page came back.
    pub(crate) fn wake(&mut self) {
        let is_waiting = self.line.id == 0;
        if is_waiting {
            self.line.due_ms = self.now;
        } else if self.line.step == Step::Poll && self.now - self.line.sent_ms >= POLL_FRESH_MS {
            // After a sleep the connection of the poll may be dead without a word.
            self.go(Step::Poll);
            self.check();
        }
        for action in &mut self.actions {
            action.due_ms = action.due_ms.min(self.now);
        }
    }

    /// Says now and then that the agent is still there (§3.4).
    pub(crate) fn report_activity(&mut self) {
        if !AGENT || self.line.step != Step::Poll || self.activity_at.is_none_or(|at| at > self.now)
        {
            return;
        }
        let wait = ACTIVITY_MIN_MS + self.rng.below(ACTIVITY_JITTER_MS);
        self.activity_at = Some(self.now + wait);
        if !self.kept.report_activity.is_empty() {
            let request = request("POST", &self.kept.report_activity);
            self.act_once(Purpose::Activity, request);
        } else if !self.kept.me.is_empty() {
            // The link comes with being reachable; ask for it and report soon.
            self.activity_at = Some(self.now + ACTIVITY_MIN_MS / 3);
            let request = request("GET", &self.kept.me);
            self.act_once(Purpose::ReadMe, request);
        }
    }
}
