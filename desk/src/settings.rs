//! What the desk must be told: the platform, its endpoint, its own addresses, the sites.

use serde::{Deserialize, Serialize};
use shared::{Origin, SipUri};

use crate::limits::Limits;
use crate::ta::{Credential, Hosts, ServiceOrigin};
use crate::visitor::IdentityKey;

/// A value that is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one place that needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// The messaging platform: the embedded one or somebody else's. All addresses are absolute.
#[derive(Clone, Debug)]
pub struct RemotePlatform {
    /// Where a service application starts (`protocol.md` §1.3).
    pub discover_url: String,
    /// Where a signed-in client starts (autodiscover), for verifying agents.
    pub root_url: String,
    /// Where the issuer of webhooks' tokens describes itself (OpenID Connect Discovery 1.0): its name
    /// and where its keys are.
    pub openid_url: String,
    /// `iss` of webhooks' tokens; absent: what the description names.
    pub issuer: Option<String>,
    /// `appid` of webhooks' tokens: the platform's own application id (§1.7).
    pub app_id: String,
    /// Origins of the platform besides those of `discover_url` and `root_url`. Tokens go to these only.
    pub origins: Vec<ServiceOrigin>,
    /// How the desk gets its own token.
    pub oauth: OAuth,
}

impl RemotePlatform {
    /// The hosts that tokens may go to.
    pub(crate) fn hosts(&self) -> Hosts {
        Hosts::new(&[&self.discover_url, &self.root_url], &self.origins)
    }
}

/// Client credentials (`protocol.md` §1.3).
#[derive(Clone, Debug)]
pub struct OAuth {
    /// Where they become a token; absent: taken from the 401's `authorization_uri`, if that is an
    /// address of the platform.
    pub token_url: Option<String>,
    /// The desk's id at the platform.
    pub client_id: String,
    /// What it proves itself with.
    pub credential: Credential,
    /// What the token is for; absent: the origin of `discover_url` (row A02).
    pub resource: Option<String>,
}

/// What the desk works with; checked by the composition root.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The platform.
    pub platform: RemotePlatform,
    /// The desk's application endpoint, for instance `sip:helpdesk@contoso.example`.
    pub endpoint: SipUri,
    /// Absolute address the platform calls, `…/desk/webhook`.
    pub callback_url: String,
    /// What webhooks' tokens must be for (`aud`): the desk's App ID URI.
    pub audience: String,
    /// Where Frontdesk is reached from outside: the widget's own origin.
    pub public_origin: Origin,
    /// Bounds.
    pub limits: Limits,
}

/// A website whose visitors the desk serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Short name, as the customer's script tag has it in `data-site`.
    pub id: String,
    /// What visitors see as the sender of unattributed messages.
    pub title: String,
    /// Origins of the pages that may show the widget.
    pub origins: Vec<Origin>,
    /// The first message a visitor gets; empty for none.
    pub greeting: String,
    /// Accent colour of the widget, as CSS writes it.
    #[serde(default)]
    pub color: Option<String>,
    /// What the site signs its visitors' identity with. Handed in at each start, and never kept.
    #[serde(skip)]
    pub identity: Option<IdentityKey>,
}
