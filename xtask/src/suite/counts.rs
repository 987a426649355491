//! How many tests passed, as the three test runners say it.

use std::fmt;
use std::ops::AddAssign;

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// As they should.
    pub(super) passed: u32,
    /// Not so.
    pub(super) failed: u32,
    /// Not run.
    pub(super) skipped: u32,
}

impl Counts {
    /// One thing went well.
    pub(super) fn success() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One thing did not.
    pub(super) fn failure() -> Self {
        Self { failed: 1, ..Self::default() }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(out, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// What a runner said, put right where its exit code contradicts it: one that broke off, or said nothing, failed.
pub(super) fn judged(said: Option<Counts>, success: bool) -> Counts {
    let mut counts = said.unwrap_or_default();
    if (said.is_none() || !success) && counts.failed == 0 {
        counts.failed = 1;
    }
    counts
}

/// From `Summary [0.5s] 3 tests run: 2 passed (1 slow), 1 failed, 1 skipped`.
pub(super) fn of_nextest(said: &str) -> Option<Counts> {
    // It counts in the words of its summary; `leaky` and `slow` stand between parentheses.
    let line = said.lines().rfind(|line| line.trim_start().starts_with("Summary ["))?;
    let (_, parts) = line.split_once("run: ")?;
    let mut counts = Counts::default();
    for part in without_asides(parts).split(',') {
        let (number, word) = part.trim().split_once(' ')?;
        let number: u32 = number.parse().ok()?;
        match word.trim() {
            "passed" => counts.passed += number,
            "skipped" => counts.skipped += number,
            // `failed`, `timed out`, `exec failed`.
            _ => counts.failed += number,
        }
    }
    Some(counts)
}

fn without_asides(text: &str) -> String {
    let mut depth = 0_usize;
    let outside = |letter: &char| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

/// From the sum of `test result: ok. 2 passed; 0 failed; 1 ignored; …` lines.
pub(super) fn of_libtest(said: &str) -> Option<Counts> {
    let mut sum = None;
    for line in said.lines().filter_map(|line| line.trim().strip_prefix("test result: ")) {
        let mut counts = Counts::default();
        let (_, parts) = line.split_once(". ")?;
        for part in parts.split(';') {
            let Some((number, word)) = part.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse() else { continue };
            match word {
                "passed" => counts.passed = number,
                "failed" => counts.failed = number,
                "ignored" => counts.skipped = number,
                _ => {}
            }
        }
        *sum.get_or_insert_with(Counts::default) += counts;
    }
    sum
}

/// From node's `# pass 5` lines (as TAP) or `ℹ pass 5` (as specification).
pub(super) fn of_node(said: &str) -> Option<Counts> {
    let mut sum = None;
    for line in said.lines() {
        let Some(line) = ["# ", "ℹ "].iter().find_map(|mark| line.strip_prefix(mark)) else {
            continue;
        };
        let Some((word, number)) = line.split_once(' ') else { continue };
        let Ok(number) = number.trim().parse::<u32>() else { continue };
        let counts: &mut Counts = sum.get_or_insert_with(Counts::default);
        match word {
            "pass" => counts.passed += number,
            "fail" | "cancelled" => counts.failed += number,
            "skipped" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{Counts, judged, of_libtest, of_nextest, of_node};

    fn counts(passed: u32, failed: u32, skipped: u32) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn nextest_is_understood() {
        let said = "   Starting 5 tests\n     Summary [   0.512s] 5 tests run: 3 passed (1 slow, 1 leaky), \
                    1 failed, 1 timed out, 2 skipped\n        FAIL a::b\n";
        assert_eq!(of_nextest(said), Some(counts(3, 2, 2)));
        assert_eq!(
            of_nextest("     Summary [   0.000s] 0 tests run: 0 passed, 0 skipped"),
            Some(counts(0, 0, 0))
        );
        assert_eq!(of_nextest("error: could not compile"), None);
    }

    #[test]
    fn libtest_is_understood() {
        let said = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                    test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(of_libtest(said), Some(counts(5, 1, 1)));
        assert_eq!(of_libtest("error"), None);
    }

    #[test]
    fn node_is_understood() {
        let tap =
            "TAP version 13\n# tests 4\n# pass 2\n# fail 1\n# cancelled 0\n# skipped 1\n# todo 0\n";
        assert_eq!(of_node(tap), Some(counts(2, 1, 1)));
        assert_eq!(
            of_node("ℹ tests 2\nℹ pass 2\nℹ fail 0\nℹ duration_ms 12.5\n"),
            Some(counts(2, 0, 0))
        );
        assert_eq!(of_node("npm error"), None);
    }

    #[test]
    fn a_runner_that_breaks_off_has_failed() {
        assert_eq!(judged(None, true), counts(0, 1, 0));
        assert_eq!(judged(Some(counts(2, 0, 0)), false), counts(2, 1, 0));
        assert_eq!(judged(Some(counts(2, 1, 0)), false), counts(2, 1, 0));
        assert_eq!(judged(Some(counts(2, 0, 0)), true), counts(2, 0, 0));
    }

    #[test]
    fn the_verdict_reads_as_promised() {
        assert_eq!(counts(3, 0, 0).to_string(), "3 passed, 0 failed");
        assert_eq!(counts(3, 1, 2).to_string(), "3 passed, 1 failed, 2 skipped");
    }
}
