//! What a run found, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::outcome::Stop;

/// How a check ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As the protocol says.
    Pass,
    /// Otherwise.
    Fail {
        /// What the protocol says.
        expected: String,
        /// What came.
        seen: String,
    },
    /// The platform does not offer what it is about.
    NotOffered {
        /// The relation that is missing.
        link: String,
        /// The document that lacks it.
        of: String,
    },
    /// It could not be judged.
    NotRun {
        /// Why, and what to do.
        why: String,
        /// Whether something failed on the way, rather than that the run was not told enough.
        is_blocked: bool,
    },
}

/// One check and how it ended.
#[derive(Clone, Debug)]
pub struct Row {
    /// `TAP-01` and so on.
    pub id: &'static str,
    /// What the check is about.
    pub words: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took, in milliseconds.
    pub ms: u64,
    /// What was done and answered, line by line, without tokens.
    pub transcript: Vec<String>,
}

/// Everything that a run found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Where discovery began.
    pub platform: String,
    /// One row for each check that was to run, in the order of their ids.
    pub rows: Vec<Row>,
}

impl Verdict {
    /// `pass`, `fail`, `not offered` or `not run`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail { .. } => "fail",
            Self::NotOffered { .. } => "not offered",
            Self::NotRun { .. } => "not run",
        }
    }

    pub(crate) fn of(outcome: Result<(), Stop>) -> Self {
        match outcome {
            Ok(()) => Self::Pass,
            Err(Stop::Failed { expected, seen }) => Self::Fail { expected, seen },
            Err(Stop::NotOffered { link, of }) => Self::NotOffered { link, of },
            Err(Stop::NotRun(why)) => Self::NotRun { why, is_blocked: false },
            Err(Stop::Blocked { what, expected, seen }) => {
                let why = format!("before it, {what} failed: expected {expected}; seen {seen}");
                Self::NotRun { why, is_blocked: true }
            }
        }
    }
}

impl Report {
    /// How many checks ended so.
    pub fn count(&self, word: &str) -> usize {
        self.rows.iter().filter(|row| row.verdict.word() == word).count()
    }

    /// Whether nothing failed, on the way to a check or in it. What is not offered, and what the run
    /// was not told enough for, is no failure.
    pub fn is_fine(&self) -> bool {
        self.rows.iter().all(|row| match &row.verdict {
            Verdict::Pass | Verdict::NotOffered { .. } => true,
            Verdict::NotRun { is_blocked, .. } => !is_blocked,
            Verdict::Fail { .. } => false,
        })
    }

    /// The ids of checks that ended so.
    pub fn ids(&self, word: &str) -> Vec<&'static str> {
        let those = self.rows.iter().filter(|row| row.verdict.word() == word);
        those.map(|row| row.id).collect()
    }

    /// The report for a person: a line for each check, and for what did not pass what was expected,
    /// what was seen, and the requests that led there.
    pub fn text(&self) -> String {
        let mut out = format!("Conformance of {}\n\n", self.platform);
        for row in &self.rows {
            let seconds = format!("{}.{} s", row.ms / 1_000, row.ms % 1_000 / 100);
            let word = row.verdict.word();
            // Writing to a String does not fail.
            let _ = writeln!(out, "{:<7} {word:<12} {seconds:>7}  {}", row.id, row.words);
            match &row.verdict {
                Verdict::Pass => {}
                Verdict::Fail { expected, seen } => {
                    let _ = writeln!(out, "        expected  {expected}");
                    let _ = writeln!(out, "        seen      {seen}");
                    for line in &row.transcript {
                        let _ = writeln!(out, "          {line}");
                    }
                }
                Verdict::NotOffered { link, of } => {
                    let _ = writeln!(out, "        the link {link} is missing in {of}");
                }
                Verdict::NotRun { why, .. } => {
                    let _ = writeln!(out, "        {why}");
                }
            }
        }
        let _ = writeln!(out, "\n{}", self.summary());
        out
    }

    /// `48 checks: 47 pass, 1 fail, 0 not offered, 0 not run`.
    pub fn summary(&self) -> String {
        let parts = ["pass", "fail", "not offered", "not run"];
        let parts: Vec<String> =
            parts.iter().map(|word| format!("{} {word}", self.count(word))).collect();
        format!("{} checks: {}", self.rows.len(), parts.join(", "))
    }

    /// The report for a program, transcripts included.
    pub fn json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let mut value = json!({ "id": row.id, "check": row.words, "ms": row.ms,
                "result": row.verdict.word(), "transcript": row.transcript });
            match &row.verdict {
                Verdict::Pass => {}
                Verdict::Fail { expected, seen } => {
                    value["expected"] = json!(expected);
                    value["seen"] = json!(seen);
                }
                Verdict::NotOffered { link, of } => {
                    value["missing"] = json!({ "link": link, "in": of });
                }
                Verdict::NotRun { why, is_blocked } => {
                    value["why"] = json!(why);
                    value["blocked"] = json!(is_blocked);
                }
            }
            value
        });
        let rows: Vec<Value> = rows.collect();
        json!({ "platform": self.platform, "summary": self.summary(), "fine": self.is_fine(),
            "checks": rows })
    }
}
