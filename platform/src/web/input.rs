//! Requests in: query and body, read once, without regard to the case of names (§2B, §2B.3).

use std::collections::BTreeMap;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};
use shared::states::Importance;
use shared::{OperationId, SipUri, data_uri};

use crate::Platform;
use crate::core::{InvitationInput, TextFormat};
use crate::limits::{CONTEXT_CHARS_MAX, NAME_CHARS_MAX, URL_CHARS_MAX};
use crate::refusal::Refusal;

/// The query, by lower-case name.
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    pub(crate) fn of(parts: &Parts) -> Self {
        let mut out = BTreeMap::new();
        for pair in parts.uri.query().unwrap_or("").split('&').filter(|it| !it.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            out.insert(decode(name).to_ascii_lowercase(), decode(value));
        }
        Self(out)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A whole number; what is none is passed over (row A17).
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }
}

/// A form's or a query's text, decoded.
pub(crate) fn decode(text: &str) -> String {
    String::from_utf8_lossy(&data_uri::percent_decode(text, true)).into_owned()
}

impl FromRequestParts<Platform> for Query {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Platform) -> Result<Self, Refusal> {
        Ok(Self::of(parts))
    }
}

/// Query and JSON body together, by lower-case name; the body wins. As `Any POST input may be given
/// as query parameters instead` (§2B.3).
pub(crate) struct Input {
    values: BTreeMap<String, Value>,
    /// The body as it was.
    pub(crate) body: Map<String, Value>,
    pub(crate) headers: HeaderMap,
}

impl FromRequest<Platform> for Input {
    type Rejection = Refusal;

    async fn from_request(request: Request, platform: &Platform) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let bytes = read(body, platform.shell.settings.limits.body_bytes_max).await?;
        let mut values: BTreeMap<String, Value> =
            Query::of(&parts).0.into_iter().map(|(name, value)| (name, value.into())).collect();
        let mut map = Map::new();
        if !bytes.is_empty() {
            let media_type = media_type(&parts.headers);
            if !(media_type.is_empty() || media_type.ends_with("json")) {
                return Err(Refusal::UnsupportedMediaType("application/json"));
            }
            let text = std::str::from_utf8(&bytes)
                .map_err(|error| Refusal::NotUnderstood(error.to_string()))?;
            let value: Value = serde_json::from_str(shared::resource::without_bom(text))
                .map_err(|error| Refusal::NotUnderstood(error.to_string()))?;
            let Value::Object(object) = value else {
                return Err(Refusal::NotUnderstood("a JSON object was expected".to_owned()));
            };
            for (name, value) in &object {
                values.insert(name.to_ascii_lowercase(), value.clone());
            }
            map = object;
        }
        Ok(Self { values, body: map, headers: parts.headers })
    }
}

async fn read(body: axum::body::Body, bytes_max: usize) -> Result<Bytes, Refusal> {
    to_bytes(body, bytes_max).await.map_err(|_| Refusal::TooLarge(bytes_max))
}

/// The content type without parameters, lower-case.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or("");
    value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

impl Input {
    /// A text of at most so many characters; `null` and absent are the same.
    pub(crate) fn text(
        &self,
        name: &'static str,
        chars_max: usize,
    ) -> Result<Option<String>, Refusal> {
        let text = match self.values.get(&name.to_ascii_lowercase()) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => {
                return Err(Refusal::Parameter { name, reason: "a text was expected".to_owned() });
            }
        };
        if text.chars().count() > chars_max {
            let reason = format!("at most {chars_max} characters are allowed");
            return Err(Refusal::Parameter { name, reason });
        }
        Ok(Some(text))
    }

    /// A text that must be there and not be empty.
    pub(crate) fn required(&self, name: &'static str, chars_max: usize) -> Result<String, Refusal> {
        let text = self.text(name, chars_max)?.filter(|it| !it.trim().is_empty());
        text.ok_or_else(|| Refusal::Parameter { name, reason: "is required".to_owned() })
    }

    pub(crate) fn sip_uri(&self, name: &'static str) -> Result<SipUri, Refusal> {
        let text = self.required(name, NAME_CHARS_MAX)?;
        SipUri::parse(&text).map_err(|error| Refusal::Parameter { name, reason: error.0 })
    }

    /// A list of texts; absent is empty. In a query it is one text with commas.
    pub(crate) fn texts(&self, name: &'static str, len_max: usize) -> Result<Vec<String>, Refusal> {
        let wrong = |reason: String| Refusal::Parameter { name, reason };
        let texts: Option<Vec<&str>> = match self.values.get(&name.to_ascii_lowercase()) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(Value::as_str).collect(),
            Some(Value::String(text)) => {
                Some(text.split(',').map(str::trim).filter(|it| !it.is_empty()).collect())
            }
            Some(_) => return Err(wrong("a list was expected".to_owned())),
        };
        let texts = texts.ok_or_else(|| wrong("texts were expected".to_owned()))?;
        if texts.len() > len_max {
            return Err(wrong(format!("at most {len_max} are allowed")));
        }
        Ok(texts.into_iter().map(str::to_owned).collect())
    }

    /// A list of SIP URIs; absent is empty.
    pub(crate) fn sip_uris(
        &self,
        name: &'static str,
        len_max: usize,
    ) -> Result<Vec<SipUri>, Refusal> {
        let uri = |text: String| {
            SipUri::parse(&text).map_err(|error| Refusal::Parameter { name, reason: error.0 })
        };
        self.texts(name, len_max)?.into_iter().map(uri).collect()
    }

    /// One of a closed list of words, read without regard to case.
    pub(crate) fn word<T>(
        &self,
        name: &'static str,
        read: fn(&str) -> Option<T>,
        expected: &str,
    ) -> Result<Option<T>, Refusal> {
        let Some(text) = self.text(name, NAME_CHARS_MAX)? else { return Ok(None) };
        let reason = format!("{expected} was expected");
        read(&text).map(Some).ok_or(Refusal::Parameter { name, reason })
    }

    pub(crate) fn operation(&self) -> Result<Option<OperationId>, Refusal> {
        let name = "operationId";
        let text = self.text(name, usize::MAX)?.filter(|it| !it.is_empty());
        let parsed = text.map(|it| OperationId::parse(&it)).transpose();
        parsed.map_err(|error| Refusal::Parameter { name, reason: error.0 })
    }

    /// An operation id that must be there.
    pub(crate) fn required_operation(&self) -> Result<Option<OperationId>, Refusal> {
        let found = self.operation()?;
        let reason = "is required".to_owned();
        found.map(Some).ok_or(Refusal::Parameter { name: "operationId", reason })
    }

    /// What all operations that make an invitation take.
    pub(crate) fn invitation(&self) -> Result<InvitationInput, Refusal> {
        let importance = "Normal, Urgent or Emergency";
        let importance = self.word("importance", Importance::read, importance)?;
        let context = self.text("callbackContext", CONTEXT_CHARS_MAX)?;
        Ok(InvitationInput {
            operation: self.operation()?,
            subject: self.text("subject", NAME_CHARS_MAX)?,
            importance,
            thread_id: self.text("threadId", NAME_CHARS_MAX)?,
            message: self.first_text()?,
            custom_content: self.custom_content()?,
            display_name: self.text("localParticipantDisplayName", NAME_CHARS_MAX)?,
            callback_url: self.callback_url()?,
            callback_context: context.filter(|it| !it.is_empty()),
        })
    }

    fn callback_url(&self) -> Result<Option<String>, Refusal> {
        let name = "callbackUrl";
        let url = self.text(name, URL_CHARS_MAX)?.filter(|it| !it.is_empty());
        let is_fine = |url: &String| shared::Origin::parse(url).is_ok();
        if url.as_ref().is_some_and(|it| !is_fine(it)) {
            let reason = "an absolute http or https address was expected".to_owned();
            return Err(Refusal::Parameter { name, reason });
        }
        Ok(url)
    }

    /// A link of the body, such as `_links.message.href`.
    fn link(&self, rel: &str) -> Option<&str> {
        self.body.get("_links")?.get(rel)?.get("href")?.as_str()
    }

    /// The first text: a data URI as a link or as the value, or the text itself.
    fn first_text(&self) -> Result<Option<String>, Refusal> {
        let given = self.text("message", usize::MAX)?;
        let given = given.or_else(|| self.link("message").map(str::to_owned));
        let text = given.map(|it| data_uri::decode(&it).map_or(it, |decoded| decoded.text));
        Ok(text.filter(|it| !it.trim().is_empty()))
    }

    fn custom_content(&self) -> Result<Option<String>, Refusal> {
        let given = self.text("customContent", usize::MAX)?;
        let given = given.or_else(|| self.link("customContent").map(str::to_owned));
        Ok(given.map(|it| match data_uri::decode(&it) {
            Some(_) => it,
            None => data_uri::encode("text/plain", &it),
        }))
    }
}

/// A message: `text/plain` or `text/html`, raw (§2B.3, row A49).
pub(crate) struct MessageBody {
    pub(crate) query: Query,
    pub(crate) format: TextFormat,
    pub(crate) text: String,
}

impl FromRequest<Platform> for MessageBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, platform: &Platform) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let format = match media_type(&parts.headers).as_str() {
            "text/plain" => TextFormat::Plain,
            "text/html" => TextFormat::Html,
            _ => return Err(Refusal::UnsupportedMediaType("text/plain or text/html")),
        };
        let bytes = read(body, platform.shell.settings.limits.message_bytes_max).await?;
        let text = in_charset(&charset(&parts.headers), &bytes)?;
        if text.trim().is_empty() {
            let reason = "a message cannot be empty".to_owned();
            return Err(Refusal::Parameter { name: "message", reason });
        }
        Ok(Self { query: Query::of(&parts), format, text })
    }
}

fn charset(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or("");
    let named = value.split(';').skip(1).filter_map(|it| it.trim().split_once('='));
    let charset = named.filter(|(name, _)| name.eq_ignore_ascii_case("charset")).map(|(_, it)| it);
    charset.last().unwrap_or("utf-8").trim_matches('"').to_ascii_lowercase()
}

fn in_charset(charset: &str, bytes: &[u8]) -> Result<String, Refusal> {
    match charset {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => std::str::from_utf8(bytes)
            .map(|text| shared::resource::without_bom(text).to_owned())
            .map_err(|_| Refusal::NotUnderstood(format!("the text is not {charset}"))),
        "iso-8859-1" | "latin1" => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
        _ => Err(Refusal::UnsupportedMediaType("text in utf-8")),
    }
}
