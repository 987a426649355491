//! What the platform's sources say of themselves: heads, routes, handlers, inputs, refusals.
//!
//! Read as text, in the form that rustfmt gives it; no compiler is asked. Where a form is not known the page says
//! less, and the tests below say which forms are known.

use super::{listed, name_of};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// A source file.
pub(super) struct File {
    /// Its name without `.rs`.
    pub(super) name: String,
    text: String,
}

/// One verb of one address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// `GET`, `POST`, …
    pub(super) verb: String,
    /// The path as the router has it; one that belongs to an application begins with `…`.
    pub(super) path: String,
    /// The function that serves it.
    pub(super) handler: String,
}

/// An input of a request.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Field {
    /// Its name on the wire.
    pub(super) name: String,
    /// Whether it has to be there.
    pub(super) required: bool,
}

/// The sources that pages are made from.
pub(super) struct Code {
    resources: Vec<File>,
    input: File,
    courier: File,
    refusal: File,
}

impl Code {
    pub(super) fn read(platform: &Path) -> Result<Self> {
        let file = |path: &Path| -> Result<File> {
            let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
            Ok(File { name: name_of(path).trim_end_matches(".rs").to_owned(), text })
        };
        let mut resources = Vec::new();
        for path in listed(&platform.join("resources"))? {
            let is_rust = path.extension().is_some_and(|it| it == "rs");
            if is_rust && name_of(&path) != "mod.rs" {
                resources.push(file(&path)?);
            }
        }
        Ok(Self {
            resources,
            input: file(&platform.join("web/input.rs"))?,
            courier: file(&platform.join("courier.rs"))?,
            refusal: file(&platform.join("refusal.rs"))?,
        })
    }

    pub(super) fn resources(&self) -> &[File] {
        &self.resources
    }

    pub(super) const fn courier(&self) -> &File {
        &self.courier
    }

    /// What a handler's doc comment says; it may stand in another resource's file.
    pub(super) fn doc_of(&self, file: &File, handler: &str) -> Option<String> {
        self.home_of(file, handler)?.doc_of(handler)
    }

    /// What a handler reads from query and body.
    pub(super) fn fields_of(&self, file: &File, handler: &str) -> Vec<Field> {
        let body = self.home_of(file, handler).and_then(|it| it.body_of(handler));
        let mut out = body.map(|it| self.fields_in(it)).unwrap_or_default();
        out.sort();
        out.dedup_by(|a, b| a.name == b.name);
        out
    }

    fn home_of<'a>(&'a self, file: &'a File, handler: &str) -> Option<&'a File> {
        let has = |it: &&File| it.body_of(handler).is_some();
        Some(file).filter(has).or_else(|| {
            let imported = file.text.lines().find(|it| {
                it.starts_with("use super::") && it.contains("::{") && it.contains(handler)
            })?;
            let name = imported.strip_prefix("use super::")?.split("::").next()?;
            self.resources.iter().find(|it| it.name == name).filter(has)
        })
    }

    fn fields_in(&self, body: &str) -> Vec<Field> {
        const NAMED: [(&str, bool); 7] = [
            (".text(\"", false),
            (".word(\"", false),
            (".required(\"", true),
            (".sip_uri(\"", true),
            (".get(\"", false),
            (".number(\"", false),
            (".number::<u32>(\"", false),
        ];
        const HELPERS: [(&str, &str, bool); 6] = [
            (".operation()", "operationId", false),
            (".required_operation()", "operationId", true),
            (".first_text()", "message", false),
            (".custom_content()", "customContent", false),
            (".callback_url()", "callbackUrl", false),
            ("MessageBody", "operationId", false),
        ];
        let mut out = Vec::new();
        for (call, required) in NAMED {
            for (at, _) in body.match_indices(call) {
                // A header is no input.
                if body[..at].ends_with("headers") {
                    continue;
                }
                let name = body[at + call.len()..].split('"').next().unwrap_or_default();
                out.push(Field { name: name.to_owned(), required });
            }
        }
        for (call, name, required) in HELPERS {
            if body.contains(call) {
                out.push(Field { name: name.to_owned(), required });
            }
        }
        if body.contains(".invitation()?")
            && let Some(invitation) = self.input.body_of("invitation")
        {
            out.extend(self.fields_in(invitation));
        }
        out
    }

    /// Status, code, subcode and sentence of every refusal, by status.
    pub(super) fn refusals(&self) -> Vec<[String; 4]> {
        let text = collapsed(&self.refusal.text);
        let sentence = |variant: &str| {
            let word = format!(" {variant}");
            let at = text.match_indices(&word).map(|(at, it)| (at, at + it.len()));
            let ends = |end: usize| text[end..].starts_with([',', '(', ' ']);
            let (at, _) =
                at.filter(|(_, end)| ends(*end)).find(|(at, _)| text[..*at].ends_with(")]"))?;
            let error = &text[text[..at].rfind("#[error(\"")? + 9..at];
            error.strip_suffix("\")]").map(str::to_owned)
        };
        let mut out = Vec::new();
        let table = text.split("match self {").nth(1).unwrap_or_default();
        for arm in table.split("Self::").skip(1) {
            let variant = arm.split([',', '(', ' ', '{', '|']).next().unwrap_or_default();
            // Variants of one arm share what stands behind the last.
            let rest = &table[table.find(&format!("Self::{variant}")).unwrap_or_default()..];
            let Some((_, wire)) = rest.split_once("=> (") else { continue };
            let wire = wire.split(')').next().unwrap_or_default();
            let words: Vec<&str> =
                wire.split(", ").map(|it| it.trim_matches(['"', ' ', ','])).collect();
            if let [status, code, subcode] = words[..] {
                let said = sentence(variant).unwrap_or_default();
                out.push([status.to_owned(), code.to_owned(), subcode.to_owned(), said]);
            }
        }
        out.sort();
        out.dedup();
        out
    }
}

impl File {
    /// The `//!` head: the first paragraph, and the others.
    pub(super) fn head(&self) -> (String, Vec<String>) {
        let lines = self.text.lines().map_while(|it| it.strip_prefix("//!"));
        let text = lines.map(str::trim).collect::<Vec<_>>().join("\n");
        let mut paragraphs = text.split("\n\n").map(|it| it.replace('\n', " "));
        (paragraphs.next().unwrap_or_default(), paragraphs.collect())
    }

    /// The relations that the first sentence of the head names.
    pub(super) fn relations(&self) -> Vec<String> {
        let (first, _) = self.head();
        let named = first.split(": ").next().unwrap_or_default();
        let words = named.split('`').skip(1).step_by(2).filter(|it| !it.starts_with('/'));
        words.map(|it| it.trim_start_matches("service:").to_owned()).collect()
    }

    /// Every verb of every route.
    pub(super) fn requests(&self) -> Vec<Request> {
        let text = collapsed(&self.text);
        let mut out = Vec::new();
        for route in text.split(".route(").skip(1) {
            let Some((address, verbs)) = arguments(route) else { continue };
            let Some(path) = value_of(&text, address.trim_start_matches('&')) else { continue };
            let is_whole = ["/ucwa/", "/platformservice/", "/autodiscover/", "/webticket/"]
                .iter()
                .any(|it| path.starts_with(it));
            let path = if is_whole { path } else { format!("…{}", path.trim_end_matches('/')) };
            for verb in verbs.split(").") {
                let Some((verb, handler)) = verb.split_once('(') else { continue };
                let verb = verb.trim().to_uppercase();
                let handler = handler.trim_end_matches(')').to_owned();
                out.push(Request { verb, path: path.clone(), handler });
            }
        }
        out
    }

    fn doc_of(&self, function: &str) -> Option<String> {
        let lines: Vec<&str> = self.text.lines().collect();
        let at = lines.iter().position(|it| is_start_of(it, function))?;
        let mut doc: Vec<&str> = lines[..at]
            .iter()
            .rev()
            .skip_while(|it| it.starts_with("#["))
            .map_while(|it| it.strip_prefix("///"))
            .map(str::trim)
            .collect();
        doc.reverse();
        (!doc.is_empty()).then(|| doc.join(" "))
    }

    /// The text of a function, signature included.
    fn body_of(&self, function: &str) -> Option<&str> {
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            if is_start_of(line, function) {
                let indent = line.len() - line.trim_start().len();
                let close = format!("\n{}}}", " ".repeat(indent));
                let end = self.text[at..].find(&close)?;
                return Some(&self.text[at..at + end]);
            }
            at += line.len();
        }
        None
    }
}

/// Whether a line begins the function of this name.
fn is_start_of(line: &str, function: &str) -> bool {
    let Some((before, after)) = line.split_once("fn ") else { return false };
    let is_item =
        before.trim().split(' ').all(|it| ["", "pub(super)", "pub(crate)", "async"].contains(&it));
    is_item && after.strip_prefix(function).is_some_and(|it| it.starts_with(['(', '<']))
}

/// On one line, with one space where there was any white space.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(", )", ")")
}

/// The two arguments of a call, from behind its opening parenthesis.
fn arguments(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut comma) = (0_usize, None);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 0 => {
                let comma = comma?;
                return Some((text[..comma].trim(), text[comma + 1..at].trim()));
            }
            ')' => depth -= 1,
            ',' if depth == 0 && comma.is_none() => comma = Some(at),
            _ => {}
        }
    }
    None
}

/// What a path expression stands for: a literal, a name or a `format!` of names.
fn value_of(text: &str, expression: &str) -> Option<String> {
    if let Some(literal) = expression.strip_prefix('"') {
        return Some(literal.trim_end_matches('"').to_owned());
    }
    if let Some(pattern) = expression.strip_prefix("format!(\"") {
        let pattern = pattern.split('"').next()?.replace("{{", "\u{1}").replace("}}", "\u{2}");
        let mut out = String::new();
        for (number, piece) in pattern.split(['{', '}']).enumerate() {
            out.push_str(&if number % 2 == 0 { piece.to_owned() } else { value_of(text, piece)? });
        }
        return Some(out.replace('\u{1}', "{").replace('\u{2}', "}"));
    }
    for begin in [format!("let {expression} = "), format!("const {expression}: &str = ")] {
        if let Some((_, rest)) = text.split_once(&begin) {
            return value_of(text, rest.split(';').next()?.trim());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "//! `me` and `service:note`: who one is (`protocol.md` §3.6).\n//!\n//! More\n//! words.\n\n\
        const NOTE: &str = \"/me/note\";\n\n\
        pub(super) fn routes() -> Router<Platform> {\n    let one = \"/me\";\n    Router::new()\n        \
        .route(one, get(read))\n        .route(\n            &format!(\"{one}/{{id}}/x\"),\n            \
        post(make).delete(gone),\n        )\n        .route(NOTE, get(read))\n        \
        .route(\"/ucwa/oauth/v1/applications\", post(make))\n}\n\n\
        /// Makes it.\n/// Row A1.\n#[cfg(unix)]\nasync fn make(input: Input) -> Answer {\n    \
        let a = input.required(\"to\", 3)?;\n    let b = input.text(\"subject\", 3)?;\n    \
        let c = input.headers.get(\"x-y\");\n    input.operation()?;\n}\n";

    fn file() -> File {
        File { name: "me".to_owned(), text: SAMPLE.to_owned() }
    }

    #[test]
    fn a_head_names_its_relations_and_has_paragraphs() {
        let (first, more) = file().head();
        assert_eq!(first, "`me` and `service:note`: who one is (`protocol.md` §3.6).");
        assert_eq!(more, ["More words."]);
        assert_eq!(file().relations(), ["me", "note"]);
    }

    #[test]
    fn routes_are_read_with_their_names_and_verbs() {
        let requests = file().requests();
        let told: Vec<String> =
            requests.iter().map(|it| format!("{} {} {}", it.verb, it.path, it.handler)).collect();
        assert_eq!(
            told,
            [
                "GET …/me read",
                "POST …/me/{id}/x make",
                "DELETE …/me/{id}/x gone",
                "GET …/me/note read",
                "POST /ucwa/oauth/v1/applications make",
            ]
        );
    }

    #[test]
    fn a_handler_says_what_it_does_and_what_it_reads() {
        let other = || File { name: String::new(), text: String::new() };
        let code =
            Code { resources: vec![file()], input: other(), courier: other(), refusal: other() };
        assert_eq!(code.doc_of(&file(), "make").as_deref(), Some("Makes it. Row A1."));
        let fields = code.fields_of(&file(), "make");
        let told: Vec<(&str, bool)> =
            fields.iter().map(|it| (it.name.as_str(), it.required)).collect();
        assert_eq!(told, [("operationId", false), ("subject", false), ("to", true)]);
    }
}
