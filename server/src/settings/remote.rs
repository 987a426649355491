//! `[platform]`: somebody else's platform, for `--only desk`.
//!
//! ```toml
//! [platform]
//! discover_url = "https://platform.example/platformservice/discover"
//! endpoint = "sip:helpdesk@example.com"
//! origins = ["https://*.pool.example"]       # its other hosts
//!
//! [platform.oauth]
//! client_id = "5f0c"
//! client_secret_file = "/etc/frontdesk/secret"   # or certificate_file and key_file
//! ```

use std::path::{Path, PathBuf};

use desk::{
    Certificate, Credential, OAuth, PLATFORM_APP_ID, RemotePlatform, Secret, ServiceOrigin,
};
use serde::Deserialize;
use shared::{Origin, SipUri};

use super::{SettingsError, endpoint, secret_in};
use crate::cli::PlatformFlags;

/// The platform that a desk works over.
#[derive(Clone, Debug)]
pub struct RemoteDesk {
    /// The platform.
    pub platform: RemotePlatform,
    /// The desk's application endpoint there.
    pub endpoint: SipUri,
    /// What its webhooks' tokens are for: the desk's App ID URI; `None` for the public address.
    pub audience: Option<String>,
}

/// The table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlatformTable {
    discover_url: Option<String>,
    endpoint: Option<String>,
    root_url: Option<String>,
    openid_url: Option<String>,
    issuer: Option<String>,
    app_id: Option<String>,
    audience: Option<String>,
    #[serde(default)]
    origins: Vec<String>,
    #[serde(default)]
    oauth: OAuthTable,
}

/// `[platform.oauth]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OAuthTable {
    token_url: Option<String>,
    client_id: Option<String>,
    client_secret_file: Option<PathBuf>,
    certificate_file: Option<PathBuf>,
    key_file: Option<PathBuf>,
    resource: Option<String>,
}

impl PlatformFlags {
    /// Whether any of them was given.
    pub(super) const fn is_given(&self) -> bool {
        self.discover_url.is_some()
            || self.endpoint.is_some()
            || self.client_id.is_some()
            || self.client_secret_file.is_some()
            || self.certificate_file.is_some()
            || self.key_file.is_some()
            || self.token_url.is_some()
            || self.resource.is_some()
    }
}

fn wrong(key: &str, text: impl std::fmt::Display) -> SettingsError {
    SettingsError(format!("platform.{key}: {text}"))
}

fn needed(key: &str, value: Option<String>, example: &str) -> Result<String, SettingsError> {
    value.filter(|it| !it.trim().is_empty()).ok_or_else(|| {
        wrong(
            key,
            format_args!("needed to serve the desk over another platform, such as {example}"),
        )
    })
}

/// An address that a token or a secret may go to.
fn secure(key: &str, url: String) -> Result<String, SettingsError> {
    let origin = Origin::parse(&url).map_err(|it| wrong(key, it))?;
    if origin.is_secure() {
        return Ok(url);
    }
    Err(wrong(key, format_args!("{url} is not https; secrets do not travel in the clear")))
}

/// Puts flags and file together; the flags win.
pub(super) fn combine(
    flags: PlatformFlags,
    table: PlatformTable,
) -> Result<RemoteDesk, SettingsError> {
    let discover_url = needed(
        "discover_url",
        flags.discover_url.or(table.discover_url),
        "https://platform.example/platformservice/discover",
    )?;
    let discover_url = secure("discover_url", discover_url)?;
    let uri = flags.endpoint.or(table.endpoint);
    let uri = needed("endpoint", uri, "sip:helpdesk@your.domain")?;
    let endpoint = endpoint(&uri).map_err(|it| wrong("endpoint", it))?;
    // An origin was found in it above.
    let base = Origin::parse(&discover_url).map_err(|it| wrong("discover_url", it))?;
    let at = |key: &str, given: Option<String>, path: &str| {
        given.map_or_else(|| Ok(format!("{base}{path}")), |it| secure(key, it))
    };
    let origins = table.origins.iter().map(|it| ServiceOrigin::parse(it));
    let platform = RemotePlatform {
        root_url: at("root_url", table.root_url, "/autodiscover/autodiscoverservice.svc/root")?,
        openid_url: at("openid_url", table.openid_url, "/.well-known/openid-configuration")?,
        issuer: table.issuer,
        app_id: table.app_id.unwrap_or_else(|| PLATFORM_APP_ID.to_owned()),
        origins: origins.collect::<Result<_, _>>().map_err(|it| wrong("origins", it))?,
        oauth: table.oauth.with(PlatformFlags { discover_url: None, endpoint: None, ..flags })?,
        discover_url,
    };
    Ok(RemoteDesk { platform, endpoint, audience: table.audience })
}

impl OAuthTable {
    fn with(self, flags: PlatformFlags) -> Result<OAuth, SettingsError> {
        let client_id = flags.client_id.or(self.client_id);
        let client_id = needed("oauth.client_id", client_id, "the id the platform gave the desk")?;
        let token_url = flags.token_url.or(self.token_url);
        let token_url = token_url.map(|it| secure("oauth.token_url", it)).transpose()?;
        let secret = flags.client_secret_file.or(self.client_secret_file);
        let certificate = flags.certificate_file.or(self.certificate_file);
        let key = flags.key_file.or(self.key_file);
        let credential = match (secret, certificate, key) {
            (Some(file), None, None) => {
                let secret =
                    secret_in(&file).map_err(|it| wrong("oauth.client_secret_file", it))?;
                Credential::Secret(secret)
            }
            (None, Some(certificate), Some(key)) => certificate_of(&certificate, &key)?,
            _ => {
                return Err(wrong(
                    "oauth",
                    "give client_secret_file, or certificate_file and key_file",
                ));
            }
        };
        let resource = flags.resource.or(self.resource);
        Ok(OAuth { token_url, client_id, credential, resource })
    }
}

fn certificate_of(certificate: &Path, key: &Path) -> Result<Credential, SettingsError> {
    let text =
        |name: &str, file: &Path| secret_in(file).map_err(|it| wrong(&format!("oauth.{name}"), it));
    let pem: Secret<String> = text("certificate_file", certificate)?;
    let key_pem = text("key_file", key)?;
    let read = Certificate::read(pem.expose(), key_pem.expose());
    read.map(Credential::Certificate).map_err(|it| {
        let files = format!("{} and {}", certificate.display(), key.display());
        wrong("oauth", format_args!("{files}: {it}"))
    })
}
