//! The rules of the queue, pure: who is offered a conversation, when again, and who is next.

use std::collections::BTreeMap;

use shared::SipUri;

use crate::limits::{ROUND_AFTER_REFUSAL_MS, ROUND_MS_MAX, ROUND_MS_MIN};

/// An agent who may be offered conversations: of the tenant, and not away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Who.
    pub(crate) uri: SipUri,
    /// The name visitors see.
    pub(crate) name: String,
}

/// Who is offered a conversation now: everybody but those who declined it a short while ago.
pub(crate) fn candidates(
    agents: &[Candidate],
    resting: &BTreeMap<SipUri, i64>,
    now_ms: i64,
) -> Vec<Candidate> {
    let is_free = |it: &&Candidate| resting.get(&it.uri).is_none_or(|until| *until <= now_ms);
    agents.iter().filter(is_free).cloned().collect()
}

/// When the next round is due, and how many rounds have now reached nobody.
pub(crate) fn next_round(now_ms: i64, somebody_refused: bool, quiet: u32) -> (i64, u32) {
    if somebody_refused {
        return (now_ms + ROUND_AFTER_REFUSAL_MS, 0);
    }
    let wait_ms = (ROUND_MS_MIN << quiet.min(8)).min(ROUND_MS_MAX);
    (now_ms + wait_ms, quiet.saturating_add(1))
}

/// Places in the queue, from 1: who has waited longest is next; ties go by id.
pub(crate) fn positions(waiting: impl IntoIterator<Item = (i64, String)>) -> BTreeMap<String, u32> {
    let mut waiting: Vec<(i64, String)> = waiting.into_iter().collect();
    waiting.sort();
    (1_u32..).zip(waiting).map(|(position, (_, id))| (id, position)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(name: &str) -> Candidate {
        let uri = SipUri::parse(&format!("sip:{name}@t.example")).unwrap();
        Candidate { uri, name: name.to_owned() }
    }

    #[test]
    fn who_declined_lately_is_not_offered_it() {
        let agents = [agent("ann"), agent("bob")];
        let resting = BTreeMap::from([(agents[0].uri.clone(), 60_000)]);
        assert_eq!(candidates(&agents, &resting, 59_999), [agent("bob")]);
        assert_eq!(candidates(&agents, &resting, 60_000), agents);
    }

    #[test]
    fn rounds_that_reach_nobody_come_less_often_up_to_a_limit() {
        let (mut quiet, mut waits) = (0, Vec::new());
        for _ in 0..5 {
            let (at, next) = next_round(0, false, quiet);
            waits.push(at);
            quiet = next;
        }
        assert_eq!(waits, [3_000, 6_000, 12_000, 15_000, 15_000]);
        assert_eq!(
            next_round(0, true, quiet),
            (5_000, 0),
            "a refusal means that somebody is there"
        );
    }

    #[test]
    fn who_waited_longest_is_next() {
        let waiting = [(7, "b".to_owned()), (3, "c".to_owned()), (7, "a".to_owned())];
        let places = positions(waiting);
        assert_eq!([places["c"], places["a"], places["b"]], [1, 2, 3]);
    }
}
