//! The desk's own token: client credentials, kept until shortly before it ends (`protocol.md` §1.3).

use client::http::{HttpRequest, HttpResponse};
use serde_json::Value;
use shared::Origin;

use super::credential::Credential;
use super::error::{TaError, Trace};
use super::href::{is_absolute, query_value};
use crate::RemotePlatform;
use crate::limits::TOKEN_MARGIN_MS;

/// How an assertion is announced (RFC 7523).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A token that was given.
#[derive(Clone)]
pub(super) struct Token {
    /// The value of `Authorization: Bearer`.
    pub(super) bearer: String,
    /// When to ask for another.
    pub(super) until_ms: i64,
}

/// The token address that a 401 names: `authorization_uri` of its Bearer challenge. The page where a
/// person would sign in is turned into the address for programs, as that authority lays them out.
pub(super) fn challenged_url(response: &HttpResponse) -> Option<String> {
    let challenges = response.headers.iter().filter(|(name, _)| name == "www-authenticate");
    let named = challenges.filter_map(|(_, value)| {
        let at = value.to_ascii_lowercase().find("authorization_uri=")?;
        let value = value[at..].split_once('=')?.1.trim_start_matches('"');
        value.split(['"', ',']).next().map(str::to_owned)
    });
    let url = named.into_iter().find(|it| is_absolute(it))?;
    Some(match url.strip_suffix("/oauth2/authorize") {
        Some(authority) => format!("{authority}/oauth2/token"),
        None => url,
    })
}

/// The request for a token. `id` makes an assertion one of its own.
pub(super) fn request(
    platform: &RemotePlatform,
    url: String,
    now_ms: i64,
    id: &str,
) -> Result<HttpRequest, TaError> {
    let oauth = &platform.oauth;
    let resource = oauth.resource.clone().or_else(|| {
        // Row A02: the origin of the discover address.
        Origin::parse(&platform.discover_url).ok().map(|it| it.to_string())
    });
    let proof = match &oauth.credential {
        Credential::Secret(secret) => format!("client_secret={}", query_value(secret.expose())),
        Credential::Certificate(certificate) => {
            let audience = url.split(['?', '#']).next().unwrap_or_default();
            let assertion = certificate.assertion((&oauth.client_id, audience), now_ms, id);
            let assertion = assertion
                .map_err(|_| TaError::NoToken("the certificate's key does not sign".into()))?;
            format!(
                "client_assertion_type={}&client_assertion={assertion}",
                query_value(JWT_BEARER)
            )
        }
    };
    let form = format!(
        "grant_type=client_credentials&client_id={}&{proof}&resource={}",
        query_value(&oauth.client_id),
        query_value(&resource.unwrap_or_default()),
    );
    let headers = vec![
        ("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ("Accept".to_owned(), "application/json".to_owned()),
    ];
    Ok(HttpRequest { method: "POST", url, headers, body: Some(form) })
}

/// The token in an answer. `expires_in` is a number or, as some authorities have it, a string.
/// `id` is the request's.
pub(super) fn read(response: &HttpResponse, now_ms: i64, id: &str) -> Result<Token, TaError> {
    let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    if !response.is_success() {
        let why = text("error").unwrap_or("no reason given");
        let trace = Trace::of(id, response);
        return Err(TaError::NoToken(format!("answered {}: {why}; {trace}", response.status)));
    }
    let Some(bearer) = text("access_token").filter(|it| !it.is_empty()) else {
        return Err(TaError::NoToken("the answer has no access_token".to_owned()));
    };
    let seconds = body.get("expires_in");
    let seconds = seconds.and_then(|it| it.as_i64().or_else(|| it.as_str()?.parse().ok()));
    let life_ms = seconds.unwrap_or(3_600).saturating_mul(1_000);
    // A token of a very short life is still used for half of it.
    let until_ms = now_ms + (life_ms - TOKEN_MARGIN_MS).max(life_ms / 2);
    Ok(Token { bearer: bearer.to_owned(), until_ms })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(value: &str) -> Option<String> {
        let headers = vec![
            ("www-authenticate".to_owned(), "MsRtcOAuth href=\"https://p/x\"".to_owned()),
            ("www-authenticate".to_owned(), value.to_owned()),
        ];
        challenged_url(&HttpResponse { status: 401, headers, body: String::new() })
    }

    #[test]
    fn the_challenge_names_the_token_address() {
        let value =
            r#"Bearer trusted_issuers="a,b",client_id="c",authorization_uri="https://p/token?x=1""#;
        assert_eq!(challenge(value).as_deref(), Some("https://p/token?x=1"));
        let person = r#"Bearer authorization_uri="https://login.example/t/oauth2/authorize""#;
        assert_eq!(challenge(person).as_deref(), Some("https://login.example/t/oauth2/token"));
        assert_eq!(challenge("Bearer realm=\"x\""), None);
        assert_eq!(challenge("Bearer authorization_uri=\"ftp://x\""), None);
    }

    #[test]
    fn a_lifetime_may_be_a_string() {
        let answer = |expires: &str| HttpResponse {
            status: 200,
            headers: Vec::new(),
            body: format!(r#"{{"access_token":"t","expires_in":{expires}}}"#),
        };
        for expires in ["3600", "\"3600\""] {
            assert_eq!(read(&answer(expires), 0, "r").unwrap().until_ms, 3_540_000);
        }
        assert_eq!(read(&answer("60"), 0, "r").unwrap().until_ms, 30_000);
    }
}
