//! The widget's document: the page of the build, told which site it serves and in which language.

use axum::response::Response;
use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue, VARY};
use serde::{Deserialize, Serialize};
use shared::form::Form;

use crate::assets::{Asset, Assets, document};
use crate::pages;
use crate::palette::{Palette, Rgb};

/// What the widget is told of its site; everybody may read it.
#[derive(Default, Serialize)]
pub(crate) struct PublicSite<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    /// The site's colour, or the one the page wishes.
    #[serde(skip)]
    pub(crate) color: Option<&'a str>,
    /// Where else the site can be reached.
    #[serde(skip)]
    pub(crate) contact_url: Option<&'a str>,
    /// Where the desk's own API for visitors is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) desk: Option<&'a str>,
    /// What the visitor is asked before anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) form: Option<Form>,
    /// Whether visitors are asked how a conversation was.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) rating: bool,
    /// The bytes that a file of a visitor may have; `None` where none is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) files: Option<u64>,
    /// Whether a message that the visitor does not see may sound.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) sound: bool,
    /// The link of the meeting the document is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) meeting: Option<&'a str>,
    /// The name the visitor gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) visitor: Option<&'a str>,
}

/// Where the document has the settings put.
const PLACE: &str = "<!--site-settings-->";
/// Where the document has the address of those who are reached otherwise.
const CONTACT: &str = "<!--site-contact-->";
/// How the document begins, until its language is known.
const HTML: &str = "<html lang=\"en\">";
/// What it is called, until somebody says.
const TITLE: &str = "<title>Chat</title>";
/// What it says where no program can run, until somebody says.
const NO_SCRIPT: &str = "This chat needs JavaScript and WebAssembly. Please allow them for this \
                         page, or reach us another way.";
/// Enough for a document made anew for each request.
const BROTLI_QUALITY: i32 = 5;

/// What the document itself needs of the words.
#[derive(Default, Deserialize)]
struct Words {
    #[serde(default)]
    title: String,
    #[serde(default)]
    dir: String,
    #[serde(default)]
    no_script: String,
}

/// Answers with the document in the first language of `wishes` that there is.
pub(crate) fn answer(
    assets: &Assets,
    public: &PublicSite<'_>,
    wishes: &[&str],
    (request, headers): (&HeaderMap, &[(HeaderName, HeaderValue)]),
) -> Response {
    let known: Vec<&str> =
        assets.below("texts/").filter_map(|it| it.strip_suffix(".json")).collect();
    let tag = desk::language::pick(wishes, &known);
    let texts = assets.get(&format!("texts/{tag}.json"));
    let page = assets.get("widget/index.html");
    let (Some(page), Some(texts)) = (page, texts) else { return pages::not_found() };
    let mut response = document(&made(page, public, (tag, texts)), request, headers);
    let varies = HeaderValue::from_static("accept-encoding, accept-language");
    response.headers_mut().insert(VARY, varies);
    response
}

fn made(page: &Asset, public: &PublicSite<'_>, (tag, texts): (&str, &Asset)) -> Asset {
    let json = serde_json::to_string(public).expect("plain strings can be written");
    let meta = |name: &str, json: &str| {
        format!("<meta name=\"frontdesk-{name}\" content=\"{}\">", attribute(json))
    };
    let site = meta("site", &json);
    let color = public.color.and_then(Rgb::parse);
    let palette =
        color.map_or_else(String::new, |it| meta("palette", &Palette::of(it).properties()));
    let texts_json = String::from_utf8_lossy(&texts.raw);
    let told = format!("{site}{palette}{}", meta("texts", &texts_json));
    let words: Words = serde_json::from_str(&texts_json).unwrap_or_default();
    let title = if public.title.is_empty() { &words.title } else { public.title };
    // The style sheet leaves out what a meeting has no use for.
    let class = public.meeting.map_or("", |_| " class=\"is-meeting\"");
    let html = format!("<html lang=\"{tag}\" dir=\"{}\"{class}>", attribute(&words.dir));
    let contact = public.contact_url.map(contact_link).unwrap_or_default();
    let text = String::from_utf8_lossy(&page.raw)
        .replacen(HTML, &html, 1)
        .replacen(TITLE, &format!("<title>{}</title>", attribute(title)), 1)
        .replacen(NO_SCRIPT, &attribute(&words.no_script), 1)
        .replacen(PLACE, &told, 1)
        .replacen(CONTACT, &contact, 1);
    // The validator is of what went in: the page of the build, the settings, the words.
    let etag = format!("{}{site}{palette}{contact}{}", page.etag, texts.etag);
    Asset { etag, brotli: compressed(text.as_bytes()), raw: Bytes::from(text), ..*page }
}

/// A way out of the frame; its words are the address, which need no language.
fn contact_link(address: &str) -> String {
    let shown = address.strip_prefix("mailto:").unwrap_or(address);
    let (address, shown) = (attribute(address), attribute(shown));
    format!("<a href=\"{address}\" target=\"_blank\" rel=\"noopener\">{shown}</a>")
}

/// The twin that the build made is without settings and words.
fn compressed(bytes: &[u8]) -> Option<Bytes> {
    let params = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    // It is sent as it is where it cannot be made smaller.
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).is_ok().then(|| out.into())
}

/// Escaped for an attribute in double quotes.
pub(crate) fn attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(it),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(text: &'static str) -> Asset {
        Asset {
            content_type: "text/html; charset=utf-8",
            raw: Bytes::from_static(text.as_bytes()),
            brotli: Some(Bytes::new()),
            etag: "\"1\"".into(),
        }
    }

    #[test]
    fn who_cannot_chat_is_told_where_else_to_ask() {
        let text = format!("<noscript>{NO_SCRIPT} <!--site-contact--></noscript>");
        let page = asset(Box::leak(text.into_boxed_str()));
        let site =
            PublicSite { contact_url: Some("mailto:a&b@c.example"), ..PublicSite::default() };
        let words = asset("{\"no_script\":\"Kein <Skript>.\"}");
        let made = made(&page, &site, ("de", &words));
        let link = "<a href=\"mailto:a&amp;b@c.example\" target=\"_blank\" \
                    rel=\"noopener\">a&amp;b@c.example</a>";
        let said = format!("<noscript>Kein &lt;Skript&gt;. {link}</noscript>");
        assert_eq!(String::from_utf8_lossy(&made.raw), said);
    }

    #[test]
    fn settings_and_words_are_escaped_where_they_stand() {
        let page = asset("<html lang=\"en\"><head><title>Chat</title><!--site-settings--></head>");
        let site =
            PublicSite { id: "shop", title: "A \"B\" <script> & C", ..PublicSite::default() };
        let made = made(&page, &site, ("he", &asset("{\"dir\":\"rtl\",\"you\":\"<at>\"}")));
        assert_eq!(
            std::str::from_utf8(&made.raw).unwrap(),
            "<html lang=\"he\" dir=\"rtl\"><head>\
             <title>A &quot;B&quot; &lt;script&gt; &amp; C</title>\
             <meta name=\"frontdesk-site\" content=\"{&quot;id&quot;:&quot;shop&quot;,\
             &quot;title&quot;:&quot;A \\&quot;B\\&quot; &lt;script&gt; &amp; C&quot;}\">\
             <meta name=\"frontdesk-texts\" content=\"{&quot;dir&quot;:&quot;rtl&quot;,\
             &quot;you&quot;:&quot;&lt;at&gt;&quot;}\"></head>"
        );
        let mut plain = Vec::new();
        let twin = made.brotli.expect("it is compressed");
        brotli::BrotliDecompress(&mut &twin[..], &mut plain).unwrap();
        assert_eq!(plain, made.raw);
        assert_ne!(made.etag, page.etag);
    }

    #[test]
    fn a_colour_becomes_readable_inks_and_nonsense_becomes_none() {
        let page = asset("<!--site-settings-->");
        let told = |color| {
            let site = PublicSite { color: Some(color), ..PublicSite::default() };
            let made = made(&page, &site, ("en", &asset("{}")));
            String::from_utf8_lossy(&made.raw).into_owned()
        };
        let inks = "<meta name=\"frontdesk-palette\" content=\"{&quot;--site-fill&quot;:&quot;#3450d1&quot;,";
        assert!(told("#3450d1").contains(inks), "{}", told("#3450d1"));
        assert!(!told("red;x:y").contains("palette"));
    }
}
