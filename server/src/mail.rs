//! Sends the desk's letters through a mail server (SMTP, RFC 5321), by TLS wherever it leaves the machine.

use std::time::Duration;

use desk::{Letter, NotSent, Post};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use store::BoxFuture;

use crate::limits::{LETTER_MS_MAX, MAIL_STEP_MS_MAX};
use crate::settings::{Mail, MailSecurity};

/// A mail server that takes our letters.
pub(crate) struct SmtpPost {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl SmtpPost {
    /// Talks to this server; nothing is sent yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(crate) fn new(mail: &Mail) -> Result<Self, Error> {
        type Transport = AsyncSmtpTransport<Tokio1Executor>;
        let builder = match mail.security {
            MailSecurity::Tls => Transport::relay(&mail.host)?,
            MailSecurity::StartTls => Transport::starttls_relay(&mail.host)?,
            MailSecurity::OnThisMachine => Transport::builder_dangerous(&mail.host),
        };
        let mut builder = builder
            .port(mail.port)
            .hello_name(ClientId::Domain(mail.from.domain().to_owned()))
            .timeout(Some(Duration::from_millis(MAIL_STEP_MS_MAX)));
        if let Some((user, password)) = &mail.credentials {
            let password = password.expose().clone();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self { transport: builder.build(), from: mail.from.clone() })
    }

    /// The letter as it goes over the wire. What it says cannot become a header: names, addresses and
    /// subject are encoded by their types.
    fn message(&self, letter: Letter) -> Result<Message, NotSent> {
        let refused = |why: &str| NotSent::Refused(why.to_owned());
        let to: Address = letter.to.parse().map_err(|_| refused("its address is none"))?;
        let by_nobody = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(Mailbox::new(Some(one_line(&letter.from_name)), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(one_line(&letter.subject))
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.domain())))
            .date_now()
            // No answering machine answers it (RFC 3834, 5).
            .raw_header(HeaderValue::new(by_nobody, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(|_| refused("it cannot be written as a message"))
    }
}

impl Post for SmtpPost {
    fn takes(&self, address: &str) -> bool {
        address.parse::<Address>().is_ok()
    }

    fn send(&self, letter: Letter) -> BoxFuture<'_, Result<(), NotSent>> {
        Box::pin(async move {
            let message = self.message(letter)?;
            let limit = Duration::from_millis(LETTER_MS_MAX);
            let sent = tokio::time::timeout(limit, self.transport.send(message)).await;
            let sent = sent.map_err(|_| NotSent::Passing("it took too long".to_owned()))?;
            sent.map(drop).map_err(|error| judge(&error))
        })
    }
}

/// The library panics at a control character in a name.
fn one_line(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).collect()
}

/// Whether trying again helps. What the server says may hold the address, so only its number is told.
fn judge(error: &Error) -> NotSent {
    let Some(code) = error.status() else {
        let kind = match error {
            it if it.is_timeout() => "it does not answer in time",
            it if it.is_tls() => "TLS does not come to be",
            it if it.is_response() => "its answer is not understood",
            _ => "it cannot be reached",
        };
        return NotSent::Passing(kind.to_owned());
    };
    let code = code.to_string();
    // Who we are is the operator's matter: the letter waits until that is set right (RFC 4954, 6).
    let is_ours = matches!(code.as_str(), "530" | "534" | "535" | "538");
    if error.is_permanent() && !is_ours {
        NotSent::Refused(format!("it says {code}"))
    } else {
        NotSent::Passing(format!("it says {code}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post() -> SmtpPost {
        let mail = Mail {
            host: "127.0.0.1".to_owned(),
            port: 25,
            security: MailSecurity::OnThisMachine,
            credentials: None,
            from: "help@shop.example".parse().unwrap(),
        };
        SmtpPost::new(&mail).unwrap()
    }

    #[test]
    fn what_a_visitor_writes_becomes_no_header() {
        let trick = "x\r\nBcc: all@y.example\r\n\r\nbody";
        let letter = Letter {
            id: "l1".to_owned(),
            to: "vera@x.example".to_owned(),
            from_name: trick.to_owned(),
            subject: trick.to_owned(),
            text: "Bcc: all@y.example".to_owned(),
        };
        let message = post().message(letter.clone()).unwrap();
        let wire = String::from_utf8(message.formatted()).unwrap();
        let (head, text) = wire.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|it| it.starts_with("Bcc")), "{head}");
        assert!(head.contains("To: vera@x.example"), "{head}");
        assert!(head.contains("Message-ID: <l1@shop.example>"), "{head}");
        assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
        assert_eq!(text.trim_end(), "Bcc: all@y.example");
        assert_eq!(message.envelope().to().len(), 1);
        for to in ["", "vera", "vera@x.example, all@y.example", "a@b\r\nBcc: c@d.example"] {
            assert!(!post().takes(to), "{to}");
            let wrong = Letter { to: to.to_owned(), ..letter.clone() };
            assert!(matches!(post().message(wrong), Err(NotSent::Refused(_))), "{to}");
        }
    }
}
