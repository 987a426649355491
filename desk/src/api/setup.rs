//! `/desk/api/setup`: the first agent, by the code of a one-time link.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use shared::SipUri;
use shared::desk::{CreateFirstAgent, SetupState};

use super::Input;
use crate::limits::{NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use crate::refusal::ApiError;
use crate::{AccountRefusal, Desk};

pub(super) async fn show(State(desk): State<Desk>) -> Json<SetupState> {
    Json(SetupState { needed: desk.inner.engine.agents.is_empty() })
}

pub(super) async fn create(
    State(desk): State<Desk>,
    Input(wish): Input<CreateFirstAgent>,
) -> Result<StatusCode, ApiError> {
    // One after the other, so that the code works once.
    let _one = desk.inner.setting_up.lock().await;
    let code = desk.setup_code().await?.ok_or_else(|| {
        ApiError::NotAllowed("The first agent exists already. Sign in instead.".to_owned())
    })?;
    let same =
        aws_lc_rs::constant_time::verify_slices_are_equal(code.as_bytes(), wish.code.as_bytes());
    if same.is_err() {
        let why = "This link is not valid. Use the one that the server printed when it started.";
        return Err(ApiError::NotAllowed(why.to_owned()));
    }
    let name = wish.display_name.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(ApiError::BadInput("Give a name of 1 to 250 characters.".to_owned()));
    }
    let uri = uri_of(&desk, &wish.uri)?;
    check_password(&wish.password, &uri).map_err(|it| ApiError::BadInput(it.to_owned()))?;
    desk.inner.accounts.create(&uri, name, &wish.password).await.map_err(|it| match it {
        AccountRefusal::Exists => ApiError::Exists(it.to_string()),
        AccountRefusal::NotAcceptable(why) => ApiError::BadInput(why),
        AccountRefusal::Unavailable(why) => ApiError::Unavailable(why),
    })?;
    desk.add_agent(&uri, name).await?;
    tracing::info!("the first agent was created");
    Ok(StatusCode::CREATED)
}

/// A whole SIP URI of the desk's domain, or a name in it.
fn uri_of(desk: &Desk, text: &str) -> Result<SipUri, ApiError> {
    let domain = desk.inner.settings.endpoint.domain();
    let text = text.trim();
    let whole = if text.contains('@') { text.to_owned() } else { format!("{text}@{domain}") };
    let uri = SipUri::parse(&whole).map_err(|it| ApiError::BadInput(it.to_string()))?;
    if uri.domain() != domain {
        return Err(ApiError::BadInput(format!("Agents of this desk are in the domain {domain}.")));
    }
    if uri == desk.inner.settings.endpoint {
        return Err(ApiError::BadInput(
            "This is the desk's own address; choose another name.".to_owned(),
        ));
    }
    Ok(uri)
}

/// Refuses what is guessed first; the sentence says what to do.
fn check_password(password: &str, uri: &SipUri) -> Result<(), &'static str> {
    let length = password.chars().count();
    if length < PASSWORD_CHARS_MIN {
        return Err("The password is too short. Use at least 8 characters.");
    }
    if length > PASSWORD_CHARS_MAX {
        return Err("The password is too long. Use at most 256 characters.");
    }
    let lower = password.to_lowercase();
    let mut letters: Vec<char> = lower.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if letters.len() < 4 {
        return Err("The password repeats few characters. Use a longer phrase.");
    }
    let known = [
        "password",
        "passw0rd",
        "12345678",
        "qwertyui",
        "qwertz",
        "letmein",
        "iloveyou",
        "abcdefgh",
        "frontdesk",
        "helpdesk",
        "welcome",
    ];
    let core: String =
        lower.trim_end_matches(|it: char| it.is_ascii_digit() || "!.?*-_".contains(it)).to_owned();
    let counts_up = lower.starts_with("12345678");
    if counts_up || known.contains(&core.as_str()) {
        return Err("The password is one of the first that are tried. Use a phrase of your own.");
    }
    if lower.contains(uri.name()) && length < uri.name().chars().count() + PASSWORD_CHARS_MIN {
        return Err("The password contains your name. Use a phrase of your own.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_password_is_refused_with_a_sentence() {
        let ann = SipUri::parse("sip:annabel@t.example").unwrap();
        for weak in ["short7!", "aaaaaaaaaa", "Password1", "1234567890", "Annabel1", "welcome2030!"]
        {
            let why = check_password(weak, &ann).unwrap_err();
            assert!(why.ends_with('.'), "{weak}: {why}");
        }
        for good in ["three green bottles", "kT9$wq2z", "annabel and the 7 seas"] {
            assert_eq!(check_password(good, &ann), Ok(()), "{good}");
        }
    }
}
