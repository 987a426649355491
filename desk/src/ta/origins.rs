//! Which hosts are the platform's: requests with the desk's or an agent's token go nowhere else.

use shared::Origin;

/// One origin of the platform, or all hosts below one: `https://pool.example`, `https://*.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceOrigin(String);

/// Why a text names no origin of a platform; the sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no origin of a platform: give https://host or https://*.domain (http on this machine only)"
)]
pub struct NoServiceOrigin(String);

impl ServiceOrigin {
    /// Reads `https://host[:port]`, `https://*.domain` or, on this machine, `http://…`.
    ///
    /// # Errors
    /// [`NoServiceOrigin`] for everything else; tokens do not travel in the clear.
    pub fn parse(text: &str) -> Result<Self, NoServiceOrigin> {
        let wrong = || NoServiceOrigin(text.to_owned());
        if let Some(domain) = text.trim().strip_prefix("https://*.") {
            // A whole top-level domain is nobody's platform.
            let origin = Origin::parse(&format!("https://{domain}")).map_err(|_| wrong())?;
            let domain = origin.as_str().strip_prefix("https://").unwrap_or_default();
            let is_fine = domain.contains('.') && !domain.contains(['*', ':', '[']);
            return if is_fine { Ok(Self(format!("https://*.{domain}"))) } else { Err(wrong()) };
        }
        let origin = Origin::parse(text).map_err(|_| wrong())?;
        if origin.is_secure() { Ok(Self(origin.to_string())) } else { Err(wrong()) }
    }

    /// As a content security policy and a configuration file write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn covers(&self, origin: &Origin) -> bool {
        match self.0.strip_prefix("https://*") {
            Some(suffix) => origin
                .as_str()
                .strip_prefix("https://")
                .is_some_and(|it| it.len() > suffix.len() && it.ends_with(suffix)),
            None => self.0 == origin.as_str(),
        }
    }
}

/// The hosts of a platform: where its discovery is, and what the operator adds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts {
    own: Vec<Origin>,
    more: Vec<ServiceOrigin>,
}

impl Hosts {
    /// The origins of these addresses, and more.
    pub(crate) fn new(addresses: &[&str], more: &[ServiceOrigin]) -> Self {
        let own = addresses.iter().filter_map(|it| Origin::parse(it).ok()).collect();
        Self { own, more: more.to_vec() }
    }

    /// The host of an address that is not the platform's; `None` where it is.
    pub(crate) fn foreign(&self, url: &str) -> Option<String> {
        let Ok(origin) = Origin::parse(url) else {
            return Some("an address without a host".into());
        };
        let is_known = self.own.contains(&origin) || self.more.iter().any(|it| it.covers(&origin));
        (!is_known).then(|| origin.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_of_a_platform_is_https_or_this_machine() {
        for fine in ["https://p.example", "https://*.p.example", "http://127.0.0.1:81"] {
            assert_eq!(ServiceOrigin::parse(fine).unwrap().as_str(), fine);
        }
        for wrong in ["p.example", "http://p.example", "https://*", "https://*.example", "*", ""] {
            let text = ServiceOrigin::parse(wrong).unwrap_err().to_string();
            assert!(text.contains("https://host"), "{wrong}: {text}");
        }
    }

    #[test]
    fn only_the_platforms_own_hosts_are_its_own() {
        let more = [ServiceOrigin::parse("https://*.lync.example").unwrap()];
        let hosts = Hosts::new(&["https://p.example/discover"], &more);
        for own in ["https://p.example/x", "https://a.lync.example/", "https://a.b.lync.example"] {
            assert_eq!(hosts.foreign(own), None, "{own}");
        }
        for foreign in [
            "http://p.example/x",
            "https://p.example:444/",
            "https://p.example.evil.example/",
            "https://p.example@evil.example/",
            "https://lync.example/",
            "https://evil-lync.example/",
            "https://a.lync.example:444/",
            "/x",
        ] {
            assert!(hosts.foreign(foreign).is_some(), "{foreign}");
        }
    }
}
