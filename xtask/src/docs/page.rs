//! The pages themselves.

use super::samples::{Sample, Samples};
use super::source::{Code, File, Request};
use anyhow::{Context, Result};
use std::fmt::Write as _;

/// What every page begins with.
const MADE: &str = "<!-- Made by `cargo xtask docs` from the code; edit that instead. -->\n\n";

/// The page of a resource.
pub(super) fn resource(code: &Code, file: &File, samples: &Samples) -> String {
    let (first, more) = file.head();
    let mut out = format!("{MADE}# {}\n\n{first}\n", title(file));
    for paragraph in more {
        let _ = write!(out, "\n{paragraph}\n");
    }
    let requests = file.requests();
    if !requests.is_empty() {
        out.push_str("\n## Requests\n\n");
        out.push_str("| Request | Takes | What it does |\n|---|---|---|\n");
        for request in &requests {
            out.push_str(&row(code, file, request));
        }
    }
    let found: Vec<&Sample> = file.relations().iter().filter_map(|it| samples.of(it)).collect();
    out.push_str(&shown(&found));
    let _ = write!(
        out,
        "\nSource: `platform/src/resources/{}.rs`. All pages: [resources](README.md).\n",
        file.name
    );
    out
}

fn row(code: &Code, file: &File, request: &Request) -> String {
    let fields = code.fields_of(file, &request.handler);
    let takes: Vec<String> = fields
        .iter()
        .map(|it| if it.required { format!("**{}**", it.name) } else { it.name.clone() })
        .collect();
    let takes = if takes.is_empty() { "–".to_owned() } else { takes.join(", ") };
    let words = || request.handler.replace('_', " ");
    let says = code.doc_of(file, &request.handler).unwrap_or_else(words).replace('|', "\\|");
    format!("| `{} {}` | {takes} | {says} |\n", request.verb, request.path)
}

/// Samples under a heading, each once.
fn shown(samples: &[&Sample]) -> String {
    let mut out = String::new();
    for (number, sample) in samples.iter().enumerate() {
        if samples[..number].iter().any(|it| it.value == sample.value) {
            continue;
        }
        let heading = if number == 0 { "\n## Sample\n" } else { "" };
        let _ = write!(
            out,
            "{heading}\nFrom the snapshot `{}`; names such as `ID1` stand for random ones.\n\n",
            sample.name
        );
        out.push_str(&sample.shown());
    }
    out
}

/// What a service application is told.
pub(super) fn webhooks(code: &Code, samples: &Samples) -> Result<String> {
    let (first, more) = code.courier().head();
    let mut out = format!("{MADE}# Webhooks\n\n{first}\n");
    for paragraph in more {
        let _ = write!(out, "\n{paragraph}\n");
    }
    let named =
        |name: &str| samples.named(name).with_context(|| format!("there is no snapshot {name}"));
    let found = [named("webhook_of_a_call")?, named("webhook_of_an_agent_who_joined")?];
    out.push_str(&shown(&found));
    out.push_str("\nSource: `platform/src/courier.rs`. All pages: [resources](README.md).\n");
    Ok(out)
}

/// What is refused, and how.
pub(super) fn errors(code: &Code, samples: &Samples) -> Result<String> {
    let mut out = format!(
        "{MADE}# Errors\n\nEvery refusal has this body (`protocol.md` §4); match the status first.\n\n"
    );
    out.push_str("| Status | Code | Subcode | Says |\n|---|---|---|---|\n");
    for [status, code, subcode, says] in code.refusals() {
        // What is filled in when it happens.
        let says: String = says
            .split('{')
            .enumerate()
            .map(|(number, it)| match it.split_once('}') {
                Some((_, rest)) if number > 0 => format!("…{rest}"),
                _ => it.to_owned(),
            })
            .collect();
        let _ = writeln!(out, "| {status} | {code} | {subcode} | {says} |");
    }
    let sample = samples.named("refusal").context("there is no snapshot refusal")?;
    out.push_str(&shown(&[sample]));
    out.push_str("\nSource: `platform/src/refusal.rs`. All pages: [resources](README.md).\n");
    Ok(out)
}

/// The list of all pages.
pub(super) fn index(code: &Code) -> String {
    let mut out = format!("{MADE}# Resources\n\n");
    out.push_str(
        "One page for each resource that the platform serves. In addresses `…` stands for an application: \
         `/ucwa/psanon/v1/applications/{id}` of a visitor, `/ucwa/oauth/v1/applications/{id}` of an agent, or \
         `/platformservice/v1/applications/{id}` of a service application. Case does not count in addresses and in \
         names of inputs. The addresses are for reading logs: a client follows links and builds none of them. Inputs \
         go in the query or in a JSON body; **bold** ones are required.\n\n",
    );
    for file in code.resources() {
        let (first, _) = file.head();
        let _ = writeln!(out, "- [{}]({}.md): {first}", title(file), file.name.replace('_', "-"));
    }
    out.push_str("- [Webhooks](webhooks.md): what a service application is told.\n");
    out.push_str("- [Errors](errors.md): what is refused, and how.\n");
    out
}

/// `messaging_invitations` as a title.
fn title(file: &File) -> String {
    let mut words = file.name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |out, word| {
        let mut letters = word.chars();
        let capital = letters.next().map(|it| it.to_ascii_uppercase());
        out + &capital.into_iter().chain(letters).collect::<String>()
    })
}
