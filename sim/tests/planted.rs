//! The simulator must be able to fail: each bug that is planted at a seam of the product is found, as a
//! breach of the invariant that it breaks. A test for each invariant, so that they run side by side.

use sim::bugs::Bug;
use sim::plan::Plan;
use sim::run::run;

/// A planted bug must be found within so many seeds.
const SEEDS_MAX: u64 = 200;

/// Runs seeds until each bug is found, and says after how many.
#[expect(clippy::print_stdout, reason = "how many seeds it takes is what one wants to know")]
fn finds(bugs: &[Bug]) {
    let mut missed = Vec::new();
    for bug in bugs {
        let found = (0..SEEDS_MAX).find_map(|seed| {
            let failure = run(&Plan::of(seed), Some(*bug), false).failure?;
            Some((seed, failure))
        });
        if let Some((seed, it)) = found {
            // What fails without the bug, too, is no proof.
            assert_eq!(
                run(&Plan::of(seed), None, false).failure,
                None,
                "seed {seed} without {bug:?}"
            );
            println!("{bug:?}: {} seeds; breaks {}: {}", seed + 1, it.invariant, it.what);
        } else {
            missed.push(bug);
        }
    }
    assert!(missed.is_empty(), "not found within {SEEDS_MAX} seeds: {missed:?}");
}

#[test]
fn invariant_1_what_is_acknowledged_or_told_before_it_is_durable_is_found() {
    finds(&[Bug::AckBeforeDurable, Bug::TellBeforeKeep]);
}

#[test]
fn invariant_2_what_takes_effect_twice_is_found() {
    finds(&[Bug::ForgetsOperations, Bug::ShortDedupe, Bug::RetryNewOperation, Bug::PackageTwice]);
}

#[test]
fn invariant_3_messages_out_of_order_are_found() {
    finds(&[Bug::SwapsMessages, Bug::CursorOffByOne]);
}

#[test]
fn invariant_4_what_is_lost_over_a_restart_is_found() {
    finds(&[Bug::LosesTail, Bug::ForgetsPackages, Bug::WebhookAckedEarly]);
}

#[test]
fn invariant_11_typed_text_that_vanishes_is_found() {
    finds(&[Bug::CreatedForRefused, Bug::SnapshotLate, Bug::DraftNotKept]);
}

#[test]
fn invariant_11_a_text_that_is_shown_as_read_too_early_is_found() {
    finds(&[Bug::SeesTooMuch]);
}

#[test]
fn invariant_12_a_page_that_is_stale_and_does_not_say_so_is_found() {
    finds(&[Bug::CachedPulse]);
}
