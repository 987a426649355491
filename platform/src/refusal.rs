//! The one error of the platform: what a request is refused with (`protocol.md` §4).
//!
//! [`Refusal::wire`] is the table of statuses and codes; `http::reply` turns a refusal into an
//! answer. Client faults say what to do; faults of our own say only that there was one.

/// Why a request was refused. Nothing was changed by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the body is not what was expected: {0}")]
    NotUnderstood(String),
    #[error("{name}: {reason}")]
    Parameter { name: &'static str, reason: String },
    #[error("{0}")]
    BadRequest(String),
    #[error("a token is needed: {0}")]
    SignIn(&'static str),
    #[error("this token is good for another address")]
    WrongTarget,
    #[error("the token does not allow the origin {0}")]
    OriginNotAllowed(String),
    #[error("this application does not serve that endpoint")]
    NotYourEndpoint,
    #[error("of the modalities only Messaging is allowed here")]
    ModalityNotAllowed,
    #[error("visitors cannot do this")]
    AnonymousNotAllowed,
    #[error("{0}")]
    NotAllowed(&'static str),
    #[error("there is no such application: create one")]
    ApplicationNotFound,
    #[error("there is no such conversation: it may be over")]
    ConversationNotFound,
    #[error("there is nothing here")]
    NotFound,
    #[error("there is nobody and no meeting of this address")]
    DestinationNotFound,
    #[error("this resource has no such revision")]
    VersionNotSupported,
    #[error("this resource does not know that verb")]
    WrongVerb,
    #[error("a newer request for events took the place of this one")]
    PGetReplaced,
    #[error("this was done already")]
    AlreadyExists,
    #[error("makeMeAvailable has to come first")]
    MakeMeAvailableRequired,
    #[error("{0}")]
    Conflict(&'static str),
    #[error("another operation is under way: wait for it to complete")]
    AnotherOperationPending,
    #[error("the limit of {0} is reached")]
    LimitExceeded(&'static str),
    #[error("the application was not used for too long: create one")]
    InactiveApplicationExpired,
    #[error("too many applications were created: this one made room for a newer one")]
    TooManyApplications,
    #[error("the resource changed: read it again")]
    PreconditionFailed,
    #[error("If-Match is required")]
    PreconditionRequired,
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the content type must be {0}")]
    UnsupportedMediaType(&'static str),
    #[error("too many attempts: wait a minute")]
    TooManyRequests,
    #[error("more than {0} requests are under way in batches: wait until some are answered")]
    TooManyOutstanding(usize),
    #[error("something went wrong here: {0}")]
    Internal(String),
    #[error("the platform cannot keep anything at the moment: try again")]
    Unavailable,
}

impl Refusal {
    /// Status, code and subcode, in the spelling of the docs table (row A45).
    pub(crate) const fn wire(&self) -> (u16, &'static str, &'static str) {
        match self {
            Self::NotUnderstood(_) => (400, "BadRequest", "DeserializationFailure"),
            Self::Parameter { .. } => (400, "BadRequest", "ParameterValidationFailure"),
            Self::BadRequest(_) => (400, "BadRequest", "None"),
            Self::SignIn(_) => (401, "Unauthorized", "None"),
            Self::WrongTarget | Self::OriginNotAllowed(_) | Self::ModalityNotAllowed => {
                (403, "Forbidden", "None")
            }
            Self::NotYourEndpoint => (403, "Forbidden", "ApplicationNotFound"),
            Self::AnonymousNotAllowed => (403, "Forbidden", "AnonymousNotAllowed"),
            Self::NotAllowed(_) => (403, "Forbidden", "NotAllowed"),
            Self::ApplicationNotFound => (404, "NotFound", "ApplicationNotFound"),
            Self::ConversationNotFound => (404, "NotFound", "ConversationNotFound"),
            Self::NotFound => (404, "NotFound", "None"),
            Self::DestinationNotFound => (404, "NotFound", "DestinationNotFound"),
            Self::VersionNotSupported => (404, "NotFound", "APIVersionNotSupported"),
            Self::WrongVerb => (405, "MethodNotAllowed", "None"),
            Self::PGetReplaced => (409, "Conflict", "PGetReplaced"),
            Self::AlreadyExists => (409, "Conflict", "AlreadyExists"),
            Self::MakeMeAvailableRequired => (409, "Conflict", "MakeMeAvailableRequired"),
            Self::Conflict(_) => (409, "Conflict", "None"),
            Self::AnotherOperationPending => (409, "Conflict", "AnotherOperationPending"),
            Self::LimitExceeded(_) => (409, "Conflict", "LimitExceeded"),
            Self::InactiveApplicationExpired => (410, "Gone", "InactiveApplicationExpired"),
            Self::TooManyApplications => (410, "Gone", "TooManyApplications"),
            Self::PreconditionFailed => (412, "PreConditionFailed", "None"),
            Self::TooLarge(_) => (413, "EntityTooLarge", "None"),
            Self::UnsupportedMediaType(_) => (415, "UnsupportedMediaType", "UnsupportedMediaType"),
            Self::PreconditionRequired => (428, "PreConditionRequired", "None"),
            Self::TooManyRequests | Self::TooManyOutstanding(_) => (429, "TooManyRequests", "None"),
            Self::Internal(_) => (500, "ServiceFailure", "None"),
            Self::Unavailable => (503, "ServiceUnavailable", "None"),
        }
    }
}
