//! `/meet/…`: where visitors of a meeting come in. A page asks for a name, without any script; then
//! the chat fills the page. The name is kept in a cookie of this meeting's address alone, so that a
//! reload goes on talking.

mod words;

use std::net::{IpAddr, SocketAddr};

use axum::Form;
use axum::Router;
use axum::extract::{ConnectInfo, FromRequest as _, Request, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use desk::MeetingFace;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName,
    HeaderValue, LOCATION, REFERRER_POLICY, SET_COOKIE,
};
use http::request::Parts;
use http::{StatusCode, Uri};
use serde::Deserialize;
use shared::data_uri::percent_decode;

use crate::language;
use crate::limits::{MEETING_COOKIE_S, VISITOR_NAME_CHARS_MAX};
use crate::pages::{Pages, not_found, policy};
use crate::widget_document::{self, PublicSite, attribute};
use words::{Language, Words};

const NAME_COOKIE: &str = "frontdesk-name";
const PAGE: &str = include_str!("../assets/meet.html");
/// The tokens of the product, then what this page adds.
const STYLE: &str =
    concat!(include_str!("../../ui/styles/tokens.css"), include_str!("../assets/meet.css"));

/// `/meet/ID`, the desk's link to a meeting of an agent's, good with any platform; and
/// `/meet/TENANT/ORGANIZER/ID`, as the embedded platform makes any meeting's link (`protocol.md` §2A.2).
pub(crate) fn router() -> Router<Pages> {
    Router::new()
        .route("/meet/{id}", get(come).post(name))
        .route("/meet/{tenant}/{organizer}/{id}", get(come).post(name))
        .route("/meet.css", get(style))
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=300")], STYLE)
}

/// What a visitor says before joining.
#[derive(Deserialize)]
struct Entrance {
    #[serde(default)]
    name: String,
}

/// A meeting as this page needs it.
struct Door {
    face: MeetingFace,
    path: String,
    language: Language,
}

/// The page asks, says that it is over, or is the chat.
async fn come(State(pages): State<Pages>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Some(door) = open(&pages, &parts).await else { return not_found() };
    if door.face.is_over {
        return door.says(StatusCode::GONE, &over(door.language.words));
    }
    match kept_name(&parts.headers) {
        Some(name) => chat(&pages, &door, &name, &parts.headers),
        None => door.says(StatusCode::OK, &form(door.language.words, &door.path, "")),
    }
}

/// A visitor gives a name: it is kept, and the same address is asked for again.
async fn name(State(pages): State<Pages>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(door) = open(&pages, &parts).await else { return not_found() };
    let request = Request::from_parts(parts, body);
    let given = Form::<Entrance>::from_request(request, &()).await;
    let name = given.map(|it| it.0.name.trim().to_owned()).unwrap_or_default();
    if name.is_empty() || name.chars().count() > VISITOR_NAME_CHARS_MAX {
        let again = form(door.language.words, &door.path, &door.language.words.name_wanted);
        return door.says(StatusCode::UNPROCESSABLE_ENTITY, &again);
    }
    let secure = if pages.public_url.is_secure() { "; Secure" } else { "" };
    let cookie = format!(
        "{NAME_COOKIE}={}; Path={}; Max-Age={MEETING_COOKIE_S}; HttpOnly; SameSite=Lax{secure}",
        cookie_value(&name),
        door.path
    );
    let headers: [(HeaderName, String); 3] =
        [(SET_COOKIE, cookie), (LOCATION, door.path), (CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// The meeting of an address; `None` for what no link of ours looks like.
async fn open(pages: &Pages, request: &Parts) -> Option<Door> {
    let path = plain_path(&request.uri)?.to_owned();
    let client: Option<IpAddr> =
        request.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip());
    let face = match path.strip_prefix("/meet/").filter(|id| !id.contains('/')) {
        Some(id) => pages.desk.meeting(id),
        None => pages.desk.meeting_at(&format!("{}{path}", pages.public_url), client).await,
    };
    let language = Language::pick(&language::wishes(None, &request.headers));
    Some(Door { face, path, language })
}

/// The path, if it has only characters that mean nothing in a header or in HTML.
fn plain_path(uri: &Uri) -> Option<&str> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "/.-_~@".contains(it);
    Some(uri.path()).filter(|path| path.chars().all(is_plain))
}

/// The widget's document, told whose it is.
fn chat(pages: &Pages, door: &Door, name: &str, request: &HeaderMap) -> Response {
    let site = door.face.site.as_ref();
    let public = PublicSite {
        id: site.map_or("", |it| &it.id),
        title: door
            .face
            .subject
            .as_deref()
            .or_else(|| site.map(|it| it.title.as_str()))
            .unwrap_or(""),
        color: site.and_then(|it| it.color.as_deref()),
        contact_url: site.and_then(|it| it.contact_url.as_deref()),
        form: None,
        rating: false,
        files: None,
        // There is no menu to turn it off.
        sound: false,
        // A conversation of many is nobody's own.
        desk: None,
        meeting: Some(&door.face.join_url),
        visitor: Some(name),
    };
    let headers = [
        (CONTENT_SECURITY_POLICY, policy(pages, "'none'")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        // It holds a visitor's name.
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    widget_document::answer(
        &pages.assets,
        &public,
        &language::wishes(None, request),
        (request, &headers),
    )
}

impl Door {
    /// A page of this meeting.
    fn says(&self, status: StatusCode, content: &str) -> Response {
        let site = self.face.site.as_ref().map(|it| it.title.as_str()).unwrap_or_default();
        let subject = self.face.subject.as_deref().unwrap_or(&self.language.words.meeting);
        let page = PAGE
            .replace("{lang}", self.language.tag)
            .replace("{dir}", self.language.direction())
            .replace("{subject}", &attribute(subject))
            .replace("{site}", &attribute(site))
            .replace("{content}", content);
        let rules = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                     form-action 'self'; frame-ancestors 'none'";
        let headers = [
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static(rules)),
            (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (status, headers, Html(page)).into_response()
    }
}

fn form(words: &Words, path: &str, wrong: &str) -> String {
    let (invalid, error) = if wrong.is_empty() {
        ("", String::new())
    } else {
        (
            " aria-invalid=\"true\" aria-describedby=\"wrong\"",
            format!("<p class=\"wrong\" id=\"wrong\" role=\"alert\">{wrong}</p>"),
        )
    };
    format!(
        "<p>{}</p><form method=\"post\" action=\"{path}\">\
         <label for=\"name\">{}</label>\
         <input id=\"name\" name=\"name\" autocomplete=\"name\" maxlength=\"{VISITOR_NAME_CHARS_MAX}\" \
         required autofocus data-testid=\"name\"{invalid}>{error}\
         <button class=\"join\" data-testid=\"join\">{}</button></form>",
        words.intro, words.name, words.join
    )
}

fn over(words: &Words) -> String {
    format!("<p data-testid=\"over\"><strong>{}</strong></p><p>{}</p>", words.over, words.over_more)
}

/// The name that this browser gave at this address.
fn kept_name(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    let value = cookies
        .flat_map(|it| it.split(';'))
        .find_map(|it| it.trim().strip_prefix(NAME_COOKIE)?.strip_prefix('='))?;
    let name = String::from_utf8(percent_decode(value, false)).ok()?.trim().to_owned();
    let is_fine = !name.is_empty() && name.chars().count() <= VISITOR_NAME_CHARS_MAX;
    is_fine.then_some(name)
}

/// A text as a cookie may carry it.
fn cookie_value(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_from_its_cookie_as_it_was() {
        for name in ["Vera", "Jürgen; Path=/", "名前 \"x\"", "a%20b"] {
            let mut headers = HeaderMap::new();
            let cookies = format!("other=1; {NAME_COOKIE}={}; more=2", cookie_value(name));
            headers.insert(COOKIE, HeaderValue::try_from(cookies).unwrap());
            assert_eq!(kept_name(&headers).as_deref(), Some(name));
        }
        let long = "x".repeat(VISITOR_NAME_CHARS_MAX + 1);
        for bad in ["", "%20", "%FF", &long] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::try_from(format!("{NAME_COOKIE}={bad}")).unwrap());
            assert_eq!(kept_name(&headers), None, "{bad}");
        }
    }

    #[test]
    fn a_path_that_would_mean_something_elsewhere_is_no_link() {
        let plain = |text: &str| plain_path(&text.parse().unwrap()).is_some();
        assert!(plain("/meet/t.example/help/abc2"));
        for path in ["/meet/t/h/a;b", "/meet/t/h/%22", "/meet/t/h/a'b", "/meet/t/h/a&b"] {
            assert!(!plain(path), "{path}");
        }
    }
}
