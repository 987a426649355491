//! What a site asks its visitor before a conversation, or instead of one while it is closed. Ours alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A form, as the widget's document tells it: every label in the reader's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// What stands above the fields; the widget has words of its own for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intro: Option<String>,
    /// What is asked, in order.
    pub fields: Vec<Field>,
    /// Whether nobody will answer now: then this is a message to be left.
    #[serde(skip_serializing_if = "is_false")]
    pub closed: bool,
    /// When somebody will answer again, in Unix milliseconds, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opens_ms: Option<i64>,
}

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What the answer is called: `name` and `email` are the visitor's, any other is an attribute.
    pub name: String,
    /// What is asked; the widget has words of its own for `name`, `email` and `message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What an answer is.
    #[serde(default)]
    pub kind: FieldKind,
    /// Whether it has to be answered.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// What there is to choose from, for a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Asked only where another field has been answered so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

/// An answer that another question depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The other field's name.
    pub field: String,
    /// Its answer.
    pub is: String,
}

/// What an answer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// A line.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// One of the options.
    Choice,
    /// Several lines.
    Long,
    /// A box to tick; the answer is `yes` or nothing.
    Consent,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is needed.
    Missing,
    /// It is no e-mail address.
    NoEmail,
    /// It is no telephone number.
    NoPhone,
    /// It is none of the options.
    NoOption,
    /// It has more than [`ANSWER_CHARS_MAX`] characters, or [`LONG_CHARS_MAX`] in several lines.
    TooLong,
}

/// Most characters of a line.
pub const ANSWER_CHARS_MAX: usize = 250;
/// Most characters of an answer in several lines.
pub const LONG_CHARS_MAX: usize = 4_000;

/// Answers by the names of their fields.
pub type Answers = BTreeMap<String, String>;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands in a reference")]
const fn is_false(it: &bool) -> bool {
    !*it
}

impl Form {
    /// The fields that are asked, given what was answered so far.
    pub fn asked<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |it| it.is_asked(answers))
    }

    /// What is wrong with the answers, by the name of the field, in the order of the fields.
    pub fn problems(&self, answers: &Answers) -> Vec<(String, Problem)> {
        let problem = |it: &Field| Some((it.name.clone(), it.problem(it.answer(answers))?));
        self.asked(answers).filter_map(problem).collect()
    }
}

impl Field {
    /// Whether it is asked, given what was answered so far.
    pub fn is_asked(&self, answers: &Answers) -> bool {
        let answer = |it: &When| answers.get(&it.field).is_some_and(|answer| *answer == it.is);
        self.when.as_ref().is_none_or(answer)
    }

    /// Its answer, without the spaces around; empty for none.
    pub fn answer<'a>(&self, answers: &'a Answers) -> &'a str {
        answers.get(&self.name).map_or("", |it| it.trim())
    }

    /// What is wrong with an answer.
    pub fn problem(&self, answer: &str) -> Option<Problem> {
        if answer.is_empty() {
            return self.required.then_some(Problem::Missing);
        }
        let is_long = matches!(self.kind, FieldKind::Long);
        if answer.chars().count() > if is_long { LONG_CHARS_MAX } else { ANSWER_CHARS_MAX } {
            return Some(Problem::TooLong);
        }
        match self.kind {
            FieldKind::Email => (!is_email(answer)).then_some(Problem::NoEmail),
            FieldKind::Phone => (!is_phone(answer)).then_some(Problem::NoPhone),
            FieldKind::Choice => {
                (!self.options.iter().any(|it| it == answer)).then_some(Problem::NoOption)
            }
            FieldKind::Text | FieldKind::Long | FieldKind::Consent => None,
        }
    }
}

/// Something before and something with a dot after one `@`, and no space: more only the post can say.
pub fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(before, after)| {
        !before.is_empty()
            && !after.contains('@')
            && after.split('.').count() > 1
            && after.split('.').all(|it| !it.is_empty())
            && !text.contains(|it: char| it.is_whitespace() || it.is_control())
    })
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (5..=20).contains(&digits)
        && text.chars().all(|it| it.is_ascii_digit() || " +-()/.".contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: FieldKind, required: bool) -> Field {
        Field { name: name.into(), label: None, kind, required, options: vec![], when: None }
    }

    fn answers(all: &[(&str, &str)]) -> Answers {
        all.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect()
    }

    #[test]
    fn a_field_is_asked_only_where_the_other_was_answered_so() {
        let mut order = field("order", FieldKind::Text, true);
        order.when = Some(When { field: "topic".into(), is: "Delivery".into() });
        let mut topic = field("topic", FieldKind::Choice, true);
        topic.options = vec!["Delivery".into(), "Other".into()];
        let form = Form { fields: vec![topic, order], ..Form::default() };
        let problems = |all: &[(&str, &str)]| form.problems(&answers(all));
        assert_eq!(problems(&[]), [("topic".to_owned(), Problem::Missing)]);
        assert_eq!(problems(&[("topic", "Other")]), []);
        assert_eq!(problems(&[("topic", "Delivery")]), [("order".to_owned(), Problem::Missing)]);
        assert_eq!(problems(&[("topic", "Delivery"), ("order", " 12 ")]), []);
        assert_eq!(problems(&[("topic", "Else")]), [("topic".to_owned(), Problem::NoOption)]);
    }

    #[test]
    fn answers_are_what_they_are_said_to_be() {
        let email = field("email", FieldKind::Email, false);
        for good in ["", "a@b.example", "a.b+c@d.e.example"] {
            assert_eq!(email.problem(good), None, "{good}");
        }
        for bad in ["a", "a@b", "@b.example", "a@b@c.example", "a b@c.example", "a@b..c"] {
            assert_eq!(email.problem(bad), Some(Problem::NoEmail), "{bad}");
        }
        let phone = field("phone", FieldKind::Phone, false);
        assert_eq!(phone.problem("+49 (30) 123-456"), None);
        for bad in ["12", "call me", "123456789012345678901"] {
            assert_eq!(phone.problem(bad), Some(Problem::NoPhone), "{bad}");
        }
        let long = "x".repeat(ANSWER_CHARS_MAX + 1);
        assert_eq!(field("a", FieldKind::Text, false).problem(&long), Some(Problem::TooLong));
        assert_eq!(field("a", FieldKind::Long, false).problem(&long), None);
    }

    #[test]
    fn a_form_is_short_to_tell() {
        let form = Form { fields: vec![field("name", FieldKind::Text, false)], ..Form::default() };
        let json = serde_json::to_string(&form).expect("it can be written");
        assert_eq!(json, r#"{"fields":[{"name":"name","kind":"text"}]}"#);
        assert_eq!(serde_json::from_str::<Form>(&json).expect("it can be read"), form);
    }
}
