//! Why the platform could not be asked, or refused.

use client::http::{HttpResponse, NoAnswer};
use shared::ErrorBody;

/// What the Trusted Application client could not do. Texts say what an operator can do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TaError {
    /// Nothing came back.
    #[error("the platform does not answer ({0}); see whether its address is right and it runs")]
    NoAnswer(NoAnswer),
    /// The platform knows no application for the endpoint (SAC-02).
    #[error(
        "the endpoint is not provisioned at the platform; register it there, with this client id"
    )]
    NotProvisioned,
    /// The application lacks a capability (SAC-03).
    #[error("the platform does not offer {0} to this application; grant it there")]
    CapabilityUnavailable(&'static str),
    /// No token was given for the client id and secret.
    #[error("the platform gave no token ({0}); see client id, secret and token address")]
    NoToken(String),
    /// The platform refused.
    #[error("the platform answered {status} {code} (correlation id {correlation})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Code and subcode, `-` where there is none.
        code: String,
        /// `X-MS-Correlation-Id`, `-` where there is none.
        correlation: String,
    },
    /// The platform answered something else than the protocol says.
    #[error("the platform's answer cannot be understood: {0}")]
    Malformed(String),
}

impl TaError {
    /// The refusal that an answer is.
    pub(crate) fn refused(response: &HttpResponse) -> Self {
        let code = ErrorBody::parse(&response.body).map_or_else(
            || "-".to_owned(),
            |it| match it.subcode {
                Some(subcode) => format!("{}/{subcode}", it.code),
                None => it.code,
            },
        );
        let correlation = response.header("x-ms-correlation-id").unwrap_or("-").to_owned();
        Self::Refused { status: response.status, code, correlation }
    }

    /// Whether asking again later may help: nothing came, or the platform has trouble of its own.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::NoToken(_) => true,
            Self::Refused { status, .. } => matches!(status, 401 | 408 | 429 | 500..=599),
            Self::NotProvisioned | Self::CapabilityUnavailable(_) | Self::Malformed(_) => false,
        }
    }
}
