//! Documents as a broken, foreign or hostile server might send them: good ones with a few things changed.
//!
//! Also used by the tests of other crates (`#[path]`), so that all are fed alike.

use proptest::prelude::*;
use serde_json::{Value, json};

/// What stands in place of something else.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        prop::sample::select(vec![i64::MIN, -1, 0, 1, i64::MAX]).prop_map(Value::from),
        Just(json!(1e308)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[[[{}]]]])),
        prop::sample::select(vec![
            "",
            " ",
            "\\u0026",
            "\u{feff}",
            "\u{202e}\0",
            "é",
            "//evil.example/x",
            "javascript:1",
            "http://",
            "/",
            "?",
            "data:",
            "data:,%",
            "data:text/html;base64,####",
            "/Date(9223372036854775807)/",
            "/Date(-9223372036854775808)/",
            "9999-99-99T99:99:99Z",
            "psat=..",
            "Incoming",
            "Failure",
            "deleted",
        ])
        .prop_map(Value::from),
        "\\PC{0,30}".prop_map(Value::from),
        (0_usize..5_000).prop_map(|length| Value::from("x".repeat(length))),
    ]
}

/// One change of one place; places are counted through the document, and wrap around.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Something else stands there.
    Put(usize, Value),
    /// It is gone.
    Remove(usize),
    /// It stands in an array of one, or of two.
    Wrap(usize, bool),
    /// What stands at the first place stands at the second too.
    Copy(usize, usize),
    /// An object's names are written in capitals.
    Shout(usize),
}

/// A few changes.
pub(crate) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let at = 0_usize..400;
    let one = prop_oneof![
        4 => (at.clone(), odd()).prop_map(|(at, value)| Change::Put(at, value)),
        2 => at.clone().prop_map(Change::Remove),
        2 => (at.clone(), any::<bool>()).prop_map(|(at, twice)| Change::Wrap(at, twice)),
        2 => (at.clone(), at.clone()).prop_map(|(from, to)| Change::Copy(from, to)),
        1 => at.prop_map(Change::Shout),
    ];
    prop::collection::vec(one, 0..8)
}

/// The document with the changes made.
pub(crate) fn changed(document: &Value, changes: &[Change]) -> Value {
    let mut out = document.clone();
    for change in changes {
        let places = count(&out);
        match change {
            Change::Put(at, value) => value.clone_into(place(&mut out, at % places)),
            Change::Remove(at) => *place(&mut out, at % places) = Value::Null,
            Change::Wrap(at, twice) => {
                let place = place(&mut out, at % places);
                let held = place.take();
                *place = if *twice { json!([held, held]) } else { json!([held]) };
            }
            Change::Copy(from, to) => {
                let copy = place(&mut out, from % places).clone();
                // Copies of copies grow without end.
                if count(&copy) + places < 2_000 {
                    *place(&mut out, to % places) = copy;
                }
            }
            Change::Shout(at) => {
                if let Value::Object(object) = place(&mut out, at % places) {
                    let held = std::mem::take(object);
                    object.extend(held.into_iter().map(|(name, it)| (name.to_uppercase(), it)));
                }
            }
        }
    }
    out
}

/// How many places a document has, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(object) => object.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// The place of this number, which is below [`count`].
fn place(value: &mut Value, number: usize) -> &mut Value {
    if number == 0 {
        return value;
    }
    let mut left = number - 1;
    let inner: Box<dyn Iterator<Item = &mut Value>> = match value {
        Value::Array(items) => Box::new(items.iter_mut()),
        Value::Object(object) => Box::new(object.values_mut()),
        _ => panic!("the number is below the count"),
    };
    for value in inner {
        let size = count(value);
        if left < size {
            return place(value, left);
        }
        left -= size;
    }
    panic!("the number is below the count")
}
