//! The whole composition over real sockets: what is served, with which headers, and how it stops.

mod common;

use common::Product;
use desk::Site;
use shared::{ErrorBody, Origin};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn it_says_that_it_serves() {
    let product = Product::start(|_| {}).await;
    let answer = product.get("/healthz").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
    assert_eq!(product.get("/").await.header("location"), Some("/console/"));
    product.running.stop().await;
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let product = Product::start(|_| {}).await;
    for path in ["/healthz", "/demo/", "/console/", "/widget/?site=demo", "/nothing", "/widget.js"]
    {
        let answer = product.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let referrer = answer.header("referrer-policy");
        assert_eq!(referrer, Some("strict-origin-when-cross-origin"), "{path}");
        assert!(answer.header("permissions-policy").is_some(), "{path}");
        assert!(answer.header("cross-origin-resource-policy").is_some(), "{path}");
        assert!(answer.header("strict-transport-security").is_none(), "{path}: not over TLS");
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let product = Product::start(|it| {
        it.demo = false;
        it.public_url = Some(Origin::parse("https://chat.example").unwrap());
    })
    .await;
    let answer = product.get("/healthz").await;
    assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"));
}

/// The directive of a policy, without its name.
fn directive<'a>(policy: &'a str, name: &str) -> Option<&'a str> {
    policy.split(';').map(str::trim).find_map(|it| it.strip_prefix(name).map(str::trim))
}

#[tokio::test]
async fn invariant_7_a_widget_is_framed_by_the_origins_of_its_site_only() {
    let product = Product::start(|it| {
        it.demo = false;
        it.public_url = Some(Origin::parse("https://chat.example").unwrap());
        it.sites = vec![Site {
            id: "shop".into(),
            title: "The \"Shop\"".into(),
            origins: ["https://a.example", "https://b.example:444"]
                .map(|it| Origin::parse(it).unwrap())
                .to_vec(),
            greeting: Some("Hi".into()),
            greetings: std::collections::BTreeMap::new(),
            color: Some("#102030".into()),
            contact_url: Some("https://a.example/contact".into()),
            identity: None,
            hours: None,
            forms: desk::Forms::default(),
            is_silent: false,
        }];
    })
    .await;
    let answer = product.get("/widget/?site=shop").await;
    assert_eq!(answer.status, 200);
    let policy = answer.header("content-security-policy").unwrap();
    let ancestors = directive(policy, "frame-ancestors");
    assert_eq!(ancestors, Some("https://a.example https://b.example:444"));
    assert_eq!(directive(policy, "default-src"), Some("'none'"));
    assert_eq!(directive(policy, "script-src"), Some("'self' 'wasm-unsafe-eval'"));
    assert_eq!(directive(policy, "style-src"), Some("'self'"));
    assert_eq!(directive(policy, "connect-src"), Some("'self' https://chat.example"));
    assert_eq!(directive(policy, "base-uri"), Some("'none'"));
    assert_eq!(answer.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert_eq!(answer.header("cross-origin-embedder-policy"), Some("require-corp"));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert!(
        answer.body.contains("<meta name=\"frontdesk-site\" content=\"{&quot;id&quot;:&quot;shop")
    );
    assert!(answer.body.contains("&quot;desk&quot;:&quot;/desk/visitor&quot;"), "where its API is");
    assert!(!answer.body.contains("<!--site-settings-->"));

    let etag = answer.header("etag").unwrap();
    let again = product.get_with("/widget/?site=shop", &[("if-none-match", etag)]).await;
    assert_eq!(again.status, 304);
    assert_eq!(again.header("content-security-policy"), Some(policy), "also with what is kept");

    let nobody = product.get("/widget/?site=nobody").await;
    assert_eq!(nobody.status, 404);
    assert!(nobody.body.contains("data-site"), "the page says what to do");
    assert_eq!(product.get("/widget/").await.status, 404);
    assert_eq!(product.get("/widget?site=a").await.header("location"), Some("/widget/?site=a"));
}

#[tokio::test]
async fn the_widget_speaks_the_language_of_the_page_else_of_the_browser() {
    let product = Product::start(|_| {}).await;
    let get = async |path: &str, accepted: &str| {
        product.get_with(path, &[("accept-language", accepted)]).await
    };
    for (path, accepted, tag) in [
        ("/widget/?site=demo", "en", "en"),
        ("/widget/?site=demo", "sv;q=0.9, ar-EG;q=0.8, en;q=0.1", "ar"),
        ("/widget/?site=demo&lang=ar", "en", "ar"),
        ("/widget/?site=demo&lang=../../secret", "ar", "ar"),
        ("/widget/?site=demo", "sv", "en"),
    ] {
        let answer = get(path, accepted).await;
        assert_eq!(answer.status, 200);
        let words = format!(
            "<meta name=\"frontdesk-texts\" content=\"{{&quot;tag&quot;:&quot;{tag}&quot;}}"
        );
        assert!(answer.body.contains(&words), "{path} {accepted}: {}", answer.body);
        assert!(answer.body.contains(&format!("<html lang=\"{tag}\"")), "{}", answer.body);
        assert!(answer.header("vary").unwrap().contains("accept-language"), "a cache must know");
    }
    let english = get("/widget/?site=demo", "en").await;
    let kept = english.header("etag").unwrap();
    let headers = [("if-none-match", kept), ("accept-language", "ar")];
    let arabic = product.get_with("/widget/?site=demo", &headers).await;
    assert_eq!(arabic.status, 200, "what is kept is in another language");
}

#[tokio::test]
async fn the_console_is_framed_by_nobody() {
    let product = Product::start(|_| {}).await;
    let answer = product.get("/console/").await;
    assert_eq!(answer.status, 200);
    let policy = answer.header("content-security-policy").unwrap();
    assert_eq!(directive(policy, "frame-ancestors"), Some("'none'"));
    assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"));
    assert_eq!(product.get("/console").await.header("location"), Some("/console/"));
}

#[tokio::test]
async fn files_are_compressed_kept_and_shared() {
    let product = Product::start(|_| {}).await;
    let path = "/assets/widget-0011.wasm";
    let raw = product.get(path).await;
    assert_eq!(raw.body, "not really wasm");
    assert_eq!(raw.header("content-type"), Some("application/wasm"));
    assert_eq!(raw.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(raw.header("vary"), Some("Accept-Encoding"));
    assert_eq!(raw.header("cross-origin-resource-policy"), Some("cross-origin"));
    let small = product.get_with(path, &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(small.header("content-encoding"), Some("br"));
    assert_eq!(small.body, "not really brotli");
    let etag = small.header("etag").unwrap();
    assert_ne!(Some(etag), raw.header("etag"));
    let headers = [("accept-encoding", "br"), ("if-none-match", etag)];
    let again = product.get_with(path, &headers).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(product.get("/assets/widget-0011.wasm.br").await.status, 404);
    assert_eq!(product.get("/assets/../Cargo.toml").await.status, 404);
    assert_eq!(product.get("/assets/%2e%2e/%2e%2e/Cargo.toml").await.status, 404);

    let loader = product.get("/widget.js").await;
    assert_eq!(loader.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(loader.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(loader.header("access-control-allow-origin"), Some("*"));
    assert_eq!(loader.header("cross-origin-resource-policy"), Some("cross-origin"));
}

#[tokio::test]
async fn a_version_of_the_loader_never_changes_and_its_integrity_is_published() {
    let product = Product::start(|_| {}).await;
    let said = product.get("/widget.json").await;
    assert_eq!(said.header("access-control-allow-origin"), Some("*"));
    let said: serde_json::Value = serde_json::from_str(&said.body).unwrap();
    let url = said["url"].as_str().unwrap();
    let path = url.strip_prefix(product.running.public_url.as_str()).unwrap();
    assert_eq!(path, format!("/v/{}/widget.js", said["version"].as_str().unwrap()));

    let script = product.get(path).await;
    assert_eq!(script.body, product.get("/widget.js").await.body);
    assert_eq!(script.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(script.header("access-control-allow-origin"), Some("*"));
    assert_eq!(script.header("cross-origin-resource-policy"), Some("cross-origin"));
    // By `openssl dgst -sha384 -binary widget.js | openssl base64 -A`.
    assert_eq!(
        said["integrity"],
        "sha384-q2UhDLKfOqsrieohpO/QUBhAtjAejSVyQVwsV0rGWI+kGDHO9jQxWCkS5PCVFRTy"
    );

    let extras = &said["extras"];
    let path = format!("/v/{}/extras.js", extras["version"].as_str().unwrap());
    assert_eq!(extras["url"], format!("{}{path}", product.running.public_url.as_str()));
    let script = product.get(&path).await;
    assert_eq!(script.body, product.get("/extras.js").await.body);
    assert_eq!(script.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(
        extras["integrity"],
        "sha384-gOIkVciT5ji5cPzs2Ck5F5uqsHTzqM9I0wSet0FVU1UHn8Pa8LW7s1L7Oyc0zzoa"
    );
    assert_eq!(product.get("/v/0.0.0-00000000/extras.js").await.status, 404);

    let unknown = product.get("/v/0.0.0-00000000/widget.js").await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.body.contains("/widget.json names the current one"), "{}", unknown.body);
    assert_eq!(unknown.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn the_demonstration_embeds_the_widget_as_a_customer_would() {
    let product = Product::start(|_| {}).await;
    let page = product.get("/demo/").await;
    assert_eq!(page.status, 200);
    let tag = r#"<script async src="/widget.js" data-site="demo"></script>"#;
    assert!(page.body.contains(tag));
    assert_eq!(page.body.matches("<script").count(), 1);
    assert!(!page.body.contains("<style") && !page.body.contains(" style="));
    assert_eq!(
        product.get("/demo/shop.css").await.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    let port = product.running.addr.port();
    let widget = product.get("/widget/?site=demo").await;
    let policy = widget.header("content-security-policy").unwrap();
    let ancestors = directive(policy, "frame-ancestors").unwrap();
    assert!(ancestors.contains(&format!("http://127.0.0.1:{port}")), "{ancestors}");
    assert!(ancestors.contains(&format!("http://localhost:{port}")), "{ancestors}");
    assert!(ancestors.split(' ').all(|it| Origin::parse(it).unwrap().is_loopback()));
    assert_eq!(product.running.setup_link, None, "its agents exist");
}

#[tokio::test]
async fn without_demo_there_is_no_demo_page_and_a_link_for_the_first_agent() {
    let product = Product::start(|it| it.demo = false).await;
    assert_eq!(product.get("/demo/").await.status, 404);
    let link = product.running.setup_link.clone().expect("nobody can sign in yet");
    let expected = format!("http://{}/console/#setup=", product.running.addr);
    assert!(link.starts_with(&expected) && link.len() > expected.len(), "{link}");
}

#[tokio::test]
async fn an_unknown_address_is_answered_in_the_protocols_shape() {
    let product = Product::start(|_| {}).await;
    let answer = product.get("/nothing/here").await;
    assert_eq!(answer.status, 404);
    assert_eq!(ErrorBody::parse(&answer.body).unwrap().code, "NotFound");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
    let product = Product::start(|_| {}).await;
    let mut stream = TcpStream::connect(product.running.addr).await.unwrap();
    let head = "POST /GetAnonTokenJob HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 99999999\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0_u8; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_told_to_come_back() {
    let product = Product::start(|it| it.limits.connections_max = 1).await;
    let mut first = TcpStream::connect(product.running.addr).await.unwrap();
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut head = [0_u8; 12];
    first.read_exact(&mut head).await.unwrap();
    assert_eq!(&head, b"HTTP/1.1 200");
    let mut second = TcpStream::connect(product.running.addr).await.unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("Retry-After: 5"), "{answer}");
    assert!(answer.contains("\"ServiceUnavailable\""), "{answer}");
}

#[tokio::test]
async fn demo_is_refused_where_others_could_reach_it() {
    let data = tempfile::tempdir().unwrap();
    let mut settings = common::demo(data.path());
    settings.listen = "0.0.0.0:0".parse().unwrap();
    let error = server::start(settings).await.err().expect("it is refused").to_string();
    assert!(error.contains("--demo") && error.contains("127.0.0.1"), "{error}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "nothing was made");
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() {
    let product = Product::start(|_| {}).await;
    let error =
        server::start(common::demo(product.data.path())).await.err().expect("it is refused");
    assert!(error.to_string().contains("another frontdesk (process"), "{error}");
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let product = Product::start(|_| {}).await;
    let data = tempfile::tempdir().unwrap();
    let mut settings = common::demo(data.path());
    settings.listen = product.running.addr;
    let error = server::start(settings).await.err().expect("it is refused").to_string();
    assert!(error.contains("another --listen"), "{error}");
}

#[tokio::test]
async fn it_stops_with_idle_connections_and_starts_again_on_the_same_data() {
    let product = Product::start(|_| {}).await;
    assert_eq!(product.get("/healthz").await.status, 200);
    let addr = product.running.addr;
    let idle = TcpStream::connect(addr).await.unwrap();
    product.running.stop().await;
    drop(idle);
    assert!(TcpStream::connect(addr).await.is_err(), "nobody listens any more");
    let running = server::start(common::demo(product.data.path())).await.expect("it starts again");
    running.stop().await;
}
