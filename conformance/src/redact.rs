//! Takes tokens and secrets out of what is shown.

use std::sync::{Mutex, PoisonError};

use crate::limits::SECRET_BYTES_MIN;

/// What stands in the place of a secret.
const MARK: &str = "…";
/// Where tokens begin, in each of the encodings they go by (row A06).
const HEADS: [&str; 7] = ["psat%253d", "psat%253D", "psat%3d", "psat%3D", "psat=", "cwt=", "eyJ"];

/// The secrets of a run.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Mutex<Vec<String>>);

impl Secrets {
    /// From now on this text is not shown.
    pub(crate) fn learn(&self, secret: &str) {
        // Shorter ones stand by chance in other words; requests' bodies are never shown anyway.
        if secret.len() < SECRET_BYTES_MIN {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.iter().any(|it| it == secret) {
            known.push(secret.to_owned());
        }
    }

    /// The text without any of them.
    pub(crate) fn redact(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for secret in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            out = out.replace(secret, MARK);
        }
        without_tokens(&out)
    }
}

/// What looks like a token loses all but its beginning, known or not.
fn without_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, head)) = first_head(rest) {
        let end = at + head.len();
        out.push_str(&rest[..end]);
        rest = rest[end..]
            .trim_start_matches(|it: char| it.is_ascii_alphanumeric() || "-_.%=+/".contains(it));
        out.push_str(MARK);
        // What was already taken out is not marked twice.
        rest = rest.strip_prefix(MARK).unwrap_or(rest);
    }
    out.push_str(rest);
    out
}

fn first_head(text: &str) -> Option<(usize, &'static str)> {
    let found = HEADS.iter().filter_map(|head| text.find(head).map(|at| (at, *head)));
    // Of two that begin at the same place the longer one is meant.
    found.min_by_key(|(at, head)| (*at, usize::MAX - head.len()))
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn tokens_and_secrets_are_not_shown_in_any_encoding() {
        let secrets = Secrets::default();
        secrets.learn("s3cret-s3cret");
        for (text, expected) in [
            ("Bearer psat=eyJ0.eyJ1.x-_y rest", "Bearer psat=… rest"),
            (
                "/discover?anonymousContext=psat%253deyJ0.eyJ1.z&x=1",
                "/discover?anonymousContext=psat%253d…&x=1",
            ),
            (r#"{"access_token":"cwt=abc.def","n":1}"#, r#"{"access_token":"cwt=…","n":1}"#),
            ("Bearer eyJhbGci.eyJz.s \"", "Bearer eyJ… \""),
            ("client_secret=s3cret-s3cret&x", "client_secret=…&x"),
            ("nothing here", "nothing here"),
        ] {
            assert_eq!(secrets.redact(text), expected);
        }
    }

    #[test]
    fn a_token_that_is_known_is_marked_once() {
        let secrets = Secrets::default();
        secrets.learn("eyJ0.eyJ1.x");
        assert_eq!(secrets.redact("psat=eyJ0.eyJ1.x!"), "psat=…!");
    }
}
