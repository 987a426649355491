//! Refusals: a status and the error body of `protocol.md` §4.1.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use shared::ErrorBody;
use store::StoreError;

use crate::tickets::BadTicket;

/// The answer that a refusal is.
pub(crate) fn refuse(status: StatusCode, body: &ErrorBody) -> Response {
    (status, Json(body.write())).into_response()
}

/// Why the desk's API does not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    /// No token, or not one of the platform.
    #[error("Sign in again.")]
    NotSignedIn,
    /// A good token of somebody who is no agent here.
    #[error("You are not an agent of this desk. Ask its administrator to add you.")]
    NotAnAgent,
    /// No ticket of a visitor, or not a good one; the sentence says why.
    #[error("{0}. Ask for a ticket again.")]
    NoTicket(BadTicket),
    /// The asker has asked too often.
    #[error("Too many requests. Try again in a minute.")]
    TooMany,
    /// The visitor has had enough letters sent.
    #[error("This was sent a few times already. Try again in an hour.")]
    TooManyLetters,
    /// The visitor has left enough messages, or all visitors together have.
    #[error("Your message was not kept: too many came lately. Try again in an hour.")]
    TooManyMessages,
    /// No mail is set up.
    #[error("This helpdesk sends no e-mail. Copy the text instead.")]
    NoMail,
    /// There is no such conversation.
    #[error("There is no such conversation.")]
    NoConversation,
    /// Another agent has it.
    #[error("Another agent has this conversation.")]
    OwnedByAnother,
    /// It is over.
    #[error("This conversation is over.")]
    Over,
    /// The visitor rated it long ago.
    #[error("You have rated this conversation. A rating can be changed within an hour.")]
    RatedBefore,
    /// The input is wrong; the sentence says how.
    #[error("{0}")]
    BadInput(String),
    /// The first agent exists already, or the code is wrong.
    #[error("{0}")]
    NotAllowed(String),
    /// The name is taken.
    #[error("{0}")]
    Exists(String),
    /// A visitor sends a file, and no conversation goes on.
    #[error("Files go with a conversation. Write a message first.")]
    NotBegun,
    /// There is no such file, or its time was over.
    #[error("This file is not here. It may have been removed; ask for it again.")]
    NoFile,
    /// Larger than is taken.
    #[error("{0}")]
    TooLarge(String),
    /// Of a kind that is not taken.
    #[error("{0}")]
    WrongType(String),
    /// More files than a while allows.
    #[error("{0}")]
    TooManyFiles(String),
    /// There is no room for it.
    #[error("{0}")]
    Full(String),
    /// The platform or the store cannot be reached; the text is for the log.
    #[error("{0}")]
    Unavailable(String),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl ApiError {
    const fn wire(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotSignedIn | Self::NoTicket(_) => (StatusCode::UNAUTHORIZED, "Unauthorized", ""),
            Self::NotAnAgent | Self::NotAllowed(_) => {
                (StatusCode::FORBIDDEN, "Forbidden", "NotAllowed")
            }
            Self::NoMail => (StatusCode::CONFLICT, "Conflict", "NoMail"),
            Self::TooMany
            | Self::TooManyMessages
            | Self::TooManyLetters
            | Self::TooManyFiles(_) => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", ""),
            Self::NoConversation => (StatusCode::NOT_FOUND, "NotFound", "ConversationNotFound"),
            Self::OwnedByAnother => (StatusCode::CONFLICT, "Conflict", "OwnedByAnother"),
            Self::RatedBefore => (StatusCode::CONFLICT, "Conflict", "RatedBefore"),
            Self::NotBegun => (StatusCode::CONFLICT, "Conflict", "ConversationNotBegun"),
            Self::Over => (StatusCode::GONE, "Gone", "ConversationEnded"),
            Self::BadInput(_) => {
                (StatusCode::BAD_REQUEST, "BadRequest", "ParameterValidationFailure")
            }
            Self::Exists(_) => (StatusCode::CONFLICT, "Conflict", "AlreadyExists"),
            Self::NoFile => (StatusCode::NOT_FOUND, "NotFound", "FileNotFound"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "EntityTooLarge", ""),
            Self::WrongType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", ""),
            Self::Full(_) => (StatusCode::INSUFFICIENT_STORAGE, "InsufficientStorage", ""),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", ""),
        }
    }
}

impl ApiError {
    /// The status alone, for answers in another shape.
    pub(crate) const fn status(&self) -> StatusCode {
        self.wire().0
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, subcode) = self.wire();
        let mut message = self.to_string();
        if let Self::Unavailable(_) = self {
            // The one place such a failure is logged; a caller learns only that it failed.
            tracing::error!("a request to the desk failed: {message}");
            "The desk cannot do this at the moment. Try again in a minute."
                .clone_into(&mut message);
        }
        let mut response = refuse(status, &ErrorBody::new(code, subcode, message));
        if status == StatusCode::UNAUTHORIZED {
            let challenge = axum::http::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(axum::http::header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
