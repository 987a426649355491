//! Signing in and making the first agent: what is checked before it is sent, and what is said after.

use client::http::{HttpRequest, HttpResponse, NoAnswer};
use shared::desk::CreateFirstAgent;

use super::desk_call::sentence;

/// The shortest password that the desk takes.
const PASSWORD_CHARS_MIN: usize = 8;

/// What is wrong with a form, or what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormError {
    /// No name was given.
    NameMissing,
    /// No display name was given.
    DisplayNameMissing,
    /// No password was given.
    PasswordMissing,
    /// The password has fewer than 8 characters.
    PasswordShort,
    /// The one-time link was used or is not right.
    LinkUsed,
    /// There was no answer.
    Unreachable,
    /// The server's own sentence.
    Sentence(String),
    /// It was refused without a sentence.
    Refused,
}

/// Name and password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInForm {
    /// SIP address or name.
    pub name: String,
    /// Password.
    pub password: String,
}

impl SignInForm {
    /// Name and password, ready to be sent.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub fn checked(&self) -> Result<(String, String), FormError> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err(FormError::NameMissing);
        }
        if self.password.is_empty() {
            return Err(FormError::PasswordMissing);
        }
        Ok((name.to_owned(), self.password.clone()))
    }
}

/// The first agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetupForm {
    /// The code of the one-time link.
    pub code: String,
    /// SIP address or name.
    pub name: String,
    /// The name visitors see.
    pub display_name: String,
    /// Password.
    pub password: String,
}

impl SetupForm {
    /// The request that makes the agent; `origin` is that of the page.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub fn request(&self, origin: &str) -> Result<HttpRequest, FormError> {
        let (name, display_name) = (self.name.trim(), self.display_name.trim());
        if name.is_empty() {
            return Err(FormError::NameMissing);
        }
        if display_name.is_empty() {
            return Err(FormError::DisplayNameMissing);
        }
        if self.password.chars().count() < PASSWORD_CHARS_MIN {
            return Err(FormError::PasswordShort);
        }
        let body = CreateFirstAgent {
            code: self.code.clone(),
            uri: name.to_owned(),
            display_name: display_name.to_owned(),
            password: self.password.clone(),
        };
        Ok(HttpRequest {
            method: "POST",
            url: format!("{origin}/desk/api/setup"),
            headers: vec![
                ("Accept".to_owned(), "application/json".to_owned()),
                ("Content-Type".to_owned(), "application/json".to_owned()),
            ],
            // A struct of four strings cannot fail to be written.
            body: serde_json::to_string(&body).ok(),
        })
    }

    /// Reads the answer.
    ///
    /// # Errors
    /// Why there is no agent now.
    pub fn read(result: Result<HttpResponse, NoAnswer>) -> Result<(), FormError> {
        let response = result.map_err(|_| FormError::Unreachable)?;
        if response.is_success() {
            return Ok(());
        }
        Err(match (sentence(&response.body), response.status) {
            (Some(sentence), _) => FormError::Sentence(sentence),
            (None, 401 | 403 | 404 | 409 | 410) => FormError::LinkUsed,
            (None, _) => FormError::Refused,
        })
    }
}

/// The code of a one-time link, from the address's fragment: `#setup=CODE`.
pub fn setup_code(fragment: &str) -> Option<String> {
    let code = fragment.trim_start_matches('#').strip_prefix("setup=")?.trim();
    (!code.is_empty()).then(|| code.to_owned())
}
