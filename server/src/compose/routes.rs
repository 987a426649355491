//! Which part answers which address.

use std::sync::Arc;

use axum::extract::Request;
use axum::routing::{MethodRouter, get};
use axum::{Json, Router, middleware};
use shared::{Dialect, Origin, Resource};
use tower::Service as _;
use tower_http::catch_panic::CatchPanicLayer;

use super::open::{OpenDesk, Product};
use crate::assets::Assets;
use crate::loader::Loaders;
use crate::pages::{self, Pages};
use crate::{demo, door};

/// First path segments that are the platform's, in any case.
const PLATFORM_PATHS: [&str; 5] =
    ["platformservice", "ucwa", "webticket", "autodiscover", ".well-known"];
/// Where signed-in clients look for their platform (`protocol.md` §3.8.1).
const ROOT: &str = "/autodiscover/autodiscoverservice.svc/root";

/// Everything that is served, behind what every request passes.
pub(super) fn app(
    product: &Product,
    files: Option<(Assets, Loaders)>,
    public_url: &Origin,
    is_demo: bool,
) -> Router {
    let secure = public_url.as_str().starts_with("https://");
    let mut app = Router::new().route("/healthz", get(|| async { "ok\n" }));
    if let (Some(desk), Some(files)) = (&product.desk, files) {
        app = app.merge(of_desk(desk, files, public_url));
    }
    if is_demo {
        app = app.merge(demo::router());
    }
    let platform = product.platform.as_ref().map(platform::Platform::router);
    app.fallback(move |request: Request| {
        let platform = platform.clone();
        async move {
            let first = request.uri().path().split('/').nth(1).unwrap_or_default();
            let is_platform = PLATFORM_PATHS.iter().any(|it| it.eq_ignore_ascii_case(first));
            match platform.filter(|_| is_platform) {
                Some(mut platform) => platform.call(request).await.unwrap_or_else(|it| match it {}),
                None => pages::not_found(),
            }
        }
    })
    .layer(middleware::from_fn(door::limit))
    .layer(CatchPanicLayer::custom(door::panicked))
    .layer(middleware::from_fn(move |request, next| door::harden(secure, request, next)))
    // Does the work of the first request of each connection once.
    .with_state(())
}

fn of_desk(open: &OpenDesk, (assets, loaders): (Assets, Loaders), public_url: &Origin) -> Router {
    let pages = Pages {
        assets: Arc::new(assets),
        loaders: Arc::new(loaders),
        desk: open.desk.clone(),
        public_url: public_url.clone(),
        platform_origins: open.platform_origins.join(" ").into(),
    };
    let mut app = open.desk.router().merge(pages::router(pages));
    if let Some(elsewhere) = &open.root_url {
        app = app.route(ROOT, root(public_url, elsewhere));
    }
    app
}

/// Sends clients that look for the platform here to where it is.
fn root(public_url: &Origin, elsewhere: &str) -> MethodRouter {
    let out = Resource::new("root")
        .link("self", format!("{public_url}{ROOT}"))
        .link("redirect", elsewhere)
        .write(Dialect::Ucwa);
    get(async move || Json(out))
}
