//! The classic relay: who is let in, and what its document may do (§3.8.1, invariant 7).

use crate::common::{PAGE, URL, World};

const LISTED: &str = "https://console.example";

#[tokio::test]
async fn the_relay_is_a_document_that_may_do_nothing_but_ask_its_own_origin() {
    let world = World::new().await;
    let root = world.anybody().get("/autodiscover/autodiscoverservice.svc/root").await.resource();
    let relay = root.href("xframe").unwrap();
    assert!(relay.starts_with(URL), "{relay}");
    let reply = world.anybody().with("referer", &format!("{LISTED}/crm")).get(relay).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = reply.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'sha256-",
        "connect-src 'self'",
        "frame-ancestors https://console.example",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(reply.text.contains("data-origins=\"https://console.example\""), "{}", reply.text);
    // The client asks the relay for itself first, without saying from where.
    let here = "/autodiscover/autodiscoverservice.svc/root/xframe";
    let again = world.anybody().with("accept", "text/html").get(here).await;
    assert_eq!((again.status, again.text), (200, reply.text));
    world.agent("alice").await;
    let user = world.sign_in("alice").await.get(root.href("user").unwrap()).await.resource();
    assert_eq!(user.href("xframe"), Some(relay));
}

#[tokio::test]
async fn invariant_7_the_relay_is_for_listed_origins_only() {
    let world = World::new().await;
    let relay = "/autodiscover/xframe/xframe.html";
    let reply = world.anybody().with("referer", "https://evil.example/").get(relay).await;
    reply.refused(403, "None");
    assert!(reply.header("x-ms-diagnostics").contains("origin"), "it says why");
    let world = World::with(|settings| settings.relay_origins.clear()).await;
    let reply = world.anybody().get(relay).await;
    reply.refused(403, "None");
    assert_ne!(reply.header("x-ms-diagnostics"), "");
    let root = world.anybody().get("/autodiscover/autodiscoverservice.svc/root").await.resource();
    assert_eq!(root.href("xframe"), None, "a link that does not work is not offered");
}

#[tokio::test]
async fn invariant_7_a_visitors_token_is_judged_by_the_page_the_relay_asks_for() {
    let world = World::new().await;
    let (token, _) = world.visitor_token("s-1").await;
    let post = async |headers: &[(&str, &str)]| {
        let mut client = world.anybody();
        client.token = Some(token.clone());
        let client = headers.iter().fold(client, |it, (name, value)| it.with(name, value));
        client.post("/ucwa/psanon/v1/applications", "{}").await
    };
    for (headers, status) in [
        ([("origin", URL), ("x-ms-origin", PAGE)], 201),
        ([("origin", URL), ("x-ms-origin", "https://evil.example")], 403),
        ([("origin", "https://evil.example"), ("x-ms-origin", PAGE)], 403),
        ([("accept", "*/*"), ("x-ms-origin", "https://evil.example")], 403),
        ([("origin", URL), ("accept", "*/*")], 403),
        ([("origin", PAGE), ("x-ms-origin", "https://evil.example")], 200),
    ] {
        let reply = post(&headers).await;
        assert_eq!(reply.status, status, "{headers:?}: {}", reply.text);
    }
}
