//! The parts' words, in the reader's language: `parts/texts/<tag>.json`, fetched with the program. A file
//! that lacks a word fails a test.

use serde_json::Value;

/// What the parts say, in one language.
#[derive(Clone, Copy, Debug)]
pub struct Texts(&'static Value);

impl Texts {
    /// The words of a language's file; they stay for the life of the document.
    pub fn parse(json: &str) -> Self {
        Self(Box::leak(Box::new(serde_json::from_str(json).unwrap_or_default())))
    }

    /// A word by its name; empty for one that is not there, which a test prevents.
    pub fn word(self, name: &str) -> &'static str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A sentence with something in it.
    pub fn filled(self, name: &str, placeholder: &str, with: &str) -> String {
        self.word(name).replace(&["{", placeholder, "}"].concat(), with)
    }

    /// The language's tag, for `Intl`.
    pub fn tag(self) -> &'static str {
        self.word("tag")
    }
}

#[cfg(test)]
mod tests;
