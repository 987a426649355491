//! The demonstration: a made-up shop, its site, and two agents whose password everybody knows.

use std::collections::BTreeMap;

use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use desk::{Desk, Site};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use platform::{AccountError, Platform};
use shared::{Origin, SipUri};
use store::StoreError;

use crate::settings::own_origins;

/// The agents: address and the name visitors see.
const AGENTS: [(&str, &str); 2] =
    [("sip:alice@demo.example", "Alice"), ("sip:bob@demo.example", "Bob")];
const PASSWORD: &str = "demo";
/// Where `trunk serve` shows the widget, in front of this server.
const TRUNK_PORT: u16 = 8081;

/// The helpdesk's address.
pub(crate) fn endpoint() -> SipUri {
    SipUri::parse("sip:helpdesk@demo.example").expect("it is well formed")
}

/// The site `demo`, for pages on this machine.
pub(crate) fn site(public_url: &Origin) -> Site {
    let trunk = Origin::parse(&format!("http://127.0.0.1:{TRUNK_PORT}")).expect("well formed");
    let mut origins = own_origins(public_url);
    origins.extend(own_origins(&trunk));
    Site {
        id: "demo".into(),
        title: "Fernweh Outdoor".into(),
        origins,
        greeting: Some(
            "Hello! Ask us about tents, sizes or your order; somebody will be with you shortly."
                .into(),
        ),
        greetings: BTreeMap::new(),
        color: None,
        contact_url: Some("mailto:help@demo.example".into()),
        identity: None,
        hours: None,
        forms: desk::Forms::default(),
        is_silent: false,
    }
}

/// Why the demonstration could not be seeded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeedError {
    /// The platform refused an account.
    #[error("the demonstration's agents cannot be made: {0}")]
    Account(#[from] AccountError),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes site and agents; doing it again changes nothing.
pub(crate) async fn seed(
    platform: &Platform,
    desk: &Desk,
    public_url: &Origin,
) -> Result<(), SeedError> {
    desk.put_site(site(public_url)).await?;
    for (uri, name) in AGENTS {
        let uri = SipUri::parse(uri).expect("it is well formed");
        if !platform.has_user(&uri).await? {
            platform.create_user(&uri, name, PASSWORD).await?;
        }
        desk.add_agent(&uri, name).await?;
    }
    Ok(())
}

/// `/demo/`: the shop's page, as a customer would write it.
pub(crate) fn router() -> Router {
    let page = include_str!("../assets/demo/index.html");
    let styles = include_str!("../assets/demo/shop.css");
    Router::new()
        .route("/demo", get(|| async { Redirect::permanent("/demo/") }))
        .route("/demo/", get(|| async { file("text/html; charset=utf-8", page) }))
        .route("/demo/shop.css", get(|| async { file("text/css; charset=utf-8", styles) }))
}

fn file(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "no-cache")], text)
}
