//! The protocol by hand, request by request (`protocol.md` §1.2, steps 6 to 11).

use client::http::HttpResponse;
use serde_json::{Value, json};
use shared::{AnonToken, Resource};

use crate::Product;

/// `Content-Type: application/json`.
pub const JSON: (&str, &str) = ("content-type", "application/json");
/// `Content-Type: text/plain`.
pub const TEXT: (&str, &str) = ("content-type", "text/plain; charset=utf-8");
/// `Content-Type: application/x-www-form-urlencoded`.
pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// A visitor's token, as the website got it.
pub async fn token(product: &Product, session: &str) -> AnonToken {
    let body = json!({ "ApplicationSessionId": session, "AllowedOrigins": product.url,
        "Site": "demo" });
    let answer = product
        .send(
            "POST",
            "/GetAnonTokenJob",
            &[JSON, ("origin", &product.url)],
            Some(&body.to_string()),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).expect("the answer has the four members")
}

/// A visitor with an application.
pub struct Visitor {
    /// The value of `Authorization`.
    pub bearer: String,
    /// The helpdesk's address.
    pub helpdesk: String,
    /// Where applications are made.
    pub applications: String,
    /// The application as it was answered.
    pub application: Resource,
}

impl Visitor {
    /// Bootstraps, discovers and makes an application.
    pub async fn connect(product: &Product, session: &str) -> Self {
        let token = token(product, session).await;
        let origin = ("origin", product.url.as_str());
        let discover = product.send("GET", &token.discover_uri, &[origin], None).await;
        let applications = href(&resource(&discover), "anonApplications");
        let bearer = format!("Bearer {}", token.token);
        let body = json!({ "culture": "en-us", "userAgent": "e2e/1" }).to_string();
        let headers = [JSON, origin, ("authorization", bearer.as_str())];
        let made = product.send("POST", &applications, &headers, Some(&body)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let application = resource(&made);
        Self { bearer, helpdesk: token.tenant_endpoint_id, applications, application }
    }

    /// Where conversations start.
    pub fn start_messaging(&self) -> String {
        let communication = self.application.embedded("communication").expect("it is embedded");
        href(communication, "startMessaging")
    }
}

/// An agent's `Authorization`.
pub async fn sign_in(product: &Product, name: &str, password: &str) -> String {
    let form = format!("grant_type=password&username={name}&password={password}");
    let answer = product.send("POST", "/WebTicket/oauthtoken", &[FORM], Some(&form)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let value: Value = serde_json::from_str(&answer.body).expect("it is JSON");
    format!("Bearer {}", value["access_token"].as_str().expect("a token is there"))
}

/// Reads a hypermedia document.
pub fn resource(answer: &HttpResponse) -> Resource {
    Resource::parse(&answer.body)
        .unwrap_or_else(|error| panic!("{}: {error}: {}", answer.status, answer.body))
}

/// The address behind a relation.
pub fn href(resource: &Resource, rel: &str) -> String {
    let found = resource.href(rel);
    found.unwrap_or_else(|| panic!("{} has no link {rel}", resource.rel)).to_owned()
}
