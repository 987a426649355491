//! What a run is told: where the platform is, who acts, and how long its timers are.

use std::fmt;
use std::net::SocketAddr;

/// Who a service application is to the token service (`protocol.md` §1.3).
#[derive(Clone, Default)]
pub struct Credentials {
    /// The application's id.
    pub client_id: String,
    /// What it proves itself with.
    pub client_secret: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// A user of the platform, for the password grant (§2B.1).
#[derive(Clone)]
pub struct SignIn {
    /// As the platform knows it, such as `alice@contoso.com`.
    pub username: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").field("username", &self.username).finish_non_exhaustive()
    }
}

/// The platform's timers in seconds. [`Timers::default`] holds the documented ones; a platform that
/// was started with shorter ones is checked faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// An application whose events nobody asks for is over (§3.4).
    pub inactivity_s: u64,
    /// An invitation that nobody answers fails (§3.4).
    pub invitation_s: u64,
    /// "Is typing" ends by itself (row A40).
    pub typing_s: u64,
    /// The shortest hold of an empty request for events (§3.2; row A17).
    pub poll_min_s: u64,
    /// The shortest hold of events of medium and low priority (§3.2).
    pub hold_min_s: u64,
}

impl Default for Timers {
    fn default() -> Self {
        Self { inactivity_s: 900, invitation_s: 30, typing_s: 6, poll_min_s: 180, hold_min_s: 5 }
    }
}

/// Everything a run is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where service applications start: `service:discover`, absolute.
    pub discover_url: String,
    /// Where signed-in clients start: the autodiscover root, absolute.
    pub root_url: String,
    /// The service application's endpoint, such as `sip:helpdesk@contoso.com`. Its default callback
    /// has to be [`Settings::callback_url`].
    pub endpoint: String,
    /// The service application.
    pub application: Credentials,
    /// Another service application, without a right to that endpoint (TAP-03).
    pub stranger: Option<Credentials>,
    /// Where tokens are; `None` for what the platform's challenge names.
    pub token_url: Option<String>,
    /// OAuth resource; `None` for the origin of the discover address (row A02).
    pub resource: Option<String>,
    /// Where webhooks are received.
    pub callback_listen: SocketAddr,
    /// The same as the platform reaches it; `None` for the address that is listened on.
    pub callback_url: Option<String>,
    /// `aud` that webhooks have to carry; `None` does not judge it.
    pub audience: Option<String>,
    /// The origin of the visitors' page.
    pub origin: String,
    /// Users that the service application may invite.
    pub agents: Vec<SignIn>,
    /// A visitor's token whose life is over (UCW-02).
    pub expired_token: Option<String>,
    /// The platform's timers.
    pub timers: Timers,
    /// The checks to run; empty for all.
    pub only: Vec<String>,
    /// Checks at the same time, at least 1.
    pub parallel: u32,
    /// Something that no other run has: makes session and operation ids.
    pub run_id: String,
}

/// A setting that cannot be; the sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError(pub String);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// What no run can do without, checked before anything is asked.
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let absolute = [
            ("discover address", Some(&self.discover_url)),
            ("root address", Some(&self.root_url)),
            ("origin", Some(&self.origin)),
            ("token address", self.token_url.as_ref()),
            ("callback address", self.callback_url.as_ref()),
        ];
        for (name, url) in absolute {
            let Some(url) = url else { continue };
            if shared::Origin::parse(url).is_err() {
                let text = format!("the {name} has to be an absolute address, not {url:?}");
                return Err(SettingsError(text));
            }
        }
        if shared::SipUri::parse(&self.endpoint).is_err() {
            return Err(SettingsError(format!(
                "the endpoint has to look like sip:helpdesk@contoso.com, not {:?}",
                self.endpoint
            )));
        }
        for id in &self.only {
            if !crate::all().iter().any(|check| check.id.eq_ignore_ascii_case(id)) {
                return Err(SettingsError(format!(
                    "there is no check {id:?}; they are TAP-01 to TAP-20 and UCW-01 to UCW-28"
                )));
            }
        }
        Ok(())
    }
}
