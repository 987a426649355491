//! Requests over plain HTTP by somebody who follows links, and what came back.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, Url};
use serde_json::Value;
use shared::{ErrorBody, Resource};

use crate::limits::{ANSWER_MS_MAX, REDIRECTS_MAX, SHOWN_CHARS_MAX};
use crate::outcome::{Outcome, Stop, expect, failed};
use crate::scope::Scope;

/// Content type of a JSON body.
pub(crate) const JSON: &str = "application/json";
/// Content type of a message.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
/// Content type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Somebody who makes requests: a service application, a visitor's page, an agent's client.
#[derive(Clone)]
pub(crate) struct Caller {
    scope: Arc<Scope>,
    /// What relative addresses stand below.
    base: Url,
    bearer: Option<String>,
    headers: Vec<(String, String)>,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    method: &'a str,
    href: &'a str,
    body: Option<(&'a str, String)>,
    is_poll: bool,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// Method and path, as a report shows them.
    pub(crate) line: String,
    /// The status code.
    pub(crate) status: u16,
    /// All header fields.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) text: String,
    /// What the body looks like in a report.
    shown: String,
}

/// An absolute address.
pub(crate) fn url(text: &str) -> Outcome<Url> {
    Url::parse(text).or_else(|error| failed("an absolute address", format!("{text:?}: {error}")))
}

/// A link with a query parameter set; all others stay as they are.
pub(crate) fn with_query(href: &str, name: &str, value: &str) -> String {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let is_other = |pair: &&str| {
        let key = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && !key.eq_ignore_ascii_case(name)
    };
    let kept = query.split('&').filter(is_other).map(str::to_owned);
    let pairs: Vec<String> = kept.chain([format!("{name}={value}")]).collect();
    format!("{path}?{}", pairs.join("&"))
}

/// The value of a query parameter of a link, as it stands there.
pub(crate) fn query_of<'a>(href: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = href.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A value as a form or a query may carry it.
pub(crate) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

impl Caller {
    /// Somebody without a token at the host of an address.
    pub(crate) fn new(scope: &Arc<Scope>, at: &str) -> Outcome<Self> {
        let base = url(at)?;
        Ok(Self { scope: Arc::clone(scope), base, bearer: None, headers: Vec::new() })
    }

    /// With a token.
    pub(crate) fn bearing(mut self, token: &str) -> Self {
        self.scope.secrets().learn(token);
        self.bearer = Some(token.to_owned());
        self
    }

    /// With a header on every request.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// At another host: relative addresses of webhooks stand below their `baseuri` (§1.7).
    pub(crate) fn at(&self, base: &str) -> Outcome<Self> {
        Ok(Self { base: url(base)?, ..self.clone() })
    }

    /// The token.
    pub(crate) fn token(&self) -> &str {
        self.bearer.as_deref().unwrap_or_default()
    }

    /// The absolute address behind a link: relative ones stand below the host (§3.7).
    pub(crate) fn resolve(&self, href: &str) -> Outcome<Url> {
        self.base
            .join(href)
            .or_else(|error| failed("a link with an address", format!("{href:?}: {error}")))
    }

    pub(crate) async fn get(&self, href: &str) -> Outcome<Reply> {
        self.send("GET", href, None).await
    }

    pub(crate) async fn delete(&self, href: &str) -> Outcome<Reply> {
        self.send("DELETE", href, None).await
    }

    pub(crate) async fn post(&self, href: &str, body: &Value) -> Outcome<Reply> {
        self.send("POST", href, Some((JSON, body.to_string()))).await
    }

    /// A POST without a body.
    pub(crate) async fn act(&self, href: &str) -> Outcome<Reply> {
        self.send("POST", href, None).await
    }

    pub(crate) async fn put(&self, href: &str, body: &Value) -> Outcome<Reply> {
        self.send("PUT", href, Some((JSON, body.to_string()))).await
    }

    /// Sends a message.
    pub(crate) async fn say(&self, href: &str, text: &str) -> Outcome<Reply> {
        self.send("POST", href, Some((TEXT, text.to_owned()))).await
    }

    /// A request for events: it may take as long as the platform holds it.
    pub(crate) async fn poll(&self, href: &str) -> Outcome<Reply> {
        self.follow(Ask { method: "GET", href, body: None, is_poll: true }).await
    }

    /// Any request.
    pub(crate) async fn send(
        &self,
        method: &str,
        href: &str,
        body: Option<(&str, String)>,
    ) -> Outcome<Reply> {
        self.follow(Ask { method, href, body, is_poll: false }).await
    }

    /// Follows one redirect with the same method, body and token, as §1.3 says.
    async fn follow(&self, ask: Ask<'_>) -> Outcome<Reply> {
        let mut at = self.resolve(ask.href)?;
        for _ in 0..REDIRECTS_MAX {
            let reply = self.once(&ask, &at).await?;
            let Some(location) =
                Some(reply.header("location")).filter(|it| reply.status == 307 && !it.is_empty())
            else {
                return Ok(reply);
            };
            at = at.join(location).or_else(|error| {
                failed("a redirect to an address", format!("{location:?}: {error}"))
            })?;
        }
        self.once(&ask, &at).await
    }

    async fn once(&self, ask: &Ask<'_>, at: &Url) -> Outcome<Reply> {
        let shown = match at.query() {
            Some(query) => format!("{} {}?{query}", ask.method, at.path()),
            None => format!("{} {}", ask.method, at.path()),
        };
        let line = self.scope.secrets().redact(&shown);
        let answer = self.exchange(ask, at).await;
        match answer {
            Ok((status, headers, text)) => {
                let shown = self.scope.shown(&text);
                self.scope.note_exchange(&line, status, &headers, &shown);
                Ok(Reply { line, status, headers, text, shown })
            }
            Err(error) => {
                let seen = if error.is_timeout() {
                    format!("none within {ANSWER_MS_MAX} ms")
                } else {
                    format!("none: {}", innermost(&error))
                };
                self.scope.note(&format!("{line} -> {seen}"));
                failed(format!("an answer to {line}"), seen)
            }
        }
    }

    async fn exchange(
        &self,
        ask: &Ask<'_>,
        at: &Url,
    ) -> Result<(u16, HeaderMap, String), reqwest::Error> {
        // Only methods that stand in this crate come here.
        let method = Method::from_bytes(ask.method.as_bytes()).unwrap_or(Method::GET);
        let mut request = self.scope.http().request(method, at.clone());
        if let Some(token) = &self.bearer {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some((content_type, body)) = &ask.body {
            request = request.header("content-type", *content_type).body(body.clone());
        } else if ask.method != "GET" {
            request = request.header("content-length", "0");
        }
        if !ask.is_poll {
            request = request.timeout(Duration::from_millis(ANSWER_MS_MAX));
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok((status, headers, response.text().await?))
    }

    /// Makes something that is taken away again when the check is over.
    pub(crate) fn leaves(&self, href: &str) {
        self.scope.leave(self.clone(), href);
    }
}

/// The innermost cause says what happened; the outer ones repeat the address.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

impl Reply {
    /// Judges the status.
    pub(crate) fn has_status(&self, wanted: &[u16]) -> Outcome {
        let words: Vec<String> = wanted.iter().map(u16::to_string).collect();
        expect(
            wanted.contains(&self.status),
            format!("status {} for {}", words.join(" or "), self.line),
            self.seen(),
        )
    }

    /// Judges that it is a success of any kind.
    pub(crate) fn is_success(&self) -> Outcome {
        let holds = (200..300).contains(&self.status);
        expect(holds, format!("a status of success for {}", self.line), self.seen())
    }

    /// Judges status and code of a refusal (§4). An empty subcode judges none.
    pub(crate) fn refused(&self, status: u16, code: &str, subcode: &str) -> Outcome {
        self.has_status(&[status])?;
        let wanted = format!("code {code}/{subcode} for {}", self.line);
        let Some(body) = ErrorBody::parse(&self.text) else { return failed(wanted, self.seen()) };
        let has_code = body.code.eq_ignore_ascii_case(code);
        expect(has_code && (subcode.is_empty() || body.is(subcode)), wanted, self.seen())
    }

    /// The address of what was made; judges 201 and the header.
    pub(crate) fn created(&self) -> Outcome<String> {
        self.has_status(&[201])?;
        let location = self.header("location");
        expect(!location.is_empty(), format!("a Location header for {}", self.line), self.seen())?;
        Ok(location.to_owned())
    }

    /// The body as a document; judges success.
    pub(crate) fn resource(&self) -> Outcome<Resource> {
        self.is_success()?;
        Resource::parse(&self.text).or_else(|error| {
            failed(format!("a document for {}", self.line), format!("{error}: {}", self.shown))
        })
    }

    /// The body as JSON; `null` when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(shared::resource::without_bom(&self.text)).unwrap_or(Value::Null)
    }

    /// A header as text; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or("")
    }

    /// All values of a header.
    pub(crate) fn headers_of(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|it| it.to_str().ok()).collect()
    }

    /// Status and body, for a report.
    pub(crate) fn seen(&self) -> String {
        if self.shown.is_empty() {
            format!("status {} without a body", self.status)
        } else {
            format!("status {}: {}", self.status, self.shown)
        }
    }
}

/// The address behind a relation; what is not offered is not offered.
pub(crate) fn link(document: &Resource, rel: &str) -> Outcome<String> {
    let missing = || Stop::NotOffered { link: rel.to_owned(), of: document.rel.clone() };
    document.href(rel).map(str::to_owned).ok_or_else(missing)
}

/// A text of at most as many characters as a report shows.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{query_of, with_query};

    #[test]
    fn a_parameter_is_set_and_the_others_stay_as_they_were() {
        let link = "/a/events?ack=1&key=a%7Eb";
        assert_eq!(with_query(link, "timeout", "5"), "/a/events?ack=1&key=a%7Eb&timeout=5");
        assert_eq!(with_query(link, "ACK", "9"), "/a/events?key=a%7Eb&ACK=9");
        assert_eq!(with_query("/a", "x", "1"), "/a?x=1");
        assert_eq!(query_of(link, "key"), Some("a%7Eb"));
        assert_eq!(query_of("/a", "key"), None);
    }
}
