//! The rules of the queue, pure: who is offered a conversation, when again, and who is next.

use std::collections::{BTreeMap, VecDeque};

use shared::SipUri;

use crate::limits::{
    ROUND_AFTER_REFUSAL_MS, ROUND_MS_MAX, ROUND_MS_MIN, WAITS_LEN_MAX, WAITS_LEN_MIN,
};

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

/// The place of one that waits, from 1, by the same rule and without placing all others.
pub(crate) fn position<'a>(
    waiting: impl IntoIterator<Item = (i64, &'a str)>,
    own: (i64, &str),
) -> u32 {
    let before = waiting.into_iter().filter(|it| *it < own).count();
    u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
}

/// The last waits of a site that an agent ended, each divided by the place it began at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waits(VecDeque<i64>);

impl Waits {
    /// A conversation has waited so long (milliseconds), from this place on.
    pub(crate) fn saw(&mut self, wait_ms: i64, position: u32) {
        if self.0.len() >= WAITS_LEN_MAX {
            self.0.pop_front();
        }
        self.0.push_back(wait_ms.max(0) / i64::from(position.max(1)));
    }

    /// How long a wait from this place is likely to be, in milliseconds: the median for each place.
    /// `None` while too few have been seen.
    pub(crate) fn expected_ms(&self, position: u32) -> Option<i64> {
        if self.0.len() < WAITS_LEN_MIN {
            return None;
        }
        let mut waits: Vec<i64> = self.0.iter().copied().collect();
        waits.sort_unstable();
        Some(waits[waits.len() / 2].saturating_mul(i64::from(position)))
    }
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
        let waiting = [(7, "b"), (3, "c"), (7, "a")];
        assert_eq!(waiting.map(|own| position(waiting, own)), [3, 1, 2]);
    }

    #[test]
    fn a_wait_is_expected_by_the_median_of_the_last_ones_for_each_place() {
        let mut waits = Waits::default();
        for (wait_ms, position) in [(60_000, 1), (1_800_000, 1)] {
            waits.saw(wait_ms, position);
            assert_eq!(waits.expected_ms(1), None, "too few");
        }
        waits.saw(240_000, 2);
        assert_eq!(waits.expected_ms(1), Some(120_000));
        assert_eq!(waits.expected_ms(3), Some(360_000));
        (0..WAITS_LEN_MAX).for_each(|_| waits.saw(10_000, 1));
        assert_eq!(waits.expected_ms(1), Some(10_000), "what was long ago is forgotten");
    }
}
