//! The simulator judged: it repeats itself, and makes what fails smaller. What it finds: `planted`.

use sim::bugs::Bug;
use sim::plan::{Plan, Trouble, Weather, Who};
use sim::run::run;
use sim::shrink::shrink;

/// The bug that is planted here must be found within so many seeds.
const SEEDS_MAX: u64 = 50;

#[cfg(tokio_unstable)]
#[test]
fn the_same_seed_gives_the_same_trace() {
    for seed in 0..12 {
        let (one, other) = (run(&Plan::of(seed), None, true), run(&Plan::of(seed), None, true));
        let differs = one.lines.iter().zip(&other.lines).find(|(one, other)| one != other);
        assert_eq!(one.hash, other.hash, "seed {seed} differs at {differs:?}");
        assert!(one.steps > 50, "seed {seed} does little: {} steps", one.steps);
    }
}

#[test]
fn a_failing_plan_is_made_smaller_and_still_fails() {
    let bug = Some(Bug::PackageTwice);
    let found = (0..SEEDS_MAX).map(Plan::of).find_map(|plan| {
        let failure = run(&plan, bug, false).failure?;
        Some((plan, failure))
    });
    let (plan, failure) = found.expect("a message that is told twice is soon found");
    let (small, _) = shrink(&plan, bug, failure.invariant);
    let again = run(&small, bug, false).failure.expect("the smaller plan still fails");
    assert_eq!(again.invariant, failure.invariant);
    assert!(small.troubles.is_empty(), "the bug needs no trouble: {small:?}");
    assert!(small.acting_ms < plan.acting_ms);
}

#[test]
fn an_agent_who_signs_in_anew_goes_on_while_the_old_application_lives() {
    for seed in 0..20 {
        let trouble = Trouble::Reload { who: Who::Agent(0), after_ms: 500, is_anew: true };
        let plan = Plan {
            visitors: 1,
            agents: 1,
            acting_ms: 22_000,
            weather: Weather::default(),
            troubles: vec![(20_000, trouble)],
            ..Plan::of(seed)
        };
        assert_eq!(run(&plan, None, false).failure, None, "seed {seed}");
    }
}
