//! JSON as the client writes it: straight into a text. `serde_json` reads; writing by it as well would
//! cost the widget several KB more.

/// A text of JSON that grows. Whoever writes closes what was opened.
#[derive(Default)]
pub(crate) struct Json(String);

impl Json {
    /// An object has begun.
    pub(crate) fn object() -> Self {
        Self("{".to_owned())
    }

    /// Begins an object or an array, by its bracket.
    pub(crate) fn open(&mut self, bracket: char) -> &mut Self {
        self.separate();
        self.0.push(bracket);
        self
    }

    /// Ends what was opened, by the bracket that closes it.
    pub(crate) fn close(&mut self, bracket: char) -> &mut Self {
        self.0.push(bracket);
        self
    }

    /// Names the member whose value comes next.
    pub(crate) fn name(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.0.push(':');
        self
    }

    /// A text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.separate();
        self.0.push('"');
        for letter in text.chars() {
            match letter {
                '"' | '\\' => self.0.extend(['\\', letter]),
                '\0'..='\x1f' => {
                    self.0.push_str("\\u00");
                    let code = u32::from(letter);
                    let digits = [code >> 4, code & 15];
                    self.0.extend(digits.iter().filter_map(|it| char::from_digit(*it, 16)));
                }
                _ => self.0.push(letter),
            }
        }
        self.0.push('"');
        self
    }

    /// A text, or `null`.
    pub(crate) fn text_or_null(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.plain("null"),
        }
    }

    /// A whole number.
    pub(crate) fn number(&mut self, number: i64) -> &mut Self {
        self.plain(&number.to_string())
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, flag: bool) -> &mut Self {
        self.plain(if flag { "true" } else { "false" })
    }

    /// The text, with the object closed that [`Json::object`] began.
    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }

    /// A value that is JSON already.
    pub(crate) fn raw(&mut self, json: &str) -> &mut Self {
        self.plain(json)
    }

    /// What was written, all of it closed.
    pub(crate) fn text_so_far(&mut self) -> String {
        std::mem::take(&mut self.0)
    }

    fn plain(&mut self, word: &str) -> &mut Self {
        self.separate();
        self.0.push_str(word);
        self
    }

    fn separate(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn what_is_written_reads_as_meant() {
        let mut out = Json::object();
        out.name("a").text("x").name("b").open('[').close(']').name("c").open('[').number(-3);
        out.flag(true).text_or_null(None).open('{').name("d").text(":").name("e").flag(false);
        out.close('}').text_or_null(Some("y")).close(']').name("f").number(0);
        let read: Value = serde_json::from_str(&out.finish()).unwrap();
        let meant = json!({
            "a": "x", "b": [], "c": [-3, true, null, { "d": ":", "e": false }, "y"], "f": 0,
        });
        assert_eq!(read, meant);
    }

    proptest! {
        #[test]
        fn every_text_survives(text: String, name: String) {
            let mut out = Json::object();
            out.name(&name).text(&text);
            let read: Value = serde_json::from_str(&out.finish()).unwrap();
            prop_assert_eq!(read, json!({ name: text }));
        }
    }
}
