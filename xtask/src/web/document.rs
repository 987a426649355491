//! The documents: written for Trunk, finished here for the server.
//!
//! A document marks what a build fills in with `<link data-trunk …>`. Three kinds are understood: `rel="rust"`
//! (the program), `rel="css"` (styles, put together in the order of their links) and `rel="icon"`. The rest stays
//! as it is. No script is written inline: the server's content security policy forbids it.

use super::AppFiles;
use anyhow::{Context, Result, bail};

/// What a document asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// Style sheets, as paths from the document's folder.
    pub(super) css: Vec<String>,
    /// Icons, likewise.
    pub(super) icons: Vec<String>,
}

/// Reads what a document asks for.
pub(super) fn wishes(html: &str) -> Result<Wishes> {
    let mut wishes = Wishes::default();
    let mut programs = 0;
    rewrite(html, |link| {
        match link.attribute("rel") {
            Some("rust") => programs += 1,
            Some("css") => wishes.css.push(link.href()?),
            Some("icon") => wishes.icons.push(link.href()?),
            other => bail!(
                "data-trunk rel={other:?} is not understood; xtask/src/web/document.rs knows rust, css and icon"
            ),
        }
        Ok(String::new())
    })?;
    if programs != 1 {
        bail!("exactly one `<link data-trunk rel=\"rust\" …>` is needed, there are {programs}");
    }
    Ok(wishes)
}

/// Fills in what was built; `icons` are in the order of the wishes.
pub(super) fn finish(html: &str, files: &AppFiles, icons: &[String]) -> Result<String> {
    let mut css = files.css.iter();
    let mut icons = icons.iter();
    rewrite(html, |link| {
        Ok(match link.attribute("rel") {
            Some("rust") => program(files),
            // The first link stands for all of them: they are one file.
            Some("css") => css
                .next()
                .map(|path| format!("<link rel=\"stylesheet\" href=\"/{path}\">"))
                .unwrap_or_default(),
            _ => icons
                .next()
                .map(|path| format!("<link rel=\"icon\" href=\"/{path}\">"))
                .unwrap_or_default(),
        })
    })
}

/// The script that starts a program after `first`; both names are those of its neighbours. One with a later part is tried
/// again until it comes, and then that part is made ready.
pub(super) fn boot_script(js: &str, wasm: &str, has_later: bool, first: &str) -> String {
    let init = format!("init({{ module_or_path: new URL('./{wasm}', import.meta.url) }})");
    if has_later {
        return format!(
            "import init, {{ prepareLater }} from './{js}';\n{first}\n{}",
            START.replace("INIT", &init)
        );
    }
    format!("import init from './{js}';\n{first}\n{init};\n")
}

const START: &str = "\
function start() {
  INIT.then(() => {
    prepareLater();
  }, (why) => {
    console.error('frontdesk: the chat did not come, it is asked for again', why);
    setTimeout(start, 4_000);
  });
}
start();
";

fn program(files: &AppFiles) -> String {
    let AppFiles { boot, js, wasm, .. } = files;
    format!(
        "<link rel=\"modulepreload\" href=\"/{js}\">\n    \
         <link rel=\"preload\" href=\"/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n    \
         <script type=\"module\" src=\"/{boot}\"></script>"
    )
}

/// A `<link>` tag's attributes.
struct Link(Vec<(String, String)>);

impl Link {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn href(&self) -> Result<String> {
        self.attribute("href").map(str::to_owned).context("a `<link data-trunk>` lacks its href")
    }

    /// Reads the inside of a tag: `rel="css" data-trunk href='x'`.
    fn parse(inside: &str) -> Self {
        let mut attributes = Vec::new();
        let mut rest = inside.trim_start();
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let name = rest[..end].trim_matches('/').to_owned();
            rest = rest[end..].trim_start();
            let mut value = "";
            if let Some(after) = rest.strip_prefix('=') {
                (value, rest) = split_value(after.trim_start());
            }
            if !name.is_empty() {
                attributes.push((name, value.to_owned()));
            }
            rest = rest.trim_start();
        }
        Self(attributes)
    }
}

/// An attribute's value, quoted or bare, and what follows it.
fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// Replaces each `<link data-trunk>` outside comments; a line that becomes empty goes.
fn rewrite(html: &str, mut replace: impl FnMut(&Link) -> Result<String>) -> Result<String> {
    let mut done = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        done.push_str(before);
        let end = if tag.starts_with("<!--") {
            tag.find("-->").map(|end| end + 3)
        } else {
            tag.find('>').map(|end| end + 1)
        };
        let (tag, after) = tag.split_at(end.context("a tag or comment is not closed")?);
        rest = after;
        let link =
            tag.strip_prefix("<link").map(|inside| Link::parse(inside.trim_end_matches('>')));
        match link.filter(|link| link.attribute("data-trunk").is_some()) {
            Some(link) => {
                let new = replace(&link)?;
                done.push_str(&new);
                if new.is_empty() && rest.starts_with('\n') {
                    done.truncate(done.trim_end_matches([' ', '\t']).len());
                    rest = &rest[1..];
                }
            }
            None => done.push_str(tag),
        }
    }
    done.push_str(rest);
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::{Wishes, boot_script, finish, wishes};
    use crate::web::AppFiles;

    const PAGE: &str = r#"<!doctype html>
<head>
    <!-- <link data-trunk rel="css" href="not-me.css"> -->
    <meta charset="utf-8">
    <link data-trunk rel="css" href="ui/styles/tokens.css">
    <link rel='css' data-trunk href='widget/styles/chat.css' />
    <link data-trunk rel="icon" href="widget/icon.svg">
    <link data-trunk rel="rust" href="widget/Cargo.toml" data-bin="widget" data-wasm-opt="z">
</head>
<body></body>
"#;

    fn files() -> AppFiles {
        AppFiles {
            html: "widget/index.html".into(),
            boot: "assets/widget-boot-1.js".into(),
            js: "assets/widget-2.js".into(),
            wasm: "assets/widget-3.wasm".into(),
            later: Some("assets/widget-later-6.wasm".into()),
            css: Some("assets/widget-4.css".into()),
        }
    }

    #[test]
    fn links_for_trunk_are_read_in_order() {
        let expected = Wishes {
            css: vec!["ui/styles/tokens.css".into(), "widget/styles/chat.css".into()],
            icons: vec!["widget/icon.svg".into()],
        };
        assert_eq!(wishes(PAGE).expect("it is well formed"), expected);
    }

    #[test]
    fn a_document_is_finished_without_inline_script() {
        let page =
            finish(PAGE, &files(), &["assets/icon-5.svg".into()]).expect("it is well formed");
        let expected = r#"<!doctype html>
<head>
    <!-- <link data-trunk rel="css" href="not-me.css"> -->
    <meta charset="utf-8">
    <link rel="stylesheet" href="/assets/widget-4.css">
    <link rel="icon" href="/assets/icon-5.svg">
    <link rel="modulepreload" href="/assets/widget-2.js">
    <link rel="preload" href="/assets/widget-3.wasm" as="fetch" type="application/wasm" crossorigin>
    <script type="module" src="/assets/widget-boot-1.js"></script>
</head>
<body></body>
"#;
        assert_eq!(page, expected);
    }

    #[test]
    fn the_boot_script_names_its_neighbours() {
        let script = boot_script("widget-2.js", "widget-3.wasm", false, "first();");
        assert!(script.starts_with("import init from './widget-2.js';"));
        let start =
            "first();\ninit({ module_or_path: new URL('./widget-3.wasm', import.meta.url) });";
        assert!(script.contains(start), "{script}");
    }

    #[test]
    fn a_later_part_is_made_ready_when_the_program_runs() {
        let script = boot_script("widget-2.js", "widget-3.wasm", true, "first();");
        assert!(script.starts_with("import init, { prepareLater } from './widget-2.js';"));
        let start = "first();\nfunction start() {\n  init({ module_or_path: new URL('./widget-3.wasm', import.meta.url) }).then(";
        assert!(script.contains(start), "{script}");
    }

    #[test]
    fn a_document_that_asks_for_what_is_not_known_is_refused() {
        assert!(wishes("<link data-trunk rel=\"copy-dir\" href=\"x\">").is_err());
        assert!(wishes("<p>no program</p>").is_err());
        assert!(wishes("<link data-trunk rel=\"rust\"").is_err());
    }
}
