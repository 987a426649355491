//! What an operator gets to read who serves desk and platform apart.

use std::path::Path;

use desk::Credential;

use super::super::{Role, Settings};
use super::{combined, refused};
use crate::cli::{Only, PlatformFlags, ServeFlags};

/// A folder with a secret and a password, and what the tables of a desk hold.
struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
        std::fs::write(folder.path().join("empty"), "\n").unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// `[platform]` with one line more, and `[platform.oauth]` with another.
    fn desk(more: &str, oauth: &str) -> String {
        format!(
            "[platform]\ndiscover_url = 'https://p.example/platformservice/discover'\n\
             endpoint = 'sip:help@t.example'\n{more}\n[platform.oauth]\nclient_id = 'desk'\n{oauth}"
        )
    }

    fn secret(&self) -> String {
        format!("client_secret_file = '{}'", self.path("secret"))
    }
}

fn remote(settings: Settings) -> super::super::RemoteDesk {
    match settings.role {
        Role::DeskOnly(remote) => *remote,
        role => panic!("not the desk: {role:?}"),
    }
}

#[test]
fn a_platform_elsewhere_means_the_desk_only_and_the_rest_follows_from_where_it_is() {
    let files = Files::new();
    let settings = combined(ServeFlags::default(), &Files::desk("", &files.secret())).unwrap();
    assert!(!format!("{settings:?}").contains("s3cret"));
    let remote = remote(settings);
    assert_eq!(remote.endpoint.as_str(), "sip:help@t.example");
    let platform = remote.platform;
    assert_eq!(platform.root_url, "https://p.example/autodiscover/autodiscoverservice.svc/root");
    assert_eq!(platform.openid_url, "https://p.example/.well-known/openid-configuration");
    assert_eq!(platform.app_id, desk::PLATFORM_APP_ID);
    assert!(platform.issuer.is_none() && platform.oauth.token_url.is_none());
    assert!(
        matches!(&platform.oauth.credential, Credential::Secret(it) if it.expose() == "s3cret")
    );
    let without = combined(ServeFlags::default(), "").unwrap();
    assert!(matches!(without.role, Role::Everything), "embedded unless said otherwise");
}

#[test]
fn flags_of_the_platform_win_over_the_file_and_do_without_it() {
    let files = Files::new();
    let flags = ServeFlags {
        only: Some(Only::Desk),
        platform: PlatformFlags {
            discover_url: Some("http://127.0.0.1:81/discover".into()),
            endpoint: Some("sip:other@t.example".into()),
            client_id: Some("flag".into()),
            client_secret_file: Some(Path::new(&files.path("secret")).to_owned()),
            resource: Some("urn:r".into()),
            ..PlatformFlags::default()
        },
        ..ServeFlags::default()
    };
    for toml in ["", &Files::desk("", "")] {
        let remote = remote(combined(flags.clone(), toml).unwrap());
        assert_eq!(remote.platform.discover_url, "http://127.0.0.1:81/discover");
        assert_eq!(remote.endpoint.as_str(), "sip:other@t.example");
        assert_eq!(remote.platform.oauth.client_id, "flag");
        assert_eq!(remote.platform.oauth.resource.as_deref(), Some("urn:r"));
    }
}

#[test]
fn each_key_of_the_platform_says_what_to_do() {
    let files = Files::new();
    let secret = files.secret();
    let desk = |more: &str| Files::desk(more, &secret);
    refused("only = 'desk'", &["platform.discover_url", "https://platform.example"]);
    refused("only = 'both'", &["only", "platform", "desk"]);
    let plain = desk("").replace("https://p.example", "http://p.example");
    refused(&plain, &["platform.discover_url", "not https"]);
    refused(&desk("").replace("sip:help@t.example", "help"), &["platform.endpoint", "sip:"]);
    refused(&desk("origins = ['https://*']"), &["platform.origins", "https://*.domain"]);
    refused(&desk("root_url = 'http://q.example/'"), &["platform.root_url", "not https"]);
    refused(&desk("discover = 'x'"), &["discover", "correct its spelling"]);
    refused(&Files::desk("", ""), &["platform.oauth", "client_secret_file", "key_file"]);
    let both = format!("{secret}\ncertificate_file = 'x'\nkey_file = 'y'");
    refused(&Files::desk("", &both), &["platform.oauth", "certificate_file"]);
    let empty = format!("client_secret_file = '{}'", files.path("empty"));
    refused(&Files::desk("", &empty), &["oauth.client_secret_file", "is empty"]);
    let away = format!("client_secret_file = '{}'", files.path("away"));
    refused(&Files::desk("", &away), &["oauth.client_secret_file", "cannot be read"]);
    let none = format!("certificate_file = '{0}'\nkey_file = '{0}'", files.path("secret"));
    refused(&Files::desk("", &none), &["platform.oauth", "BEGIN CERTIFICATE"]);
    let token = format!("{secret}\ntoken_url = 'http://login.example/t'");
    refused(&Files::desk("", &token), &["oauth.token_url", "not https"]);
}

#[test]
fn what_belongs_to_one_half_is_refused_at_the_other() {
    let files = Files::new();
    let desk = Files::desk("", &files.secret());
    let application = format!(
        "[application.crm]\nendpoint = 'sip:crm@t.example'\n\
         callback_url = 'https://crm.example/x'\n{}\n",
        files.secret()
    );
    refused("only = 'platform'", &["application", "[application.helpdesk]"]);
    let site = "[site.a]\norigins = ['https://a.example']\n";
    refused(&format!("only = 'platform'\n{application}{site}"), &["desk's configuration"]);
    refused(&format!("only = 'platform'\n{application}{desk}"), &["leave one of the two out"]);
    refused(&format!("endpoint = 'sip:a@b.example'\n{desk}"), &["endpoint", "[platform]"]);
    refused(&format!("{desk}\n{application}"), &["platform's configuration"]);
    refused(&format!("demo = true\n{desk}"), &["--demo", "[platform]"]);
    let agent = format!("[agent.'ann@t.example']\npassword_file = '{}'\n", files.path("secret"));
    refused(
        &format!("{desk}\n{agent}"),
        &["agent.\"ann@t.example\".password_file", "leave it out"],
    );
    refused("[agent.'ann@t.example']\n", &["password_file", "needed"]);
    refused("[agent.ann]\n", &["agent.\"ann\"", "ann@your.domain"]);
    let platform = format!("only = 'platform'\n{application}{agent}");
    let settings = combined(ServeFlags::default(), &platform).unwrap();
    assert!(matches!(settings.role, Role::PlatformOnly));
    assert_eq!(settings.agents[0].display_name, "ann");
    assert_eq!(settings.applications[0].audience, "https://crm.example");
    assert!(!format!("{settings:?}").contains("s3cret"));
}
