//! The demonstration under the other names of this machine.

use e2e::Product;
use e2e::raw::{FORM, JSON, href, resource};
use serde_json::json;
use shared::AnonToken;

#[tokio::test]
async fn ucw_04_a_browser_that_came_by_localhost_is_served_like_any_other() {
    let product = Product::start().await;
    let other = product.url.replace("127.0.0.1", "localhost");
    let origin = ("origin", other.as_str());
    let body = json!({ "ApplicationSessionId": "s", "AllowedOrigins": other, "Site": "demo" });
    let body = body.to_string();
    let token = product.send("POST", "/GetAnonTokenJob", &[JSON, origin], Some(&body)).await;
    assert_eq!(token.status, 200, "{}", token.body);
    let token: AnonToken = serde_json::from_str(&token.body).unwrap();
    let discover = product.send("GET", &token.discover_uri, &[origin], None).await;
    assert_eq!(discover.header("access-control-allow-origin"), Some(other.as_str()));
    let applications = href(&resource(&discover), "anonApplications");
    let bearer = format!("Bearer {}", token.token);
    let headers = [JSON, origin, ("authorization", bearer.as_str())];
    let body = r#"{"culture":"en-us","userAgent":"e2e/1"}"#;
    let made = product.send("POST", &applications, &headers, Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.header("access-control-allow-origin"), Some(other.as_str()));
    let exposed = made.header("access-control-expose-headers").unwrap_or_default();
    assert!(exposed.to_ascii_lowercase().contains("location"), "{exposed}");

    let form = "grant_type=password&username=alice@demo.example&password=demo";
    let ticket = product.send("POST", "/WebTicket/oauthtoken", &[FORM, origin], Some(form)).await;
    assert_eq!(ticket.status, 200);
    assert_eq!(ticket.header("access-control-allow-origin"), Some(other.as_str()));
    let policy = product.send("GET", "/widget/?site=demo", &[], None).await;
    let policy = policy.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains(&format!("connect-src 'self' {}", product.url)), "{policy}");
    product.running.stop().await;
}
