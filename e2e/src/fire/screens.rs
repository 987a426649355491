//! What stands on each screen at the end, held against what was written.

use std::collections::HashMap;
use std::sync::Arc;

use shared::desk::{DeskState, Transcript};

use super::ledger::{self, Ledger, Side};
use super::talk::{Seat, Talk};
use crate::Http;
use crate::person::Person;

/// How many findings are told in words.
const FINDINGS_MAX: usize = 20;

/// One screen's texts of one conversation, in its order.
pub(super) struct Screen {
    pub(super) talk: usize,
    /// Whose it is.
    pub(super) of: &'static str,
    pub(super) texts: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Screens that were looked at.
    pub screens: usize,
    /// Texts that were written and are missing on a screen, counted for each screen.
    pub lost: usize,
    /// Texts that stand more than once on a screen, counted for each screen.
    pub duplicated: usize,
    /// Texts that stand before one that their author wrote earlier, counted for each screen.
    pub reordered: usize,
    /// Screens that show another order than the first screen of the same conversation.
    pub disagreeing: usize,
    /// The first of what was found, for whoever looks for its cause.
    pub findings: Vec<String>,
}

/// Visitor, agent and the desk's transcript, of each conversation.
pub(super) async fn all(url: &str, agents: &[Arc<Person>], talks: &[Talk]) -> Vec<Screen> {
    let mut screens = Vec::new();
    for talk in talks {
        for (desk, of) in talk.desks().into_iter().zip(["agent", "visitor"]) {
            let model = desk.person.model();
            let items = model.conversation(&desk.key).map(|it| it.items.clone());
            let texts = items.unwrap_or_default().into_iter().map(|it| it.text).collect();
            screens.push(Screen { talk: talk.number, of, texts });
        }
        if let Seat::Browser(it) = &talk.visitor {
            let texts = it.texts().await;
            screens.push(Screen { talk: talk.number, of: "browser", texts });
        }
        let texts = transcript(url, agents, talk).await;
        screens.push(Screen { talk: talk.number, of: "transcript", texts });
    }
    screens
}

/// What the desk heard.
async fn transcript(url: &str, agents: &[Arc<Person>], talk: &Talk) -> Vec<String> {
    let bearer = agents[0].bearer();
    let headers = [("authorization", bearer.as_str()), ("origin", url)];
    let http = Http::to(url);
    let model = talk.agent.person.model();
    let shown = model.conversation(&talk.agent.key).expect("it was written in");
    let state = http.send("GET", "/desk/api/state", &headers, None).await;
    let state: DeskState = serde_json::from_str(&state.body).expect("the desk's state is one");
    let meeting = |it: &&shared::desk::ConversationView| {
        it.online_meeting_uri.is_some() && it.online_meeting_uri == shown.online_meeting_uri
    };
    let id = &state.conversations.iter().find(meeting).expect("the desk knows it").id;
    let path = format!("/desk/api/conversations/{id}");
    let transcript = http.send("GET", &path, &headers, None).await;
    let transcript: Transcript = serde_json::from_str(&transcript.body).expect("it is one");
    transcript.entries.into_iter().map(|it| it.text).collect()
}

/// Compares.
pub(super) fn judge(ledger: &Ledger, screens: &[Screen]) -> Verdict {
    let mut verdict = Verdict { screens: screens.len(), ..Verdict::default() };
    let mut orders: HashMap<usize, Vec<&str>> = HashMap::new();
    for screen in screens {
        let texts = screen.texts.iter().map(String::as_str);
        let ours: Vec<&str> = texts.filter(|it| ledger::parse(it).is_some()).collect();
        verdict.count(ledger, screen, &ours);
        let first = orders.entry(screen.talk).or_insert_with(|| ours.clone());
        let other = first.iter().zip(&ours).position(|(one, other)| one != other);
        if let Some(at) = other.or((first.len() != ours.len()).then(|| first.len().min(ours.len())))
        {
            verdict.disagreeing += 1;
            let (one, other) = (around(first, at), around(&ours, at));
            verdict.finds(screen, &format!("at {at}: {other:?}, the first screen {one:?}"));
        }
    }
    verdict
}

impl Verdict {
    /// One screen by itself.
    fn count(&mut self, ledger: &Ledger, screen: &Screen, ours: &[&str]) {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for text in ours {
            *counts.entry(text).or_default() += 1;
        }
        let all = Side::BOTH.into_iter().flat_map(|it| (0..ledger.each).map(move |n| (it, n)));
        for text in all.map(|(side, n)| ledger::text(screen.talk, side, n)) {
            match counts.get(text.as_str()) {
                None => {
                    self.lost += 1;
                    self.finds(screen, &format!("lost {text}"));
                }
                Some(1) => {}
                Some(count) => {
                    self.duplicated += count - 1;
                    self.finds(screen, &format!("{count} times {text}"));
                }
            }
        }
        for side in Side::BOTH {
            let numbers = ours.iter().filter_map(|it| ledger::parse(it));
            let numbers: Vec<usize> = numbers.filter(|it| it.1 == side).map(|it| it.2).collect();
            for pair in numbers.windows(2).filter(|it| it[0] > it[1]) {
                self.reordered += 1;
                self.finds(screen, &format!("{side:?} {} before {}", pair[0], pair[1]));
            }
        }
    }

    fn finds(&mut self, screen: &Screen, what: &str) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(format!("{} of conversation {}: {what}", screen.of, screen.talk));
        }
    }
}

/// A few texts from just before a place.
fn around<'a, 'b>(texts: &'b [&'a str], at: usize) -> &'b [&'a str] {
    &texts[at.saturating_sub(1)..(at + 4).min(texts.len())]
}

#[cfg(test)]
mod tests {
    use super::{Ledger, Screen, Side, Verdict, judge, ledger};

    /// Two of each side, in turns.
    fn texts() -> Vec<String> {
        let both = |n| [Side::Visitor, Side::Agent].map(|side| ledger::text(0, side, n));
        (0..2).flat_map(both).collect()
    }

    fn judged(change: impl Fn(&mut Vec<String>)) -> [usize; 4] {
        let mut other = texts();
        other.insert(0, "Hello?".into());
        change(&mut other);
        let screens = [("agent", texts()), ("visitor", other)];
        let screens = screens.map(|(of, texts)| Screen { talk: 0, of, texts });
        let found = judge(&Ledger::new(1, 2), &screens);
        let Verdict { screens, lost, duplicated, reordered, disagreeing, findings } = found;
        assert_eq!(screens, 2);
        assert_eq!(findings.len(), lost + duplicated + reordered + disagreeing, "{findings:?}");
        [lost, duplicated, reordered, disagreeing]
    }

    #[test]
    fn each_kind_of_harm_on_one_screen_is_found() {
        assert_eq!(judged(|_| {}), [0, 0, 0, 0], "what is not of the run does not count");
        assert_eq!(judged(|it| drop(it.remove(2))), [1, 0, 0, 1]);
        assert_eq!(judged(|it| it.push(it[4].clone())), [0, 1, 0, 1]);
        assert_eq!(judged(|it| it.swap(1, 3)), [0, 0, 1, 1]);
        assert_eq!(judged(|it| it.swap(1, 2)), [0, 0, 0, 1], "each author's order is kept");
    }
}
