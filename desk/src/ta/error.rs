//! Why the platform could not be asked, or refused.

use client::http::{HttpResponse, NoAnswer};
use shared::ErrorBody;

/// What the Trusted Application client could not do. Texts say what an operator can do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TaError {
    /// Nothing came back.
    #[error("the platform does not answer ({0}); see whether its address is right and it runs")]
    NoAnswer(NoAnswer),
    /// It asked to be left alone for a while.
    #[error("the platform asked for a pause; {0} ms of it are left")]
    Resting(i64),
    /// The platform knows no application for the endpoint (SAC-02).
    #[error(
        "the endpoint is not provisioned at the platform; register it there, with this client id"
    )]
    NotProvisioned,
    /// The application lacks a capability (SAC-03).
    #[error("the platform does not offer {0} to this application; grant it there")]
    CapabilityUnavailable(&'static str),
    /// No token was given for the client id and what proves it.
    #[error(
        "the platform gave no token ({0}); see client id, secret or certificate, and token_url"
    )]
    NoToken(String),
    /// A link, a redirect or a challenge leads away from the platform.
    #[error(
        "the platform leads to {0}, where no token is sent; if that is the platform too, add it to platform.origins"
    )]
    ForeignHost(String),
    /// The platform refused.
    #[error("the platform answered {status} {code} ({trace})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Code and subcode, `-` where there is none.
        code: String,
        /// What to name when asking the platform's people.
        trace: Trace,
    },
    /// Something between desk and platform answered (§1.3, §4.1).
    #[error("{0} was answered by something before the platform, such as a proxy; look there ({1})")]
    NotThePlatform(u16, Trace),
    /// The platform answered something else than the protocol says.
    #[error("the platform's answer cannot be understood: {0}")]
    Malformed(String),
}

/// What both sides' logs call one request (§1.3). A value that is absent is `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    /// `client-request-id`, the desk's own.
    pub(crate) request: String,
    /// `X-MS-Correlation-Id`, the platform's.
    pub(crate) correlation: String,
    /// `X-MS-Server-Fqdn`.
    pub(crate) server: String,
}

impl Trace {
    /// The trace of an answer to a request of this id.
    pub(crate) fn of(request: &str, response: &HttpResponse) -> Self {
        let header = |name| response.header(name).filter(|it| !it.is_empty()).unwrap_or("-");
        Self {
            request: request.to_owned(),
            correlation: header("x-ms-correlation-id").to_owned(),
            server: header("x-ms-server-fqdn").to_owned(),
        }
    }
}

impl std::fmt::Display for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { request, correlation, server } = self;
        write!(f, "client request id {request}, correlation id {correlation}, server {server}")
    }
}

impl TaError {
    /// The refusal that an answer is, to a request of this `client-request-id`.
    pub(crate) fn refused(request: &str, response: &HttpResponse) -> Self {
        let trace = Trace::of(request, response);
        let body = ErrorBody::parse(&response.body);
        // What the platform says is gone counts as gone; a proxy's word does not.
        let is_marked = trace.correlation != "-" || trace.server != "-";
        if matches!(response.status, 404 | 410) && body.is_none() && !is_marked {
            return Self::NotThePlatform(response.status, trace);
        }
        let code = body.map_or_else(
            || "-".to_owned(),
            |it| match it.subcode {
                Some(subcode) => format!("{}/{subcode}", it.code),
                None => it.code,
            },
        );
        Self::Refused { status: response.status, code, trace }
    }

    /// Whether there is nothing at the address that was asked.
    pub(crate) const fn is_gone(&self) -> bool {
        matches!(self, Self::Refused { status: 404 | 410, .. })
    }

    /// Whether the meeting that was named is not there, or not any more (§4.3).
    pub(crate) fn is_no_destination(&self) -> bool {
        matches!(self, Self::Refused { status: 404, code, .. }
            if code.to_ascii_lowercase().ends_with("/destinationnotfound"))
    }

    /// Whether asking again later may help: nothing came, or the platform has trouble of its own.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::NoAnswer(_) | Self::NoToken(_) | Self::Resting(_) | Self::NotThePlatform(..) => {
                true
            }
            Self::Refused { status, .. } => matches!(status, 401 | 408 | 429 | 500..=599),
            Self::NotProvisioned
            | Self::CapabilityUnavailable(_)
            | Self::ForeignHost(_)
            | Self::Malformed(_) => false,
        }
    }
}
