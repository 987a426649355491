//! The claims of a visitor's token (`protocol.md` §1.4). Reading them here proves nothing: only the
//! platform that signed a token can judge it.

use serde::{Deserialize, Deserializer, Serialize};

/// What stands before the JWT of a visitor's token, and is part of it.
pub const PSAT_PREFIX: &str = "psat=";

/// The claims, in the order in which every sample has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Good from, in Unix seconds.
    #[serde(deserialize_with = "lenient_seconds")]
    pub nbf: i64,
    /// Good until, in Unix seconds.
    #[serde(deserialize_with = "lenient_seconds")]
    pub exp: i64,
    /// SIP URI of the resource user that serves the visitor.
    pub ruu: String,
    /// The application session id the website chose; becomes the application's `endpointId`.
    pub asi: String,
    /// SIP URI of the endpoint the visitor may talk to.
    pub aeu: String,
    /// Origins the token works from, joined by `;`.
    pub ao: String,
    /// The conference, in the meeting variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confid: Option<String>,
    /// The UCWA address, in the meeting variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ucwaext: Option<String>,
}

impl Claims {
    /// Reads the claims of a token, with or without `psat=`, without judging its signature.
    /// `None` when it is not a JWT of these claims.
    pub fn peek(token: &str) -> Option<Self> {
        let jwt = token.strip_prefix(PSAT_PREFIX).unwrap_or(token);
        let payload = crate::data_uri::base64(jwt.split('.').nth(1)?.as_bytes())?;
        serde_json::from_slice(&payload).ok()
    }

    /// The origins the token works from.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.ao.split(';').filter(|it| !it.is_empty())
    }
}

/// Seconds as a number or, as S0's bearer has them, as a string.
fn lenient_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let seconds = value.as_i64().or_else(|| value.as_str()?.parse().ok());
    seconds.ok_or_else(|| serde::de::Error::custom("a whole number of seconds was expected"))
}
