//! What the operator wants, checked before anything listens. Flags win over the environment, that
//! over the file, that over the defaults.

mod agent;
mod application;
mod file;
mod limits;
mod mail;
mod remote;
mod site;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use desk::{Secret, Site};
use platform::Endpoint;
use shared::{Origin, SipUri};

pub use self::agent::AgentAccount;
use self::file::FileSettings;
pub use self::mail::{Mail, MailSecurity};
pub use self::remote::RemoteDesk;
use crate::cli::{Only, PlatformFlags, ServeFlags};
use crate::limits::Limits;

/// Which parts are served.
#[derive(Clone, Debug, Default)]
pub enum Role {
    /// All of them, the platform embedded.
    #[default]
    Everything,
    /// The platform, for desks elsewhere.
    PlatformOnly,
    /// The desk, over a platform elsewhere.
    DeskOnly(Box<RemoteDesk>),
}

/// Everything that can be set, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The folder of everything kept.
    pub data: PathBuf,
    /// Whether to seed and serve the demonstration.
    pub demo: bool,
    /// The browser's files; `None` for those built in.
    pub assets: Option<PathBuf>,
    /// Where browsers reach the server; `None` for the address it listens on.
    pub public_url: Option<Origin>,
    /// The helpdesk's address; `None` for the one kept at the first start, or one made from the host.
    pub endpoint: Option<SipUri>,
    /// The sites of the file; empty for one of the server's own origin.
    pub sites: Vec<Site>,
    /// Which parts are served.
    pub role: Role,
    /// Service applications of others that may use the platform.
    pub applications: Vec<Endpoint>,
    /// Agents of the file, besides those made in the console.
    pub agents: Vec<AgentAccount>,
    /// The mail server that takes the desk's letters; `None` for no letters.
    pub mail: Option<Mail>,
    /// Proxies whose `X-Forwarded-For` names the client; limits for each client depend on it.
    pub trusted_proxies: Vec<IpAddr>,
    /// Origins, besides the server's own, whose pages may hold a UCWA client for agents.
    pub ucwa_origins: Vec<Origin>,
    /// Bounds.
    pub limits: Limits,
}

/// A setting that cannot be; the sentence names it and says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

/// Where everything is kept unless said otherwise.
const DATA_DEFAULT: &str = "frontdesk-data";

/// What may be set in the environment. Those after `CONFIG` are the program's and the tools' own.
const VARIABLES: [&str; 21] = [
    "FRONTDESK_LISTEN",
    "FRONTDESK_DATA",
    "FRONTDESK_DEMO",
    "FRONTDESK_ASSETS",
    "FRONTDESK_PUBLIC_URL",
    "FRONTDESK_ENDPOINT",
    "FRONTDESK_ONLY",
    "FRONTDESK_PLATFORM_DISCOVER_URL",
    "FRONTDESK_PLATFORM_ENDPOINT",
    "FRONTDESK_PLATFORM_CLIENT_ID",
    "FRONTDESK_PLATFORM_CLIENT_SECRET_FILE",
    "FRONTDESK_PLATFORM_CERTIFICATE_FILE",
    "FRONTDESK_PLATFORM_KEY_FILE",
    "FRONTDESK_PLATFORM_TOKEN_URL",
    "FRONTDESK_PLATFORM_RESOURCE",
    "FRONTDESK_CONFIG",
    "FRONTDESK_LOG",
    "FRONTDESK_BIN",
    "FRONTDESK_SHOTS",
    "FRONTDESK_WEB_DIR",
    "FRONTDESK_WASM_RUST",
];

impl Settings {
    /// Reads the file that the flags name, puts everything together, and checks it.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn load(flags: ServeFlags) -> Result<Self, SettingsError> {
        check_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
        let file = match &flags.config {
            Some(path) => FileSettings::read(path)?,
            None => FileSettings::default(),
        };
        Self::combine(flags, file)
    }

    fn combine(flags: ServeFlags, file: FileSettings) -> Result<Self, SettingsError> {
        let listen = flags.listen.or(file.listen);
        let public_url = flags.public_url.or(file.public_url).map(|it| public_url(&it));
        let endpoint = flags.endpoint.or(file.endpoint).map(|it| endpoint(&it));
        let mut limits = Limits::default();
        file.limits.apply(&mut limits)?;
        let trusted_proxies = file.trusted_proxies.unwrap_or_else(|| {
            // A public address other than one's own means a proxy, most likely on this machine.
            let local = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            if public_url.is_some() { local.to_vec() } else { Vec::new() }
        });
        let sites = file.site.into_iter().map(|(id, table)| site::read(&id, table));
        let role = role(flags.only.or(file.only), flags.platform, file.platform)?;
        let has_platform = !matches!(role, Role::DeskOnly(_));
        let applications = file.application.into_iter();
        let agents = file.agent.into_iter().map(|(id, table)| table.read(&id, has_platform));
        let settings = Self {
            listen: listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            data: flags.data.or(file.data).unwrap_or_else(|| PathBuf::from(DATA_DEFAULT)),
            demo: flags.demo.or(file.demo).unwrap_or_default(),
            assets: flags.assets.or(file.assets),
            public_url: public_url.transpose()?,
            endpoint: endpoint.transpose()?,
            sites: sites.collect::<Result<_, _>>()?,
            role,
            applications: applications
                .map(|(name, table)| table.read(&name))
                .collect::<Result<_, _>>()?,
            agents: agents.collect::<Result<_, _>>()?,
            mail: file.mail.map(mail::MailTable::read).transpose()?,
            trusted_proxies,
            ucwa_origins: origins("ucwa_origins", &file.ucwa_origins)?,
            limits,
        };
        settings.check()?;
        Ok(settings)
    }

    /// The helpdesk's address, wherever it was given.
    pub(crate) fn own_endpoint(&self) -> Option<&SipUri> {
        match &self.role {
            Role::DeskOnly(remote) => Some(&remote.endpoint),
            Role::Everything | Role::PlatformOnly => self.endpoint.as_ref(),
        }
    }

    /// What no single setting shows.
    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        let loopback = self.listen.ip().is_loopback();
        if self.demo && !loopback {
            return Err(SettingsError(format!(
                "--demo: its passwords are known to everybody, so it is served on this machine \
                 only; use --listen 127.0.0.1:{} or leave --demo out",
                self.listen.port()
            )));
        }
        if self.demo && self.public_url.as_ref().is_some_and(|it| !it.is_loopback()) {
            return Err(SettingsError(
                "--demo: its passwords are known to everybody, so --public-url cannot be given \
                 with it; leave one of the two out"
                    .into(),
            ));
        }
        if self.demo && (self.endpoint.is_some() || !self.sites.is_empty()) {
            return Err(SettingsError(
                "--demo: it brings its own endpoint and site; leave `endpoint` and `[site.…]` out, \
                 or leave --demo out"
                    .into(),
            ));
        }
        self.check_role()?;
        if self.listen.ip().is_unspecified() && self.public_url.is_none() {
            return Err(SettingsError(format!(
                "--public-url: needed when listening on every address ({}), because links and \
                 tokens name it; give it as browsers reach this server, such as \
                 https://chat.example.com",
                self.listen
            )));
        }
        Ok(())
    }
}

impl Settings {
    /// What fits only some of the parts.
    fn check_role(&self) -> Result<(), SettingsError> {
        let wrong = |text: &str| Err(SettingsError(text.to_owned()));
        if self.demo && (!matches!(self.role, Role::Everything) || !self.agents.is_empty()) {
            return wrong(
                "--demo: it brings platform, desk and agents of its own; leave `only`, `[platform]` \
                 and `[agent.…]` out, or leave --demo out",
            );
        }
        match &self.role {
            Role::PlatformOnly if self.applications.is_empty() => wrong(
                "application: a platform without one serves nobody; name the desk that may \
                 use it: [application.helpdesk]",
            ),
            Role::PlatformOnly if self.endpoint.is_some() || !self.sites.is_empty() => wrong(
                "only: `endpoint` and `[site.…]` are the desk's, which is not served here; move \
                 them to the desk's configuration",
            ),
            Role::PlatformOnly if self.mail.is_some() => wrong(
                "mail: letters are the desk's, which is not served here; move [mail] to the desk's \
                 configuration",
            ),
            Role::DeskOnly(_) if self.endpoint.is_some() => wrong(
                "endpoint: over another platform it is named once, as `endpoint` of [platform]; \
                 leave the other out",
            ),
            Role::DeskOnly(_) if !self.applications.is_empty() || !self.ucwa_origins.is_empty() => {
                wrong(
                    "only: `[application.…]` and `ucwa_origins` are the platform's, which \
                     is not served here; move them to the platform's configuration",
                )
            }
            Role::Everything | Role::PlatformOnly | Role::DeskOnly(_) => Ok(()),
        }
    }
}

/// Which parts are wanted: a platform elsewhere means that none is embedded.
fn role(
    only: Option<Only>,
    flags: PlatformFlags,
    table: Option<remote::PlatformTable>,
) -> Result<Role, SettingsError> {
    let has_remote = flags.is_given() || table.is_some();
    match only {
        Some(Only::Platform) if has_remote => Err(SettingsError(
            "only: the platform is served here, so [platform] cannot name another; leave one of \
             the two out"
                .into(),
        )),
        Some(Only::Platform) => Ok(Role::PlatformOnly),
        None if !has_remote => Ok(Role::Everything),
        None | Some(Only::Desk) => {
            let remote = remote::combine(flags, table.unwrap_or_default())?;
            Ok(Role::DeskOnly(Box::new(remote)))
        }
    }
}

/// What a file holds, without the end of its last line. The error says what to do.
fn secret_in(file: &Path) -> Result<Secret<String>, String> {
    let text = std::fs::read_to_string(file);
    let text = text.map_err(|it| {
        format!("{} cannot be read ({it}); write the secret into it", file.display())
    })?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() {
        return Err(format!("{} is empty; write the secret into it", file.display()));
    }
    Ok(Secret::new(text.to_owned()))
}

/// The folder that holds everything kept, for commands that need no other setting.
///
/// # Errors
/// When the configuration file cannot be read.
pub(crate) fn data_folder(
    flag: Option<PathBuf>,
    config: Option<&Path>,
) -> Result<PathBuf, SettingsError> {
    let file = config.map(FileSettings::read).transpose()?.unwrap_or_default();
    Ok(flag.or(file.data).unwrap_or_else(|| PathBuf::from(DATA_DEFAULT)))
}

/// A misspelt variable would be ignored in silence otherwise.
fn check_variables(names: impl Iterator<Item = String>) -> Result<(), SettingsError> {
    for name in names.filter(|it| it.starts_with("FRONTDESK_")) {
        if !VARIABLES.contains(&name.as_str()) {
            return Err(SettingsError(format!(
                "environment: there is no setting {name}; unset it or correct its spelling, see \
                 `frontdesk serve --help`"
            )));
        }
    }
    Ok(())
}

fn public_url(text: &str) -> Result<Origin, SettingsError> {
    let origin = Origin::parse(text).map_err(|it| SettingsError(format!("public_url: {it}")))?;
    let rest = text.trim().split_once("://").map_or("", |(_, it)| it);
    if !rest.split_once('/').is_none_or(|(_, path)| path.is_empty()) {
        return Err(SettingsError(format!(
            "public_url: {text:?} has a path; Frontdesk needs a host of its own, such as {origin}"
        )));
    }
    Ok(origin)
}

fn endpoint(text: &str) -> Result<SipUri, SettingsError> {
    SipUri::parse(text).map_err(|it| {
        SettingsError(format!("endpoint: {it}; for instance sip:helpdesk@your.domain"))
    })
}

/// The origins of a list, and which of them is none.
fn origins(key: &str, list: &[String]) -> Result<Vec<Origin>, SettingsError> {
    let parse =
        |text: &String| Origin::parse(text).map_err(|it| SettingsError(format!("{key}: {it}")));
    list.iter().map(parse).collect()
}

/// The names under which browsers reach the server: on this very machine there are three.
pub(crate) fn own_origins(public_url: &Origin) -> Vec<Origin> {
    let authority = public_url.as_str().strip_prefix("http://").unwrap_or_default();
    let port =
        authority.rsplit_once(':').map(|(_, port)| port).filter(|it| it.parse::<u16>().is_ok());
    if !public_url.is_loopback() || authority.is_empty() {
        return vec![public_url.clone()];
    }
    let port = port.map_or(String::new(), |it| format!(":{it}"));
    let names = ["127.0.0.1", "localhost", "[::1]"];
    let others = names.iter().filter_map(|it| Origin::parse(&format!("http://{it}{port}")).ok());
    let others = others.filter(|it| it != public_url).collect::<Vec<_>>();
    [vec![public_url.clone()], others].concat()
}

/// The site there is when the file names none.
pub(crate) fn default_site(public_url: &Origin) -> Site {
    Site {
        id: "main".into(),
        title: "Helpdesk".into(),
        origins: own_origins(public_url),
        greeting: None,
        greetings: BTreeMap::new(),
        color: None,
        contact_url: None,
        identity: None,
        hours: None,
        forms: desk::Forms::default(),
        is_silent: false,
    }
}

/// Says which file a sentence is about.
fn in_file(path: &Path, text: impl std::fmt::Display) -> SettingsError {
    SettingsError(format!("{}: {text}", path.display()))
}
