//! What the desk must be told: the platform, its endpoint, its own addresses, the sites.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::{Origin, SipUri};

use crate::forms::Forms;
use crate::hours::{Hours, Now};
use crate::language;
use crate::limits::Limits;
use crate::notices::Notices;
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
    /// The first message a visitor gets; empty for none, absent for the desk's own in the visitor's
    /// language.
    pub greeting: Option<String>,
    /// The same for visitors who read another language, by its tag.
    #[serde(default)]
    pub greetings: BTreeMap<String, String>,
    /// Accent colour of the widget, as CSS writes it.
    #[serde(default)]
    pub color: Option<String>,
    /// Where else the site can be reached, an `https:` or `mailto:` address, for visitors whose browser cannot chat.
    #[serde(default)]
    pub contact_url: Option<String>,
    /// What the site signs its visitors' identity with. Handed in at each start, and never kept.
    #[serde(skip)]
    pub identity: Option<IdentityKey>,
    /// When somebody answers; absent: at any time. Handed in at each start.
    #[serde(skip)]
    pub hours: Option<Hours>,
    /// What visitors are asked.
    #[serde(default)]
    pub forms: Forms,
    /// Whether a message that a visitor does not see makes no sound.
    #[serde(default)]
    pub is_silent: bool,
}

impl Site {
    /// What a visitor who reads this language gets first at this time (Unix milliseconds), and whether
    /// that is outside the site's hours.
    pub(crate) fn first_words(&self, language: Option<&str>, now_ms: i64) -> (String, bool) {
        let notices = Notices::of(language);
        if let Some(Now::Closed(opens)) = self.hours.as_ref().map(|it| it.at(now_ms)) {
            return (notices.closed(opens), true);
        }
        let known: Vec<&str> = self.greetings.keys().map(String::as_str).collect();
        let wishes: Vec<&str> = language.into_iter().collect();
        let own = self.greetings.get(language::pick(&wishes, &known));
        let greeting = own.or(self.greeting.as_ref()).unwrap_or(&notices.greeting);
        (greeting.clone(), false)
    }
}

/// A site with nothing but a name.
#[cfg(test)]
pub(crate) fn tests_site() -> Site {
    Site {
        id: "shop".to_owned(),
        title: "Shop".to_owned(),
        origins: Vec::new(),
        greeting: None,
        greetings: [("de".to_owned(), "Moin".to_owned())].into(),
        color: None,
        contact_url: None,
        identity: None,
        hours: None,
        forms: Forms::default(),
        is_silent: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23, a Monday, 10:00 in Berlin.
    const NOW_MS: i64 = 1_795_424_400_000;

    fn site(greeting: Option<&str>) -> Site {
        Site { greeting: greeting.map(str::to_owned), ..tests_site() }
    }

    #[test]
    fn a_visitor_is_greeted_in_the_language_of_the_visitor() {
        let own = site(Some("Hi"));
        assert_eq!(own.first_words(Some("de-AT"), NOW_MS), ("Moin".to_owned(), false));
        assert_eq!(own.first_words(Some("fr"), NOW_MS).0, "Hi");
        assert_eq!(own.first_words(None, NOW_MS).0, "Hi");
        assert_eq!(site(Some("")).first_words(None, NOW_MS).0, "", "none is wanted");
        let french = site(None).first_words(Some("fr"), NOW_MS).0;
        assert!(french.starts_with("Bonjour"), "{french}");
    }

    #[test]
    fn outside_its_hours_a_site_says_when_it_is_back() {
        let hours = |spans: &str| {
            let week = [("monday".to_owned(), vec![spans.to_owned()])];
            Hours::read("Europe/Berlin", &week.into(), &[]).unwrap()
        };
        let open = Site { hours: Some(hours("09:00-12:00")), ..site(Some("Hi")) };
        assert_eq!(open.first_words(None, NOW_MS), ("Hi".to_owned(), false));
        let closed = Site { hours: Some(hours("13:00-17:00")), ..site(Some("Hi")) };
        let (text, is_closed) = closed.first_words(Some("en"), NOW_MS);
        assert!(is_closed && text.contains("Monday at 13:00"), "{text}");
    }
}
