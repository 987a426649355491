//! A transport that answers from a script and writes down what it was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use client::http::{HttpRequest, HttpResponse, NoAnswer};
use client::native::{Answer, Transport};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::NOW_MS;
use crate::PLATFORM_APP_ID;

/// A rule: method, address, and the answers in order; the last one stays.
type Rule = (String, String, VecDeque<HttpResponse>);

/// The platform, as data.
pub(super) struct Script {
    rules: Mutex<Vec<Rule>>,
    asked: Mutex<Vec<HttpRequest>>,
    count: watch::Sender<usize>,
}

/// An answer with a JSON body.
pub(super) fn answer(status: u16, body: &Value) -> HttpResponse {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let headers = vec![("x-ms-correlation-id".to_owned(), "c-1".to_owned())];
    HttpResponse { status, headers, body }
}

/// An answer that says where something came to be.
pub(super) fn created(location: &str) -> HttpResponse {
    let mut it = answer(201, &Value::Null);
    it.headers.push(("location".to_owned(), location.to_owned()));
    it
}

impl Script {
    pub(super) fn new() -> Arc<Self> {
        let (rules, asked) = (Mutex::default(), Mutex::default());
        Arc::new(Self { rules, asked, count: watch::Sender::new(0) })
    }

    /// Adds an answer for a request; addresses are compared up to the query of the rule.
    pub(super) fn on(&self, method: &str, url: &str, answer: HttpResponse) {
        let mut rules = self.rules.lock().unwrap();
        match rules.iter_mut().find(|it| it.0 == method && it.1 == url) {
            Some(rule) => rule.2.push_back(answer),
            None => rules.push((method.to_owned(), url.to_owned(), VecDeque::from([answer]))),
        }
    }

    /// Everything asked so far.
    pub(super) fn requests(&self) -> Vec<HttpRequest> {
        self.asked.lock().unwrap().clone()
    }

    /// Everything asked so far, as `METHOD path`.
    pub(super) fn lines(&self) -> Vec<String> {
        self.requests().iter().map(line_of).collect()
    }

    /// How often this was asked.
    pub(super) fn count(&self, line: &str) -> usize {
        self.lines().iter().filter(|it| *it == line).count()
    }

    /// The newest request of this line, when it has come.
    pub(super) async fn until(&self, line: &str) -> HttpRequest {
        let mut count = self.count.subscribe();
        let wait = async {
            loop {
                count.borrow_and_update();
                if let Some(found) =
                    self.requests().into_iter().rev().find(|it| line_of(it) == line)
                {
                    return found;
                }
                count.changed().await.unwrap();
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(10), wait).await;
        found.unwrap_or_else(|_| panic!("{line} was never asked, but {:#?}", self.lines()))
    }
}

fn line_of(request: &HttpRequest) -> String {
    let path = request.url.strip_prefix("https://p.example").unwrap_or(&request.url);
    format!("{} {path}", request.method)
}

/// The value of a request's header.
pub(super) fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let found = request.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

impl Transport for Script {
    fn send(&self, request: HttpRequest, _timeout_ms: u64) -> Answer {
        let mut rules = self.rules.lock().unwrap();
        let rule = rules.iter_mut().find(|it| {
            let rest = request.url.strip_prefix(&it.1);
            it.0 == request.method
                && rest.is_some_and(|it| it.is_empty() || it.starts_with(['?', '&']))
        });
        let answer = match rule {
            Some((_, _, answers)) if answers.len() > 1 => answers.pop_front(),
            Some((_, _, answers)) => answers.front().cloned(),
            None => None,
        };
        drop(rules);
        self.asked.lock().unwrap().push(request);
        self.count.send_modify(|it| *it += 1);
        Box::pin(async move { answer.ok_or_else(|| NoAnswer("not in the script".to_owned())) })
    }
}

/// Signs webhooks as the platform does; two keys for all tests, because making one takes time.
pub(super) struct Signer;

fn generated(place: &OnceLock<KeyPair>) -> &KeyPair {
    place.get_or_init(|| KeyPair::generate(KeySize::Rsa2048).unwrap())
}

impl Signer {
    fn pair() -> &'static KeyPair {
        static PAIR: OnceLock<KeyPair> = OnceLock::new();
        generated(&PAIR)
    }

    /// The key after that: its name is `k2`.
    fn next() -> &'static KeyPair {
        static PAIR: OnceLock<KeyPair> = OnceLock::new();
        generated(&PAIR)
    }

    /// The JWKS.
    pub(super) fn keys() -> Value {
        json!({ "keys": [{ "kty": "EC", "kid": "other" }, jwk("k1", Self::pair())] })
    }

    /// The JWKS once the key was changed.
    pub(super) fn next_keys() -> Value {
        json!({ "keys": [jwk("k1", Self::pair()), jwk("k2", Self::next())] })
    }

    /// A bearer with these claims.
    pub(super) fn sign(header: &Value, claims: &Value) -> String {
        let part = |it: &Value| URL_SAFE_NO_PAD.encode(it.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let pair = if header["kid"] == "k2" { Self::next() } else { Self::pair() };
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A good bearer of the key `k2`.
    pub(super) fn next_bearer() -> String {
        Self::with_key("k2", &json!({}))
    }

    /// A good bearer.
    pub(super) fn bearer() -> String {
        Self::with(&json!({}))
    }

    /// A good bearer, but for these claims.
    pub(super) fn with(other: &Value) -> String {
        Self::with_key("k1", other)
    }

    fn with_key(key: &str, other: &Value) -> String {
        let now_s = NOW_MS / 1_000;
        let mut claims = json!({ "aud": "https://d.example/app", "iss": "https://p.example/", "appid": PLATFORM_APP_ID,
                "nbf": now_s - 5, "exp": now_s + 3_900 });
        for (name, value) in other.as_object().unwrap() {
            claims[name] = value.clone();
        }
        Self::sign(&json!({ "typ": "JWT", "alg": "RS256", "kid": key }), &claims)
    }
}

fn jwk(name: &str, pair: &KeyPair) -> Value {
    let public = pair.public_key();
    let n = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
    let e = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
    json!({ "kty": "RSA", "kid": name, "n": n, "e": e })
}
