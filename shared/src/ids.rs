//! Identifiers that are checked once, at the door.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that is not what it should be; the text says what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(pub String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

/// Makes a checked string: parse, display, serde, all through one rule.
macro_rules! checked_string {
    ($name:ident) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = Malformed;
            fn try_from(text: String) -> Result<Self, Malformed> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(it: $name) -> Self {
                it.0
            }
        }
        impl std::str::FromStr for $name {
            type Err = Malformed;
            fn from_str(text: &str) -> Result<Self, Malformed> {
                Self::parse(text)
            }
        }
    };
}

/// `sip:name@domain`, lower-case (row A44).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SipUri(String);
checked_string!(SipUri);

impl SipUri {
    /// Reads `sip:name@domain` or `name@domain`, in any case.
    ///
    /// # Errors
    /// When there is no name or no domain, or a character that no SIP URI has.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let lower = text.trim().to_ascii_lowercase();
        let bare = lower.strip_prefix("sip:").unwrap_or(&lower);
        let fine = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_+~!$&'*=".contains(&it))
        };
        match bare.split_once('@') {
            Some((name, domain)) if fine(name) && fine(domain) => Ok(Self(format!("sip:{bare}"))),
            _ => Err(Malformed(format!("a SIP URI looks like sip:name@domain, not {text:?}"))),
        }
    }

    /// `name@domain`.
    pub fn without_scheme(&self) -> &str {
        self.0.strip_prefix("sip:").unwrap_or(&self.0)
    }

    /// The domain: the tenant it belongs to.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// The part before the `@`.
    pub fn name(&self) -> &str {
        self.without_scheme().split_once('@').map_or("", |(name, _)| name)
    }
}

/// A web origin: scheme, host and a port that is not the scheme's default; no path (row A08).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);
checked_string!(Origin);

impl Origin {
    /// Reads an address and keeps its origin: the path goes, case and default port are normalised.
    /// Whether `http` is acceptable is for the caller to say; see [`Origin::is_secure`].
    ///
    /// # Errors
    /// When scheme or host is missing, or the port is not a number.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let bad = || {
            Malformed(format!(
                "an origin looks like https://host or https://host:port, not {text:?}"
            ))
        };
        let (scheme, rest) = text.trim().split_once("://").ok_or_else(bad)?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "http" && scheme != "https" {
            return Err(bad());
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let authority =
            authority.rsplit_once('@').map_or(authority, |(_, it)| it).to_ascii_lowercase();
        let colon = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        let (host, port) =
            colon.map_or((authority.as_str(), ""), |at| (&authority[..at], &authority[at + 1..]));
        let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let host_is_fine = match bare {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => {
                !host.is_empty()
                    && host.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_".contains(&it))
            }
        };
        if !host_is_fine || !port.bytes().all(|it| it.is_ascii_digit()) {
            return Err(bad());
        }
        let default: u16 = if scheme == "http" { 80 } else { 443 };
        let port = if port.is_empty() { default } else { port.parse().map_err(|_| bad())? };
        Ok(Self(if port == default {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{host}:{port}")
        }))
    }

    /// Whether it is `https`, or `http` on this very machine.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://") || self.is_loopback()
    }

    /// Whether its host is this very machine.
    pub fn is_loopback(&self) -> bool {
        let authority = self.0.split_once("://").map_or("", |(_, it)| it);
        let host = if authority.starts_with('[') {
            authority.split(']').next().unwrap_or_default().trim_start_matches('[')
        } else {
            authority.split(':').next().unwrap_or_default()
        };
        host == "localhost"
            || host.ends_with(".localhost")
            || host == "::1"
            || host.parse::<std::net::Ipv4Addr>().is_ok_and(|it| it.is_loopback())
    }
}

/// What a caller names an operation by; echoed in the operation's events (§1.7). 1 to 50 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OperationId(String);
checked_string!(OperationId);

impl OperationId {
    /// Reads an operation id.
    ///
    /// # Errors
    /// When it is empty, longer than 50 characters, or holds a control character.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let length = text.chars().count();
        if length == 0 || length > 50 || text.chars().any(char::is_control) {
            return Err(Malformed(format!("an operationId has 1 to 50 characters, not {length}")));
        }
        Ok(Self(text.to_owned()))
    }
}
