//! How single tests went, as the three runners and the conformance runner say it, and the judgement on all checks.

use super::{Table, Test, table};
use crate::paths;
use crate::tidy::tree;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

/// The results of tests by name; of several with one name all have to pass.
#[derive(Debug, Default)]
pub(crate) struct Results {
    passed: BTreeMap<String, bool>,
    has_journeys: bool,
}

impl Results {
    /// Takes over what a runner of Rust tests said: nextest's `PASS [ 0.1s] … crate::file module::name` and libtest's
    /// `test module::name ... ok`.
    pub(crate) fn read_native(&mut self, said: &str) {
        for line in said.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("test ")
                && let Some((name, end)) = rest.rsplit_once(" ... ")
            {
                self.note(last_part(name), end.starts_with("ok"));
            } else if let Some((word, rest)) = line.split_once(" [")
                && is_verdict(word)
                && let Some((_, rest)) = rest.split_once("] ")
            {
                let name = rest.split_whitespace().next_back().unwrap_or_default();
                self.note(last_part(name), word == "PASS" || word == "LEAK");
            }
        }
    }

    /// Takes over what node said of the browser journeys: `✔ title (12.5ms)`.
    pub(crate) fn read_journeys(&mut self, said: &str) {
        self.has_journeys = true;
        for line in said.lines().map(str::trim) {
            let Some((mark, rest)) = line.split_once(' ') else { continue };
            if mark == "✔" || mark == "✖" {
                let name = rest.rsplit_once(" (").map_or(rest, |(name, _)| name);
                self.note(name, mark == "✔");
            }
        }
    }

    fn note(&mut self, name: &str, passed: bool) {
        let all = self.passed.entry(name.to_owned()).or_insert(true);
        *all &= passed;
    }

    /// `pass`, or why not.
    fn of(&self, test: &Test) -> Result<(), String> {
        match self.passed.get(&test.name) {
            Some(true) => Ok(()),
            Some(false) => Err(format!("`{}` failed", test.name)),
            None if test.is_journey() && !self.has_journeys => Ok(()),
            None => Err(format!("`{}` was not run", test.name)),
        }
    }
}

fn is_verdict(word: &str) -> bool {
    ["PASS", "LEAK", "FAIL", "TIMEOUT", "ABORT", "SIGABRT", "SIGSEGV", "SIGKILL"].contains(&word)
}

/// `name` of `module::name`.
fn last_part(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// Writes the table with results to `target/conformance/checks.md`; fails with the rows that are not `pass`.
pub(crate) fn judge(results: &Results) -> Result<()> {
    let table = table(&tree::read(&paths::root())?);
    let folder = paths::native_target().join("conformance");
    fs::create_dir_all(&folder)?;
    let report = folder.join("report.json");
    let report = fs::read(&report)
        .with_context(|| format!("{} is missing: did the runner run?", paths::shown(&report)))?;
    let (text, wrong) = rows(&table, results, &runner(&serde_json::from_slice(&report)?));
    let path = folder.join("checks.md");
    fs::write(&path, text)?;
    println!("{}: {} checks", paths::shown(&path), table.len());
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

/// What `frontdesk conformance` found, by id.
fn runner(report: &Value) -> BTreeMap<String, String> {
    let rows = report["checks"].as_array().into_iter().flatten();
    let row = |it: &Value| Some((it["id"].as_str()?.to_owned(), it["result"].as_str()?.to_owned()));
    rows.filter_map(row).collect()
}

/// The table, and a sentence for each row that is not `pass`.
fn rows(
    table: &Table,
    results: &Results,
    runner: &BTreeMap<String, String>,
) -> (String, Vec<String>) {
    let mut out = "# The checks and how their tests went\n\n| Check | Tests | Result | Runner |\n|---|---|---|---|\n".to_owned();
    let mut wrong = Vec::new();
    for (id, tests) in table {
        let mut trouble: Vec<String> = tests.iter().filter_map(|it| results.of(it).err()).collect();
        if tests.is_empty() {
            trouble.push("no test carries it".to_owned());
        }
        let from_outside = ["TAP", "UCW"].iter().any(|family| id.starts_with(family));
        let found = runner.get(id).map_or("", String::as_str);
        if from_outside && found != "pass" {
            let found = if found.is_empty() { "was not asked" } else { found };
            trouble.push(format!("the conformance runner: {found}"));
        }
        let result = if trouble.is_empty() { "pass".to_owned() } else { trouble.join("; ") };
        let names: Vec<String> = tests.iter().map(|it| format!("`{}`", it.name)).collect();
        // Writing to a String does not fail.
        let _ = writeln!(out, "| {id} | {} | {result} | {found} |", names.join("<br>"));
        if !trouble.is_empty() {
            wrong.push(format!("{id}: {result}"));
        }
    }
    (out, wrong)
}

#[cfg(test)]
mod tests {
    use super::super::Test;
    use super::{Results, rows};
    use std::collections::BTreeMap;

    fn test(name: &str, path: &str) -> Test {
        Test { name: name.to_owned(), path: path.to_owned() }
    }

    #[test]
    fn what_the_runners_say_is_understood() {
        let mut results = Results::default();
        results.read_native(
            "        PASS [   0.005s] (1/3) shared::words tokens::dto_01_a\n        FAIL [   1.0s] (2/3) desk \
             tests::sac_01_b\ntest words::dto_02_c ... ok\ntest sac_02_d ... FAILED\nPASS the parcel\n",
        );
        for (name, passed) in
            [("dto_01_a", true), ("sac_01_b", false), ("dto_02_c", true), ("sac_02_d", false)]
        {
            assert_eq!(results.passed.get(name), Some(&passed), "{name}");
        }
        assert_eq!(results.passed.len(), 4);
        results.read_journeys("✔ WID-19 a b (12.5ms)\n✖ WID-20 c (1ms)\nℹ pass 1\n");
        assert_eq!(results.passed.get("WID-19 a b"), Some(&true));
        assert_eq!(results.passed.get("WID-20 c"), Some(&false));
    }

    #[test]
    fn a_row_that_is_not_pass_names_itself_and_why() {
        let mut results = Results::default();
        results.read_native("test tap_01_a ... ok\ntest tap_02_b ... FAILED\n");
        let table = vec![
            ("TAP-01".to_owned(), vec![test("tap_01_a", "a.rs")]),
            ("TAP-02".to_owned(), vec![test("tap_02_b", "a.rs")]),
            ("TAP-03".to_owned(), vec![test("tap_03_c", "a.rs")]),
            ("DTO-01".to_owned(), vec![]),
            ("WID-01".to_owned(), vec![test("WID-01 x", "x.test.js")]),
        ];
        let pass = |id: &str| (id.to_owned(), "pass".to_owned());
        let runner = BTreeMap::from([pass("TAP-01"), pass("TAP-03")]);
        let (text, wrong) = rows(&table, &results, &runner);
        assert_eq!(
            wrong,
            [
                "TAP-02: `tap_02_b` failed; the conformance runner: was not asked",
                "TAP-03: `tap_03_c` was not run",
                "DTO-01: no test carries it",
            ]
        );
        assert!(text.contains("| TAP-01 | `tap_01_a` | pass | pass |"), "{text}");
        assert!(
            text.contains("| WID-01 | `WID-01 x` | pass |"),
            "left to a run with browsers: {text}"
        );
    }
}
