//! `POST /desk/visitor/ticket`: makes a browser a visitor, or the same one for longer.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use shared::visitor_desk::TicketInput;

use super::not_kept;
use crate::Desk;
use crate::api::Input;
use crate::bootstrap::{asker, is_ours};
use crate::refusal::ApiError;

pub(super) async fn make(
    State(desk): State<Desk>,
    client: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Input(input): Input<TicketInput>,
) -> Result<Response, ApiError> {
    if !headers.get(header::ORIGIN).is_none_or(|it| is_ours(&desk, it)) {
        let why = "This origin is not one of the site's. Ask the site's owner to list it.";
        return Err(ApiError::NotAllowed(why.to_owned()));
    }
    let engine = &desk.inner.engine;
    let now_ms = engine.clock.now_ms();
    if !desk.inner.ticket_rate.allows(client.map(|it| asker(it.0.0.ip())), now_ms) {
        return Err(ApiError::TooMany);
    }
    let Some(site) = engine.sites.get(&input.site) else {
        let why = "There is no site of this name; see data-site in the page.";
        return Err(ApiError::BadInput(why.to_owned()));
    };
    // What is no good any more makes a new visitor, who starts with nothing.
    let known = input.ticket.and_then(|it| engine.tickets.of_site(&it, &site.id, now_ms).ok());
    let visitor_id = known.unwrap_or_else(|| desk.inner.entropy.id());
    Ok(not_kept(engine.tickets.make(&site.id, &visitor_id, now_ms)))
}
