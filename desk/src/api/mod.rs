//! The desk's API for consoles; `shared::desk` documents it.

mod agent;
mod conversations;
mod left;
mod me;
mod meetings;
mod setup;
mod state;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub(crate) use agent::{Agent, AgentCheck};

use crate::Desk;
use crate::limits::BODY_BYTES_MAX;

/// The routes of the API.
pub(crate) fn router() -> Router<Desk> {
    Router::new()
        .route("/desk/api/state", get(state::show))
        .route("/desk/api/me", post(me::set))
        .route("/desk/api/conversations/{id}", get(conversations::show))
        .route("/desk/api/conversations/{id}/take", post(conversations::take))
        .route("/desk/api/conversations/{id}/end", post(conversations::end))
        .route("/desk/api/messages-left", get(left::list))
        .route("/desk/api/messages-left/{id}/done", post(left::done))
        .route("/desk/api/meetings", post(meetings::create))
        .route("/desk/api/setup", get(setup::show).post(setup::create))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// A JSON body; what is wrong with it is said in the API's own error shape.
pub(crate) struct Input<T>(pub(crate) T);

impl<S, T> axum::extract::FromRequest<S> for Input<T>
where
    S: Send + Sync,
    T: serde::de::DeserializeOwned,
{
    type Rejection = crate::refusal::ApiError;

    async fn from_request(
        request: axum::extract::Request,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        let json = axum::Json::<T>::from_request(request, state).await;
        let bad = |it: axum::extract::rejection::JsonRejection| {
            crate::refusal::ApiError::BadInput(it.body_text())
        };
        json.map(|it| Self(it.0)).map_err(bad)
    }
}
