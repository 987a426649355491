//! What the keys do.

use super::super::{ListStep, Pressed, Shortcut};

#[test]
fn shortcuts_need_a_modifier_and_leave_typing_alone() {
    let alt = |key, code| Pressed { key, code, alt: true, ..Pressed::default() };
    let plain = |key, code| Pressed { key, code, ..Pressed::default() };
    let ctrl = |key, code| Pressed { key, code, ctrl: true, ..Pressed::default() };
    for (pressed, expected) in [
        (alt("ArrowDown", "ArrowDown"), Some(Shortcut::Next)),
        (alt("ArrowUp", "ArrowUp"), Some(Shortcut::Previous)),
        (alt("†", "KeyT"), Some(Shortcut::TakeNext)),
        (alt("r", "KeyR"), Some(Shortcut::Reply)),
        (ctrl("/", "Digit7"), Some(Shortcut::Help)),
        (plain("Escape", "Escape"), Some(Shortcut::Back)),
        (plain("t", "KeyT"), None),
        (plain("ArrowDown", "ArrowDown"), None),
        (plain("/", "Slash"), None),
        (Pressed { ctrl: true, ..alt("t", "KeyT") }, None),
        (Pressed { is_composing: true, ..plain("Escape", "Escape") }, None),
    ] {
        assert_eq!(pressed.shortcut(), expected, "{pressed:?}");
    }
}

#[test]
fn enter_sends_but_not_with_shift_and_not_for_an_input_method() {
    let enter = Pressed { key: "Enter", ..Pressed::default() };
    assert!(enter.is_send());
    assert!(Pressed { ctrl: true, ..enter }.is_send());
    assert!(!Pressed { shift: true, ..enter }.is_send());
    assert!(!Pressed { is_composing: true, ..enter }.is_send());
    assert!(!Pressed { key: "a", ..enter }.is_send());
}

#[test]
fn arrows_home_and_end_walk_the_rows() {
    let step = |key| Pressed { key, ..Pressed::default() }.list_step();
    assert_eq!(step("ArrowDown"), Some(ListStep::By(1)));
    assert_eq!(step("Home"), Some(ListStep::First));
    assert_eq!(Pressed { key: "ArrowDown", alt: true, ..Pressed::default() }.list_step(), None);
    for (step, at, to) in [
        (ListStep::By(1), Some(0), Some(1)),
        (ListStep::By(1), Some(2), Some(2)),
        (ListStep::By(-1), Some(0), Some(0)),
        (ListStep::By(-1), None, Some(0)),
        (ListStep::Last, Some(0), Some(2)),
        (ListStep::First, Some(2), Some(0)),
    ] {
        assert_eq!(step.from(at, 3), to, "{step:?} {at:?}");
    }
    assert_eq!(ListStep::Last.from(None, 0), None);
}
