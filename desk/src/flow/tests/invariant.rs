//! Whatever happens, in whatever order, a conversation is in exactly one place.

use proptest::prelude::*;

use super::Stage;
use super::stage::input_of;
use shared::desk::Place;

const WORDS: &[&str] = &[
    "meeting",
    "addable",
    "conference",
    "talking",
    "visitor-talking",
    "bridge-up",
    "tick",
    "tick",
    "available ann",
    "available bob",
    "take ann",
    "take bob",
    "end ann",
    "end bob",
    "joined ann",
    "joined bob",
    "left ann",
    "left bob",
    "bridged ann",
    "bridged bob",
    "visitor-stops",
    "visitor-gone",
    "conference-gone",
    "restart",
];
const OFFER_WORDS: &[&str] = &["ringing", "accepted", "declined", "unanswered", "unreachable"];

/// What may happen next: something of the lists, or an answer to something that was asked.
#[derive(Clone, Debug)]
enum Next {
    Word(usize),
    Offer(usize, u32),
    Answer { which: usize, how: u8 },
    Through,
}

fn next() -> impl Strategy<Value = Next> {
    prop_oneof![
        2 => (0..WORDS.len()).prop_map(Next::Word),
        2 => (0..OFFER_WORDS.len(), 1_u32..12).prop_map(|(word, n)| Next::Offer(word, n)),
        5 => (0_usize..64, 0_u8..8).prop_map(|(which, how)| Next::Answer { which, how }),
        2 => Just(Next::Through),
    ]
}

proptest! {
    #[test]
    fn invariant_9_a_conversation_is_waiting_or_owned_or_over(
        script in prop::collection::vec((0_i64..20_000, next()), 0..120)
    ) {
        let mut stage = Stage::new();
        stage.take_in(input_of(&["opened"]));
        let mut path = ["meeting", "conference", "addable", "talking", "visitor-talking", "bridge-up"].iter();
        let (mut ended, mut deadline) = (false, stage.flow.deadline_ms());
        for (wait_ms, next) in script {
            stage.now_ms += wait_ms;
            match next {
                Next::Word(at) if WORDS[at] == "restart" => {
                    stage.flow = crate::flow::Flow::fold("conv", stage.kept.clone()).unwrap();
                    stage.take_in(crate::flow::Input::Resumed);
                }
                Next::Word(at) => { stage.take_in(input_of(&words(WORDS[at]))); }
                Next::Offer(at, n) => { stage.take_in(input_of(&[OFFER_WORDS[at], &n.to_string()])); }
                Next::Answer { which, how } => answer(&mut stage, which, how),
                Next::Through => if let Some(word) = path.next() {
                    for asked in 0..stage.effects.len() { answer(&mut stage, asked, 0); }
                    stage.take_in(input_of(&[word]));
                },
            }
            let view = stage.flow.view();
            let waits = stage.flow.waiting_since_ms().is_some();
            let over = stage.flow.ended().is_some();
            let owned = matches!(view.place, Place::Owned { .. });
            prop_assert_eq!(u8::from(waits) + u8::from(owned) + u8::from(over), 1);
            prop_assert_eq!(waits, matches!(view.place, Place::Waiting { .. }));
            prop_assert!(!ended || over, "what is over stays over");
            ended = over;
            // An open conversation always has something to wait for: it cannot be forgotten.
            deadline = stage.flow.deadline_ms();
            prop_assert!(stage.flow.is_closed() || deadline.is_some());
        }
        // However it was left: with nothing but time, it is cleaned up in the end.
        while let Some(at) = deadline {
            stage.now_ms = stage.now_ms.max(at);
            stage.take_in(input_of(&["tick"]));
            deadline = stage.flow.deadline_ms();
            prop_assert!(deadline.is_none_or(|it| it > stage.now_ms), "no tick is for nothing");
        }
        prop_assert!(stage.flow.is_closed());
        stage.check_folding();
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

fn answer(stage: &mut Stage, which: usize, how: u8) {
    let Some(effect) = stage.effects.get(which % stage.effects.len().max(1)) else { return };
    let step = format!("{}-{}", effect.step.kind.word(), effect.step.n);
    let line = match how {
        0..=4 => format!("ok {step} /at/{step}"),
        5 => format!("lost {step}"),
        6 => format!("refused {step} 409"),
        _ => format!("refused {step} 404"),
    };
    stage.take_in(input_of(&words(&line)));
}
