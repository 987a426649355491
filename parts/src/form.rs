//! What a site asks before a conversation, or instead of one while it is closed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use shared::form::{Answers, FieldKind, Form};

#[cfg(target_arch = "wasm32")]
pub mod view;

/// What the answers tell the helpdesk: a part of a `shared::VisitorContext`. Only what was asked counts.
pub fn context(form: &Form, answers: &Answers, now: &str) -> Value {
    let mut about = Map::new();
    let mut attributes = BTreeMap::new();
    for field in form.asked(answers) {
        let answer = field.answer(answers);
        if answer.is_empty() {
            continue;
        }
        if matches!(field.name.as_str(), "name" | "email") {
            about.insert(field.name.clone(), answer.into());
            continue;
        }
        let label = field.label.as_ref().unwrap_or(&field.name);
        // When somebody agreed is a part of the agreement.
        let answer = if field.kind == FieldKind::Consent { now } else { answer };
        attributes.insert(label.clone(), answer.to_owned());
    }
    about.insert("attributes".to_owned(), json!(attributes));
    Value::Object(about)
}

/// A message that is left: name, address, text, and the other answers by their labels.
pub fn message(form: &Form, answers: &Answers, now: &str) -> Value {
    let mut about = context(form, answers, now);
    let text = answers.get("message").map_or("", |it| it.trim());
    let mut fields = about["attributes"].take();
    if let Some(fields) = fields.as_object_mut() {
        let field = form.fields.iter().find(|it| it.name == "message");
        let label = field.and_then(|it| it.label.clone()).unwrap_or_else(|| "message".to_owned());
        fields.remove(&label);
    }
    let or_empty = |name: &str| about.get(name).cloned().unwrap_or_else(|| json!(""));
    json!({ "name": or_empty("name"), "email": or_empty("email"), "text": text, "fields": fields })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::form::{Answers, Form};

    use super::{context, message};

    fn form() -> Form {
        let fields = json!({ "fields": [
            { "name": "name" }, { "name": "email", "kind": "email" },
            { "name": "topic", "label": "What about?", "kind": "choice", "options": ["Order", "Other"] },
            { "name": "order", "label": "Order number", "when": { "field": "topic", "is": "Order" } },
            { "name": "ok", "label": "I agree", "kind": "consent" },
            { "name": "message", "kind": "long" },
        ] });
        serde_json::from_value(fields).expect("it is a form")
    }

    fn answers(all: &[(&str, &str)]) -> Answers {
        all.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect()
    }

    #[test]
    fn answers_become_what_agents_see_of_the_visitor() {
        let answers = answers(&[
            ("name", " Ada "),
            ("email", "ada@example.com"),
            ("topic", "Other"),
            ("order", "was asked before the topic changed"),
            ("ok", "yes"),
        ]);
        let expected = json!({
            "name": "Ada", "email": "ada@example.com",
            "attributes": { "What about?": "Other", "I agree": "2026-11-22 10:00" },
        });
        assert_eq!(context(&form(), &answers, "2026-11-22 10:00"), expected);
    }

    #[test]
    fn a_message_that_is_left_has_its_text_apart_from_the_other_answers() {
        let answers =
            answers(&[("email", "ada@example.com"), ("message", "Call me\n"), ("topic", "Other")]);
        let expected = json!({
            "name": "", "email": "ada@example.com", "text": "Call me",
            "fields": { "What about?": "Other" },
        });
        assert_eq!(message(&form(), &answers, ""), expected);
    }
}
