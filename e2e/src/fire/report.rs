//! What a run shows, for people and as JSON.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

pub use super::screens::Verdict;
pub use super::watch::Seen;

/// The whole of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// What drew faults and moments.
    pub seed: u64,
    /// Messages written, both ways.
    pub messages: usize,
    /// Visitors, each in a conversation with an agent.
    pub visitors: usize,
    /// Whether one of them sat in a real browser.
    pub with_browser: bool,
    /// How often the server was killed and started again.
    pub restarts: usize,
    /// Requests that went through the proxy while it did harm.
    pub requests: u64,
    /// What it did, by kind.
    pub faults: Vec<(&'static str, u64)>,
    /// How often a person had to press "try again".
    pub tried_again_by_hand: usize,
    /// Whether every screen said in time that it is current and showed all.
    pub settled: bool,
    /// What was seen on screens while it went on.
    pub seen: Seen,
    /// What was on them at the end.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// Nothing lost, nothing twice, one order.
    pub fn is_fine(&self) -> bool {
        let Verdict { lost, duplicated, reordered, disagreeing, .. } = self.verdict;
        let harm = lost + duplicated + reordered + disagreeing + self.seen.duplicated;
        self.settled && harm == 0
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let faults: serde_json::Map<String, Value> =
            self.faults.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
        json!({
            "seed": self.seed,
            "messages": self.messages,
            "visitors": self.visitors,
            "browser": self.with_browser,
            "restarts": self.restarts,
            "requests": self.requests,
            "faults": faults,
            "screens": self.verdict.screens,
            "lost": self.verdict.lost,
            "duplicated": self.verdict.duplicated,
            "duplicatedForAMoment": self.seen.duplicated,
            "reordered": self.verdict.reordered,
            "disagreeing": self.verdict.disagreeing,
            "findings": self.verdict.findings,
            "settled": self.settled,
            "triedAgainByHand": self.tried_again_by_hand,
            "longestGapMs": self.seen.longest_gap_ms,
            "longestOfflineMs": self.seen.longest_offline_ms,
            "tookMs": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            "fine": self.is_fine(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let browser = if self.with_browser { ", one of them in a browser" } else { "" };
        let Verdict { screens, lost, duplicated, reordered, disagreeing, .. } = self.verdict;
        let injected: u64 = self.faults.iter().map(|(_, count)| count).sum();
        writeln!(f, "seed                     {:>9}", self.seed)?;
        writeln!(f, "messages, both ways      {:>9}", self.messages)?;
        writeln!(f, "visitors                 {:>9}{browser}", self.visitors)?;
        writeln!(f, "kill -9 and restarts     {:>9}", self.restarts)?;
        writeln!(f, "requests                 {:>9}", self.requests)?;
        writeln!(f, "faults injected          {injected:>9}")?;
        for (name, count) in &self.faults {
            writeln!(f, "  {name:<23}{count:>9}")?;
        }
        writeln!(f, "screens compared         {screens:>9}")?;
        writeln!(f, "lost                     {lost:>9}")?;
        let moment = self.seen.duplicated;
        writeln!(f, "duplicated on screen     {duplicated:>9}, for a moment {moment}")?;
        writeln!(f, "reordered                {reordered:>9}")?;
        writeln!(f, "screens in another order {disagreeing:>9}")?;
        writeln!(f, "tried again by hand      {:>9}", self.tried_again_by_hand)?;
        writeln!(f, "longest gap              {:>9} ms", self.seen.longest_gap_ms)?;
        writeln!(f, "longest known staleness  {:>9} ms", self.seen.longest_offline_ms)?;
        writeln!(f, "took                     {:>9} s", self.took.as_secs())?;
        for it in &self.verdict.findings {
            writeln!(f, "  {it}")?;
        }
        let settled = if self.settled { "" } else { "; not every screen was current in time" };
        let verdict = if self.is_fine() { "nothing lost, nothing twice" } else { "NOT FINE" };
        write!(f, "{verdict}{settled}")
    }
}
