//! Samples: documents of the platform as its snapshot tests keep them.

use super::{listed, name_of};
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A document, or a part of one, that stands in a snapshot.
pub(super) struct Sample {
    /// The snapshot's name.
    pub(super) name: String,
    /// Its relation, without a dialect.
    relation: String,
    /// The document.
    pub(super) value: Value,
}

/// Every document in every snapshot.
pub(super) struct Samples(Vec<Sample>);

impl Samples {
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut out = Vec::new();
        for path in listed(folder)? {
            let text = fs::read_to_string(&path)?;
            // Behind the second line of dashes stands what was kept.
            let Some(json) = text.splitn(3, "---\n").nth(2) else { continue };
            let name = name_of(&path);
            let name = name.rsplit("__").next().unwrap_or_default().trim_end_matches(".snap");
            let value: Value =
                serde_json::from_str(json).with_context(|| path.display().to_string())?;
            gather(name, &value, &mut out);
        }
        Ok(Self(out))
    }

    /// The best sample of a relation, or of one of its members: a document of its own before a part of another, then
    /// the longer one.
    pub(super) fn of(&self, relation: &str) -> Option<&Sample> {
        self.exactly(relation).or_else(|| self.exactly(relation.strip_suffix('s')?))
    }

    fn exactly(&self, relation: &str) -> Option<&Sample> {
        let all = self.0.iter().filter(|it| it.relation == relation);
        all.max_by_key(|it| {
            let is_whole = it.name.replace('_', "").eq_ignore_ascii_case(relation);
            (is_whole, it.value.to_string().len(), std::cmp::Reverse(it.name.clone()))
        })
    }

    /// The sample of this name, whole.
    pub(super) fn named(&self, name: &str) -> Option<&Sample> {
        self.0.iter().find(|it| it.name == name)
    }
}

impl Sample {
    /// As it is shown on a page.
    pub(super) fn shown(&self) -> String {
        let json = serde_json::to_string_pretty(&self.value).unwrap_or_default();
        format!("```json\n{json}\n```\n")
    }
}

/// A document and all that it embeds. A package of the event channel has no relation of its own.
fn gather(name: &str, value: &Value, into: &mut Vec<Sample>) {
    match value {
        Value::Object(object) => {
            let relation = match value.get("rel").and_then(Value::as_str) {
                // The link of an event and the sender of events name a relation too.
                Some(_) if object.contains_key("href") => None,
                Some(relation) => Some(plain(relation)),
                None if object.contains_key("sender") => Some("events"),
                None if object.contains_key("code") => Some("error"),
                None => None,
            };
            if let Some(relation) = relation {
                let (name, relation) = (name.to_owned(), relation.to_owned());
                into.push(Sample { name, relation, value: value.clone() });
            }
            object.values().for_each(|it| gather(name, it, into));
        }
        Value::Array(items) => items.iter().for_each(|it| gather(name, it, into)),
        _ => {}
    }
}

fn plain(relation: &str) -> &str {
    relation.trim_start_matches("service:").trim_start_matches("ms:rtc:saas:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn embedded_documents_are_samples_and_links_are_not() {
        let value = json!({
            "rel": "service:application", "_links": { "self": { "href": "/a" } },
            "_embedded": { "me": { "rel": "me", "name": "V" } },
            "sender": [{ "rel": "conversation", "href": "/c", "events": [] }],
        });
        let mut found = Vec::new();
        gather("application", &value, &mut found);
        let relations: Vec<&str> = found.iter().map(|it| it.relation.as_str()).collect();
        assert_eq!(relations, ["application", "me"]);
    }

    #[test]
    fn a_document_of_its_own_is_the_better_sample() {
        let sample = |name: &str, value: Value| Sample {
            name: name.to_owned(),
            relation: "message".to_owned(),
            value,
        };
        let long = sample("webhook", json!({ "rel": "message", "more": "and more" }));
        let samples = Samples(vec![long, sample("message", json!({ "rel": "message" }))]);
        assert_eq!(samples.of("message").map(|it| it.name.as_str()), Some("message"));
        assert_eq!(samples.of("messages").map(|it| it.name.as_str()), Some("message"));
        assert!(samples.of("me").is_none());
    }
}
