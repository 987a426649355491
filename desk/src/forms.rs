//! What a site asks its visitors: before a conversation, instead of one while it is closed, and after.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::form::{Field, FieldKind, Form};

use crate::hours::Now;
use crate::language;
use crate::limits::{FORM_FIELDS_MAX, FORM_OPTIONS_MAX, FORM_TEXT_CHARS_MAX};
use crate::settings::Site;

/// What a site asks, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Forms {
    /// Before a visitor's first conversation.
    pub before: Option<SiteForm>,
    /// Instead of a conversation, outside the site's hours.
    pub closed: Option<SiteForm>,
    /// Whether visitors are asked how a conversation was, once it is over.
    pub rating: bool,
}

/// A form with its words in several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteForm {
    /// What stands above the fields.
    pub intro: Option<String>,
    /// The same for visitors who read another language, by its tag.
    pub intros: BTreeMap<String, String>,
    /// What is asked, in order.
    pub fields: Vec<SiteField>,
}

/// One question with its label in several languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteField {
    /// The question.
    #[serde(flatten)]
    pub field: Field,
    /// Its label for visitors who read another language, by its tag.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// Why a form cannot be used; says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadForm {
    /// None, or more than somebody fills in.
    #[error("fields: write 1 to {FORM_FIELDS_MAX}")]
    Fields,
    /// A name that cannot be told from others.
    #[error("{0:?}: each field has a name of its own, of a-z, 0-9, - and _")]
    Name(String),
    /// A question that nobody can read.
    #[error("{0}: write a label, what the visitor is asked")]
    NoLabel(String),
    /// Too long for a panel.
    #[error("{0}: at most {FORM_TEXT_CHARS_MAX} characters")]
    TooLong(String),
    /// A choice of nothing, or something to choose from that is no choice.
    #[error(
        "{0}: a field of the kind \"choice\", and no other, has options: 2 to {FORM_OPTIONS_MAX} of them"
    )]
    Options(String),
    /// It depends on what is not asked before it.
    #[error("{0}: \"when\" names a field that stands before it")]
    When(String),
    /// A message nobody could answer.
    #[error("a form for closed hours asks for \"email\" and \"message\", and requires both")]
    NoWayBack,
}

impl Forms {
    /// Judges both forms.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), BadForm> {
        for form in [&self.before, &self.closed].into_iter().flatten() {
            form.check()?;
        }
        let is_asked = |form: &SiteForm, name: &str| {
            form.fields
                .iter()
                .any(|it| it.field.name == name && it.field.required && it.field.when.is_none())
        };
        match &self.closed {
            Some(it) if !is_asked(it, "email") || !is_asked(it, "message") => {
                Err(BadForm::NoWayBack)
            }
            _ => Ok(()),
        }
    }
}

impl SiteForm {
    fn check(&self) -> Result<(), BadForm> {
        if self.fields.is_empty() || self.fields.len() > FORM_FIELDS_MAX {
            return Err(BadForm::Fields);
        }
        if self.intro.iter().chain(self.intros.values()).any(|it| is_too_long(it)) {
            return Err(BadForm::TooLong("intro".to_owned()));
        }
        let mut names = BTreeSet::new();
        for it in &self.fields {
            it.check(&names)?;
            names.insert(&it.field.name);
        }
        Ok(())
    }

    /// The form as a visitor with these wishes for a language reads it.
    fn told(&self, wishes: &[&str]) -> Form {
        let field = |it: &SiteField| {
            let label = said(it.field.label.as_ref(), &it.labels, wishes);
            Field { label, ..it.field.clone() }
        };
        Form {
            intro: said(self.intro.as_ref(), &self.intros, wishes),
            fields: self.fields.iter().map(field).collect(),
            ..Form::default()
        }
    }
}

impl SiteField {
    fn check(&self, before: &BTreeSet<&String>) -> Result<(), BadForm> {
        let Field { name, label, kind, options, when, .. } = &self.field;
        let in_name =
            |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "-_".contains(it);
        if name.is_empty()
            || is_too_long(name)
            || !name.chars().all(in_name)
            || before.contains(name)
        {
            return Err(BadForm::Name(name.clone()));
        }
        let has_own_words = matches!(name.as_str(), "name" | "email" | "message");
        if !has_own_words && label.as_ref().is_none_or(|it| it.trim().is_empty()) {
            return Err(BadForm::NoLabel(name.clone()));
        }
        let texts = label.iter().chain(self.labels.values()).chain(options);
        if texts.into_iter().any(|it| is_too_long(it)) {
            return Err(BadForm::TooLong(name.clone()));
        }
        let fits = if *kind == FieldKind::Choice {
            (2..=FORM_OPTIONS_MAX).contains(&options.len())
        } else {
            options.is_empty()
        };
        if !fits {
            return Err(BadForm::Options(name.clone()));
        }
        if when.as_ref().is_some_and(|it| !before.contains(&it.field)) {
            return Err(BadForm::When(name.clone()));
        }
        Ok(())
    }
}

fn is_too_long(text: &str) -> bool {
    text.chars().count() > FORM_TEXT_CHARS_MAX
}

fn said(
    own: Option<&String>,
    others: &BTreeMap<String, String>,
    wishes: &[&str],
) -> Option<String> {
    let known: Vec<&str> = others.keys().map(String::as_str).collect();
    // English is what `pick` falls back to, and no wish: what the site wrote first goes before it.
    let own_language = wishes.first().and_then(|it| others.get(language::pick(&[it], &known)));
    own_language.or(own).cloned()
}

impl Site {
    /// What a visitor is asked now (Unix milliseconds) before anything else, in the language of the
    /// first of `wishes` (tags) that the site has words for.
    pub fn form(&self, wishes: &[&str], now_ms: i64) -> Option<Form> {
        let hours = self.hours.as_ref().filter(|it| it.at(now_ms) != Now::Open);
        if let (Some(hours), Some(form)) = (hours, &self.forms.closed) {
            let opens_ms = hours.opens_ms(now_ms);
            return Some(Form { closed: true, opens_ms, ..form.told(wishes) });
        }
        Some(self.forms.before.as_ref()?.told(wishes))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn form(fields: &Value) -> SiteForm {
        serde_json::from_value(json!({ "fields": fields })).expect("it is a form")
    }

    fn judged(fields: &Value) -> Result<(), BadForm> {
        Forms { before: Some(form(fields)), ..Forms::default() }.check()
    }

    #[test]
    fn a_form_that_cannot_work_is_refused_with_what_to_write() {
        assert_eq!(judged(&json!([{ "name": "name" }])), Ok(()));
        assert_eq!(judged(&json!([])), Err(BadForm::Fields));
        for name in ["", "Name", "a b"] {
            assert_eq!(judged(&json!([{ "name": name }])), Err(BadForm::Name(name.into())));
        }
        let twice = json!([{ "name": "name" }, { "name": "name" }]);
        assert_eq!(judged(&twice), Err(BadForm::Name("name".into())));
        assert_eq!(judged(&json!([{ "name": "order" }])), Err(BadForm::NoLabel("order".into())));
        let lonely = json!([{ "name": "a", "label": "A", "kind": "choice", "options": ["b"] }]);
        assert_eq!(judged(&lonely), Err(BadForm::Options("a".into())));
        let early = json!([{ "name": "a", "label": "A", "when": { "field": "b", "is": "c" } }]);
        assert_eq!(judged(&early), Err(BadForm::When("a".into())));
        let closed =
            Forms { closed: Some(form(&json!([{ "name": "email" }]))), ..Forms::default() };
        assert_eq!(closed.check(), Err(BadForm::NoWayBack));
    }

    #[test]
    fn a_form_is_told_in_the_visitors_language_where_the_site_has_it() {
        let fields = json!([{ "name": "order", "label": "Order", "labels": { "de": "Bestellung", "en": "No." } }]);
        let label = |wishes: &[&str]| form(&fields).told(wishes).fields[0].label.clone();
        assert_eq!(label(&["de-AT", "en"]).as_deref(), Some("Bestellung"));
        assert_eq!(label(&[]).as_deref(), Some("Order"));
    }
}
