//! What browsers load: loader, widget, console, hashed files.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use desk::Desk;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{StatusCode, Uri};
use serde::Deserialize;
use shared::Origin;

use crate::assets::{Assets, document, hashed};
use crate::door::{
    self, CROSS_ORIGIN_EMBEDDER_POLICY, CROSS_ORIGIN_OPENER_POLICY, CROSS_ORIGIN_RESOURCE_POLICY,
};
use crate::language;
use crate::loader::{self, Loaders};
use crate::meet;
use crate::widget_document::{self, PublicSite};

/// What the pages need.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) assets: Arc<Assets>,
    pub(crate) loaders: Arc<Loaders>,
    pub(crate) desk: Desk,
    /// Where links of the protocol lead; a browser may have come by another name of this machine.
    pub(crate) public_url: Origin,
    /// Origins of a platform elsewhere, as a policy writes them; empty where it is our own.
    pub(crate) platform_origins: Arc<str>,
}

/// `/widget.js`, `/extras.js`, `/v/…`, `/widget.json`, `/widget/`, `/meet/…`, `/console/`, `/assets/…`, `/`.
pub(crate) fn router(pages: Pages) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/console/") }))
        .route("/favicon.ico", get(favicon))
        .route("/widget.js", get(loader::current))
        .route("/extras.js", get(loader::extras))
        .route("/widget.json", get(loader::published))
        .route("/v/{version}/widget.js", get(loader::version))
        .route("/v/{version}/extras.js", get(loader::extras_version))
        .route("/widget", get(|uri: Uri| async move { to_folder("/widget/", &uri) }))
        .route("/widget/", get(widget))
        .route("/widget/worker.js", get(worker))
        .route("/widget/parts/{file}", get(parts_words))
        .route("/console", get(|uri: Uri| async move { to_folder("/console/", &uri) }))
        .route("/console/", get(console))
        .route("/assets/{*path}", get(asset))
        .merge(meet::router())
        .with_state(pages)
}

fn to_folder(folder: &str, uri: &Uri) -> Redirect {
    let query = uri.query().map_or(String::new(), |it| format!("?{it}"));
    Redirect::permanent(&format!("{folder}{query}"))
}

async fn favicon() -> impl IntoResponse {
    ([(CONTENT_TYPE, "image/svg+xml")], include_str!("../assets/favicon.svg"))
}

async fn asset(
    State(pages): State<Pages>,
    Path(path): Path<String>,
    request: HeaderMap,
) -> Response {
    let found = pages.assets.get(&format!("assets/{path}"));
    found.map_or_else(not_found, |it| hashed(it, &request))
}

/// What the server answers where nothing is.
pub(crate) fn not_found() -> Response {
    door::refusal(StatusCode::NOT_FOUND, "NotFound", "there is nothing at this address")
}

/// The rules of both documents but `frame-ancestors`: WebAssembly, nothing inline, nobody else's.
pub(crate) fn policy(pages: &Pages, frame_ancestors: &str) -> HeaderValue {
    let Pages { public_url, platform_origins, .. } = pages;
    let text = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data: blob:; media-src 'self' data:; connect-src 'self' {public_url} \
         {platform_origins}; \
         font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {frame_ancestors}"
    );
    HeaderValue::try_from(text).expect("an origin has no character that a header has not")
}

/// The words of what visitors use rarely, in one language.
async fn parts_words(
    State(pages): State<Pages>,
    Path(file): Path<String>,
    request: HeaderMap,
) -> Response {
    let found = pages.assets.get(&format!("parts/{file}"));
    found.map_or_else(not_found, |it| document(it, &request, &[]))
}

/// What lets the widget open without a network. It loads the widget's files, and nothing else.
async fn worker(State(pages): State<Pages>, request: HeaderMap) -> Response {
    let rules = HeaderValue::from_static("default-src 'none'; connect-src 'self'");
    let embedder = HeaderValue::from_static("require-corp");
    let headers = [(CONTENT_SECURITY_POLICY, rules), (CROSS_ORIGIN_EMBEDDER_POLICY, embedder)];
    let found = pages.assets.get("widget/worker.js");
    found.map_or_else(not_found, |it| document(it, &request, &headers))
}

async fn console(State(pages): State<Pages>, request: HeaderMap) -> Response {
    let headers = [
        (CONTENT_SECURITY_POLICY, policy(&pages, "'none'")),
        (CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    let found = pages.assets.get("console/index.html");
    found.map_or_else(not_found, |it| document(it, &request, &headers))
}

#[derive(Deserialize)]
struct WidgetQuery {
    #[serde(default)]
    site: String,
    /// The language the page wants.
    lang: Option<String>,
    /// The colour the page wants; it goes before the site's.
    color: Option<String>,
}

async fn widget(
    State(pages): State<Pages>,
    Query(query): Query<WidgetQuery>,
    request: HeaderMap,
) -> Response {
    let Some(site) = pages.desk.site(&query.site).await else { return no_such_site() };
    // A content security policy has no word for an IPv6 address: browsers complain and pass it over.
    let ancestors: Vec<&str> =
        site.origins.iter().map(Origin::as_str).filter(|it| !it.contains('[')).collect();
    let ancestors = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
    let headers: [(HeaderName, HeaderValue); 3] = [
        (CONTENT_SECURITY_POLICY, policy(&pages, &ancestors)),
        (CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin")),
        // A page that isolates itself frames only what does so too.
        (CROSS_ORIGIN_EMBEDDER_POLICY, HeaderValue::from_static("require-corp")),
    ];
    let wishes = language::wishes(query.lang.as_deref(), &request);
    let public = PublicSite {
        id: &site.id,
        title: &site.title,
        color: query.color.as_deref().filter(|it| !it.is_empty()).or(site.color.as_deref()),
        contact_url: site.contact_url.as_deref(),
        desk: Some(desk::VISITOR_PATH),
        form: site.form(&wishes, pages.desk.now_ms()),
        rating: site.forms.rating,
        files: Some(pages.desk.file_bytes_max()),
        sound: !site.is_silent,
        ..PublicSite::default()
    };
    widget_document::answer(&pages.assets, &public, &wishes, (&request, &headers))
}

/// The page is shown in a frame, to whoever wrote the script tag.
fn no_such_site() -> Response {
    let page = Html(include_str!("../assets/no-such-site.html"));
    let rules = "default-src 'none'; frame-ancestors *";
    let headers = [
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(rules)),
        (CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin")),
    ];
    (StatusCode::NOT_FOUND, headers, page).into_response()
}
