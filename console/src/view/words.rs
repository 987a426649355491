//! What the model says, in words.

use crate::model::{FormError, Problem, Said};
use crate::texts::Texts;

/// Why a form was not accepted.
pub fn form_error(texts: &Texts, error: &FormError) -> String {
    match error {
        FormError::NameMissing => texts.name_missing.to_owned(),
        FormError::DisplayNameMissing => texts.display_name_missing.to_owned(),
        FormError::PasswordMissing => texts.password_missing.to_owned(),
        FormError::PasswordShort => texts.password_short.to_owned(),
        FormError::LinkUsed => texts.link_used.to_owned(),
        FormError::Unreachable => texts.unreachable.to_owned(),
        FormError::Refused => texts.refused.to_owned(),
        FormError::Sentence(sentence) => sentence.clone(),
    }
}

/// What did not work.
pub fn problem(texts: &Texts, problem: &Problem) -> String {
    match problem {
        Problem::Taken(Some(name)) => (texts.taken_by)(name),
        Problem::Taken(None) => texts.taken_by_other.to_owned(),
        Problem::Over => texts.over.to_owned(),
        Problem::Take(said) => or(said.as_deref(), texts.take_failed),
        Problem::Meeting(said) => or(said.as_deref(), texts.meeting_failed),
        Problem::End(said) => or(said.as_deref(), texts.end_failed),
        Problem::LeftDone(said) => or(said.as_deref(), texts.left_failed),
        Problem::Availability(said) => or(said.as_deref(), texts.availability_failed),
    }
}

/// What a screen reader is told.
pub fn said(texts: &Texts, said: &Said) -> String {
    let name = |name: &str| or(Some(name), texts.visitor);
    match said {
        Said::Waiting { visitor } => (texts.said_waiting)(&name(visitor)),
        Said::Message { name: who, text } => (texts.said_message)(&name(who), text),
        Said::Ended { visitor } => (texts.said_ended)(&name(visitor)),
    }
}

fn or(said: Option<&str>, otherwise: &str) -> String {
    said.filter(|it| !it.trim().is_empty()).unwrap_or(otherwise).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{problem, said};
    use crate::model::{Problem, Said};
    use crate::texts::EN;

    #[test]
    fn the_servers_own_sentence_goes_first() {
        assert_eq!(problem(&EN, &Problem::End(Some("Ask later.".to_owned()))), "Ask later.");
        assert_eq!(problem(&EN, &Problem::End(None)), EN.end_failed);
        assert_eq!(
            problem(&EN, &Problem::Taken(Some("Bob".to_owned()))),
            "Bob has taken this conversation."
        );
    }

    #[test]
    fn a_visitor_without_a_name_is_called_visitor() {
        let waiting = Said::Waiting { visitor: String::new() };
        assert_eq!(said(&EN, &waiting), "Visitor is waiting for an answer.");
    }
}
