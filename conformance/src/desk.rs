//! A service application: discovery, OAuth, capabilities, visitors' tokens (`protocol.md` §1.3, §1.4).

use std::sync::Arc;

use serde_json::{Value, json};
use shared::Resource;

use crate::http::{Caller, FORM, Reply, encoded, link, with_query};
use crate::outcome::{Outcome, SetUp as _, Stop, expect, failed};
use crate::scope::Scope;
use crate::settings::Credentials;

/// A service application that acts for the endpoint.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) caller: Caller,
    pub(crate) application: Resource,
    /// Its address.
    pub(crate) href: String,
}

/// What a visitor is given by the website.
pub(crate) struct VisitorToken {
    pub(crate) reply: Reply,
    pub(crate) document: Resource,
}

/// The address of `applications` for the endpoint, as discovery says it.
pub(crate) async fn applications(scope: &Arc<Scope>) -> Outcome<String> {
    let url = &scope.settings().discover_url;
    let reply = Caller::new(scope, url)?.get(url).await?;
    let discovered = if reply.status == 401 {
        // Row A01: some want a token already here.
        let token = token(scope, &reply).await?;
        Caller::new(scope, url)?.bearing(&token).get(url).await?.resource()?
    } else {
        reply.resource()?
    };
    let href = link(&discovered, "applications")?;
    let endpoint = encoded(&scope.settings().endpoint);
    Ok(with_query(&href, "endpointId", &endpoint))
}

/// The token of the service application; asked for once in a run.
async fn token(scope: &Arc<Scope>, challenge: &Reply) -> Outcome<String> {
    let own = &scope.settings().application;
    let fetch = || fetch_token(scope, own, challenge);
    scope.shared().service_token.get_or_try_init(fetch).await.cloned()
}

/// A token by client credentials.
pub(crate) async fn fetch_token(
    scope: &Arc<Scope>,
    who: &Credentials,
    challenge: &Reply,
) -> Outcome<String> {
    let settings = scope.settings();
    scope.secrets().learn(&who.client_secret);
    let url = match &settings.token_url {
        Some(url) => url.clone(),
        None => challenged(challenge)?,
    };
    let resource = settings
        .resource
        .clone()
        .or_else(|| shared::Origin::parse(&settings.discover_url).ok().map(|it| it.to_string()));
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&resource={}",
        encoded(&who.client_id),
        encoded(&who.client_secret),
        encoded(&resource.unwrap_or_default())
    );
    let reply = Caller::new(scope, &url)?.send("POST", &url, Some((FORM, form))).await?;
    access_token(scope, &reply)
}

/// The token in an answer of a token service.
pub(crate) fn access_token(scope: &Scope, reply: &Reply) -> Outcome<String> {
    reply.is_success()?;
    let body = reply.json();
    let Some(token) = body["access_token"].as_str().filter(|it| !it.is_empty()) else {
        return failed(format!("an access_token for {}", reply.line), reply.seen());
    };
    scope.secrets().learn(token);
    Ok(token.to_owned())
}

/// Where a challenge says that tokens are: `authorization_uri` of `Bearer` (§1.3).
fn challenged(reply: &Reply) -> Outcome<String> {
    let found = parameter(reply, "authorization_uri=");
    let Some(url) = found else {
        let seen = reply.headers_of("www-authenticate").join(" | ");
        return failed("a challenge that names authorization_uri", seen);
    };
    // The page where a person would sign in, as that authority lays its addresses out.
    Ok(match url.strip_suffix("/oauth2/authorize") {
        Some(authority) => format!("{authority}/oauth2/token"),
        None => url,
    })
}

/// A parameter of any challenge of an answer, such as `href=`.
pub(crate) fn parameter(reply: &Reply, name: &str) -> Option<String> {
    reply.headers_of("www-authenticate").into_iter().find_map(|value| {
        let at = value.to_ascii_lowercase().find(name)? + name.len();
        let value = value[at..].trim_start_matches('"');
        value.split(['"', ',']).next().map(str::to_owned).filter(|it| !it.is_empty())
    })
}

impl Desk {
    /// Discovers, signs in and reads the application.
    pub(crate) async fn open(scope: &Arc<Scope>) -> Outcome<Self> {
        Self::enter(scope).await.set_up("the service application signs in")
    }

    async fn enter(scope: &Arc<Scope>) -> Outcome<Self> {
        scope.step("the service application discovers and signs in");
        let href = applications(scope).await?;
        let nobody = Caller::new(scope, &href)?;
        let token = match scope.shared().service_token.get() {
            Some(token) => token.clone(),
            None => token(scope, &nobody.get(&href).await?).await?,
        };
        let caller = nobody.bearing(&token);
        let found = caller.get(&href).await?.resource()?;
        // §1.3: without the link the endpoint is not provisioned.
        let href = link(&found, "application")?;
        let application = caller.get(&href).await?.resource()?;
        Ok(Self { caller, application, href })
    }

    /// What an embedded document offers.
    pub(crate) fn offers(&self, document: &str, rel: &str) -> Outcome<String> {
        let Some(found) = self.application.embedded(document) else {
            let of = format!("application (no embedded {document})");
            return Err(Stop::NotOffered { link: rel.to_owned(), of });
        };
        link(found, rel)
    }

    /// Asks for a visitor's token.
    pub(crate) async fn ask_token(&self, body: &Value) -> Outcome<Reply> {
        let href = link(&self.application, "anonApplicationTokens")?;
        self.caller.post(&href, body).await
    }

    /// A visitor's token for a session.
    pub(crate) async fn visitor_token(&self, session: &str, origin: &str) -> Outcome<VisitorToken> {
        let body = json!({ "applicationSessionId": session, "allowedOrigins": origin });
        let reply = self.ask_token(&body).await?;
        let document = reply.resource()?;
        expect(document.text("token").is_some(), "a token in the answer", reply.seen())?;
        Ok(VisitorToken { reply, document })
    }
}
