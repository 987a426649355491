//! `[mail]`: the mail server that takes the desk's letters.
//!
//! ```toml
//! [mail]
//! smtp_url = "smtp://frontdesk@smtp.example.com:587"   # smtps://… where TLS begins at once
//! password_file = "/etc/frontdesk/smtp"                # for the name in the address
//! from = "help@example.com"
//! ```

use std::path::PathBuf;

use desk::Secret;
use http::Uri;
use lettre::Address;
use serde::Deserialize;
use shared::data_uri::percent_decode;

use super::{SettingsError, secret_in};

/// A mail server, and how we are known there.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How letters go there.
    pub security: MailSecurity,
    /// Name and password, where it wants them.
    pub credentials: Option<(String, Secret<String>)>,
    /// Whose the letters are.
    pub from: Address,
}

/// How a mail server is talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS after a word in clear, or not at all.
    StartTls,
    /// In clear, to this very machine.
    OnThisMachine,
}

/// `[mail]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MailTable {
    smtp_url: String,
    from: String,
    password_file: Option<PathBuf>,
}

impl MailTable {
    /// Reads the password and judges the rest.
    pub(super) fn read(self) -> Result<Mail, SettingsError> {
        let wrong = |key: &str, text: &str| SettingsError(format!("mail.{key}: {text}"));
        let form = "write it as \"smtp://name@smtp.example.com:587\", or smtps:// where TLS begins \
                    at once; the password goes into password_file";
        let url: Uri = self.smtp_url.parse().map_err(|_| wrong("smtp_url", form))?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none();
        let (Some(host), true) = (url.host().filter(|it| !it.is_empty()), is_bare) else {
            return Err(wrong("smtp_url", form));
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        let is_here = host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback());
        let (security, usual) = match url.scheme_str() {
            Some("smtps") => (MailSecurity::Tls, 465),
            Some("smtp") if is_here => (MailSecurity::OnThisMachine, 25),
            Some("smtp") => (MailSecurity::StartTls, 587),
            _ => return Err(wrong("smtp_url", form)),
        };
        let name = url.authority().and_then(|it| Some(it.as_str().rsplit_once('@')?.0.to_owned()));
        if name.as_ref().is_some_and(|it| it.contains(':')) {
            return Err(wrong("smtp_url", form));
        }
        let name = name
            .map(|it| String::from_utf8(percent_decode(&it, false)))
            .transpose()
            .map_err(|_| wrong("smtp_url", form))?;
        let credentials = match (name, self.password_file) {
            (Some(name), Some(file)) => {
                let password = secret_in(&file).map_err(|it| wrong("password_file", &it))?;
                Some((name, password))
            }
            (None, None) => None,
            (Some(_), None) => {
                let text = "needed: the file that holds the password of the name in smtp_url";
                return Err(wrong("password_file", text));
            }
            (None, Some(_)) => {
                let text = "whose password is it? Write the name into smtp_url, before an @";
                return Err(wrong("password_file", text));
            }
        };
        let from = self.from.trim().parse();
        let from =
            from.map_err(|_| wrong("from", "write an e-mail address, such as help@example.com"))?;
        Ok(Mail { host, port: url.port_u16().unwrap_or(usual), security, credentials, from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(smtp_url: &str, from: &str, password_file: Option<PathBuf>) -> Result<Mail, String> {
        let table =
            MailTable { smtp_url: smtp_url.to_owned(), from: from.to_owned(), password_file };
        table.read().map_err(|it| it.to_string())
    }

    #[test]
    fn letters_leave_this_machine_by_tls_only() {
        let security = |url: &str| {
            let mail = read(url, "help@x.example", None).unwrap();
            (mail.security, mail.host, mail.port)
        };
        let host = || "smtp.x.example".to_owned();
        assert_eq!(security("smtps://smtp.x.example"), (MailSecurity::Tls, host(), 465));
        assert_eq!(security("smtp://smtp.x.example"), (MailSecurity::StartTls, host(), 587));
        assert_eq!(security("smtp://smtp.x.example:26/"), (MailSecurity::StartTls, host(), 26));
        let here = MailSecurity::OnThisMachine;
        assert_eq!(security("smtp://127.0.0.1:2525"), (here, "127.0.0.1".to_owned(), 2525));
        assert_eq!(security("smtp://[::1]"), (here, "::1".to_owned(), 25));
    }

    #[test]
    fn a_name_needs_a_password_and_that_is_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("smtp");
        std::fs::write(&file, "secret\n").unwrap();
        let mail = read("smtp://a%40b@x.example", "help@x.example", Some(file.clone())).unwrap();
        let (name, password) = mail.credentials.unwrap();
        assert_eq!((name.as_str(), password.expose().as_str()), ("a@b", "secret"));
        for (url, from, file, words) in [
            ("smtp://a@x.example", "help@x.example", None, "password_file: needed"),
            ("smtp://x.example", "help@x.example", Some(file.clone()), "Write the name"),
            ("smtp://a:b@x.example", "help@x.example", Some(file), "goes into password_file"),
            ("http://x.example", "help@x.example", None, "smtp_url: write it"),
            ("smtp://x.example/?tls=none", "help@x.example", None, "smtp_url: write it"),
            ("x.example:25", "help@x.example", None, "smtp_url: write it"),
            ("smtp://x.example", "help", None, "mail.from: write"),
        ] {
            let text = read(url, from, file).unwrap_err();
            assert!(text.contains(words), "{text}");
        }
    }
}
