//! Being reachable: `makeMeAvailable`, presence, note, location, activity (`protocol.md` §2B.3, §3.6).

use shared::{EventKind, SipUri};

use super::model::{App, Owner, Who};
use super::timers::Timer;
use super::{Core, Reply};
use crate::refusal::Refusal;

/// What `makeMeAvailable` is given (§2B.3).
#[derive(Clone, Debug)]
pub(crate) struct Reachability {
    /// The availability to begin with.
    pub(crate) sign_in_as: &'static str,
    /// Takes plain text only.
    pub(crate) is_plain_only: bool,
    pub(crate) phone_number: Option<String>,
    pub(crate) audio_preference: Option<String>,
    pub(crate) inactive_ms: i64,
}

/// What one says of oneself in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Saying {
    Note,
    Location,
}

impl Saying {
    const fn rel(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Location => "location",
        }
    }
}

impl App {
    /// The availability others see; none before `makeMeAvailable`.
    pub(crate) fn availability(&self) -> Option<&str> {
        let preferred = self.presence.as_deref()?;
        Some(match preferred {
            "Online" if self.manner.is_idle => "IdleOnline",
            "Busy" if self.manner.is_idle => "IdleBusy",
            // Preferred only; others see what it amounts to (§2B.4, enums).
            "Offwork" => "Away",
            other => other,
        })
    }

    /// How much of a user this application shows: what is more present counts more.
    fn rank(&self) -> Option<u8> {
        Some(match self.availability()? {
            "DoNotDisturb" => 6,
            "Busy" => 5,
            "Online" => 4,
            "IdleBusy" => 3,
            "IdleOnline" => 2,
            "BeRightBack" => 1,
            _ => 0,
        })
    }
}

impl Core {
    /// Whether an owner takes plain text only: visitors always do (row A50).
    pub(super) fn takes_plain_only(&self, owner: &Owner) -> bool {
        let Owner::App(id) = owner else { return false };
        self.apps.get(id).is_some_and(|it| it.is_visitor() || it.manner.is_plain_only)
    }

    /// The application that shows most of a user, if one does.
    pub(crate) fn shown(&self, user: &SipUri) -> Option<&App> {
        self.apps_of(user).filter(|it| it.presence.is_some()).max_by_key(|it| it.rank())
    }

    /// Whose an application is, if it is a user's.
    pub(crate) fn user_of(&self, id: &str) -> Result<&SipUri, Refusal> {
        match &self.app(id)?.who {
            Who::Agent { user } => Ok(user),
            Who::Visitor { .. } => Err(Refusal::AnonymousNotAllowed),
        }
    }

    /// What an endpoint is called; none where the address is not an endpoint's.
    pub(crate) fn endpoint_name(&self, uri: &SipUri) -> Option<String> {
        self.endpoints.get(uri).map(|it| it.display_name.clone())
    }

    /// An application that was made available; the refusal says why it is none.
    pub(crate) fn available(&self, id: &str) -> Result<&App, Refusal> {
        let app = self.app(id)?;
        if app.is_visitor() {
            return Err(Refusal::AnonymousNotAllowed);
        }
        if app.presence.is_none() {
            return Err(Refusal::MakeMeAvailableRequired);
        }
        Ok(app)
    }

    pub(super) fn make_available(&mut self, id: &str, how: Reachability) -> Result<Reply, Refusal> {
        let now_ms = self.now_ms;
        let app = self.app_mut(id)?;
        if app.is_visitor() {
            return Err(Refusal::AnonymousNotAllowed);
        }
        if app.presence.is_some() {
            return Err(Refusal::AlreadyExists);
        }
        app.presence = Some(how.sign_in_as.to_owned());
        app.manner.is_plain_only = how.is_plain_only;
        app.manner.inactive_ms = how.inactive_ms;
        app.manner.active_ms = now_ms;
        let known = [("phoneNumber", how.phone_number), ("audioPreference", how.audio_preference)];
        for (name, value) in known {
            if let Some(value) = value {
                app.communication.insert(name.to_owned(), value.into());
            }
        }
        app.communication_etag += 1;
        self.changes.app(id);
        self.timers.insert((now_ms + how.inactive_ms, Timer::Activity(id.to_owned())));
        self.tell_me(id, "me", "me", EventKind::Updated);
        for rel in ["presence", "note", "location"] {
            self.tell_me(id, rel, &format!("me/{rel}"), EventKind::Added);
        }
        self.tell_communication(id);
        Ok(Reply::Done)
    }

    pub(super) fn report_activity(&mut self, id: &str) -> Result<Reply, Refusal> {
        let was_idle = self.available(id)?.manner.is_idle;
        let now_ms = self.now_ms;
        let app = self.app_mut(id)?;
        app.manner.active_ms = now_ms;
        let at_ms = now_ms + app.manner.inactive_ms;
        if was_idle {
            self.timers.insert((at_ms, Timer::Activity(id.to_owned())));
            self.set_idle(id, false);
        }
        Ok(Reply::Done)
    }

    /// Nobody may have touched an application for long; its next report undoes it.
    pub(super) fn check_activity(&mut self, id: &str) {
        let Some(app) = self.apps.get(id).filter(|it| it.presence.is_some()) else { return };
        let at_ms = app.manner.active_ms + app.manner.inactive_ms;
        if at_ms <= self.now_ms {
            self.set_idle(id, true);
        } else {
            self.timers.insert((at_ms, Timer::Activity(id.to_owned())));
        }
    }

    fn set_idle(&mut self, id: &str, is_idle: bool) {
        let Some(app) = self.apps.get_mut(id).filter(|it| it.manner.is_idle != is_idle) else {
            return;
        };
        let before = app.availability().map(str::to_owned);
        app.manner.is_idle = is_idle;
        let is_seen = app.availability() != before.as_deref();
        self.changes.app(id);
        if is_seen {
            self.tell_me(id, "presence", "me/presence", EventKind::Updated);
        }
    }

    pub(super) fn set_presence(
        &mut self,
        id: &str,
        availability: &'static str,
    ) -> Result<Reply, Refusal> {
        self.available(id)?;
        let app = self.app_mut(id)?;
        if app.presence.as_deref() != Some(availability) {
            app.presence = Some(availability.to_owned());
            self.changes.app(id);
            self.tell_me(id, "presence", "me/presence", EventKind::Updated);
        }
        Ok(Reply::Done)
    }

    pub(super) fn say(&mut self, id: &str, what: Saying, text: String) -> Result<Reply, Refusal> {
        self.available(id)?;
        let manner = &mut self.app_mut(id)?.manner;
        let place = match what {
            Saying::Note => &mut manner.note,
            Saying::Location => &mut manner.location,
        };
        if *place != text {
            *place = text;
            self.changes.app(id);
            self.tell_me(id, what.rel(), &format!("me/{}", what.rel()), EventKind::Updated);
        }
        Ok(Reply::Done)
    }
}
