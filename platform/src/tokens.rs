//! The four kinds of tokens: a visitor's (`psat=`), an agent's (`cwt=`), a service application's, and
//! the bearer of a webhook (`protocol.md` §1.3, §1.4, §1.7, §2B.1).

use serde::{Deserialize, Serialize};
use shared::claims::{Claims, PSAT_PREFIX};
use shared::{Origin, SipUri, date};

use crate::keyring::Keys;
use crate::limits::CLOCK_SKEW_S_MAX;
use crate::refusal::Refusal;

/// What stands before an agent's token.
pub(crate) const CWT_PREFIX: &str = "cwt=";
/// The platform's own application id in webhooks (§1.7).
const PLATFORM_APP_ID: &str = "00000004-0000-0ff1-ce00-000000000000";

const VISITOR: &str = "JWT";
const AGENT: &str = "cwt+jwt";
const SERVICE: &str = "service+jwt";
const WEBHOOK: &str = "JWT";

/// The name that webhooks' tokens have as `iss`, of a platform at this address (§1.7).
pub(crate) fn issuer(public_url: &str) -> String {
    format!("{public_url}/")
}

/// From when to when a token is good, in Unix seconds.
#[derive(Clone, Copy)]
pub(crate) struct Life {
    nbf: i64,
    exp: i64,
}

impl Life {
    /// Good from now on for so many seconds.
    pub(crate) const fn from(now_ms: i64, seconds: i64) -> Self {
        let nbf = now_ms.div_euclid(1_000);
        Self { nbf, exp: nbf + seconds }
    }

    /// When it ends, as the Trusted Application API writes it.
    pub(crate) fn expiry(self, now_ms: i64) -> String {
        // The samples keep the milliseconds of the request, and `exp` is their floor (§1.4).
        date::iso(self.exp * 1_000 + now_ms.rem_euclid(1_000))
    }
}

/// They are our own: one from the future tells that the clock was set back, and signs nobody out.
const fn is_good(nbf: i64, exp: i64, now_ms: i64) -> bool {
    let now = now_ms.div_euclid(1_000);
    nbf <= now + CLOCK_SKEW_S_MAX && now < exp
}

/// Who may talk to whom, from where.
pub(crate) struct VisitorGrant<'a> {
    pub(crate) session: &'a str,
    pub(crate) endpoint: &'a SipUri,
    pub(crate) origins: &'a [Origin],
    /// The meeting's URI and the address its applications are made at.
    pub(crate) meeting: Option<(&'a str, &'a str)>,
}

#[derive(Serialize, Deserialize)]
struct AgentClaims {
    nbf: i64,
    exp: i64,
    iss: String,
    aud: String,
    sub: SipUri,
}

#[derive(Serialize, Deserialize)]
struct ServiceClaims {
    nbf: i64,
    exp: i64,
    iss: String,
    aud: String,
    appid: String,
}

#[derive(Serialize)]
struct WebhookClaims<'a> {
    aud: &'a str,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    appid: &'a str,
    appidacr: &'a str,
    idp: &'a str,
    oid: &'a str,
    sub: &'a str,
    tid: &'a str,
    ver: &'a str,
}

impl Keys {
    /// A visitor's token, `psat=` included.
    pub(crate) fn visitor_token(
        &self,
        life: Life,
        grant: &VisitorGrant<'_>,
    ) -> Result<String, Refusal> {
        let origins: Vec<&str> = grant.origins.iter().map(Origin::as_str).collect();
        let claims = Claims {
            nbf: life.nbf,
            exp: life.exp,
            ruu: format!("sip:visitors@{}", grant.endpoint.domain()),
            asi: grant.session.to_owned(),
            aeu: grant.endpoint.to_string(),
            ao: origins.join(";"),
            confid: grant.meeting.map(|(uri, _)| uri.to_owned()),
            ucwaext: grant.meeting.map(|(_, ucwa)| ucwa.to_owned()),
        };
        let jwt = self.sign(VISITOR, false, &claims).map_err(Refusal::Internal)?;
        Ok(format!("{PSAT_PREFIX}{jwt}"))
    }

    /// The claims of a visitor's token, if it is genuine and good now.
    pub(crate) fn visitor(&self, token: &str, now_ms: i64) -> Option<Claims> {
        let claims: Claims = self.judge(VISITOR, token.strip_prefix(PSAT_PREFIX)?)?;
        is_good(claims.nbf, claims.exp, now_ms).then_some(claims)
    }

    /// An agent's token, `cwt=` included.
    pub(crate) fn agent_token(
        &self,
        life: Life,
        issuer: &str,
        user: &SipUri,
    ) -> Result<String, Refusal> {
        let (iss, aud) = (issuer.to_owned(), "ucwa".to_owned());
        let claims = AgentClaims { nbf: life.nbf, exp: life.exp, iss, aud, sub: user.clone() };
        let jwt = self.sign(AGENT, false, &claims).map_err(Refusal::Internal)?;
        Ok(format!("{CWT_PREFIX}{jwt}"))
    }

    /// The user of an agent's token, if it is genuine and good now.
    pub(crate) fn agent(&self, token: &str, now_ms: i64) -> Option<SipUri> {
        let claims: AgentClaims = self.judge(AGENT, token.strip_prefix(CWT_PREFIX)?)?;
        is_good(claims.nbf, claims.exp, now_ms).then_some(claims.sub)
    }

    /// A service application's bearer.
    pub(crate) fn service_token(
        &self,
        life: Life,
        issuer: &str,
        (client_id, resource): (&str, &str),
    ) -> Result<String, Refusal> {
        let claims = ServiceClaims {
            nbf: life.nbf,
            exp: life.exp,
            iss: issuer.to_owned(),
            aud: resource.to_owned(),
            appid: client_id.to_owned(),
        };
        self.sign(SERVICE, false, &claims).map_err(Refusal::Internal)
    }

    /// The id of a service application, if its bearer is genuine and good now.
    pub(crate) fn service(&self, token: &str, now_ms: i64) -> Option<String> {
        let claims: ServiceClaims = self.judge(SERVICE, token)?;
        is_good(claims.nbf, claims.exp, now_ms).then_some(claims.appid)
    }

    /// The bearer of webhooks to this audience (§1.7).
    pub(crate) fn webhook_token(
        &self,
        life: Life,
        issuer: &str,
        audience: &str,
    ) -> Result<String, Refusal> {
        let issuer = self::issuer(issuer);
        let claims = WebhookClaims {
            aud: audience,
            iss: &issuer,
            iat: life.nbf,
            nbf: life.nbf,
            exp: life.exp,
            appid: PLATFORM_APP_ID,
            appidacr: "2",
            idp: &issuer,
            oid: PLATFORM_APP_ID,
            sub: PLATFORM_APP_ID,
            tid: PLATFORM_APP_ID,
            ver: "1.0",
        };
        self.sign(WEBHOOK, true, &claims).map_err(Refusal::Internal)
    }
}
