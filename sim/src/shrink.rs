//! Makes a failing plan smaller: fewer people, fewer troubles, better weather, a shorter run, as long as
//! the same invariant is still broken.

use crate::bugs::Bug;
use crate::plan::{Plan, Weather};
use crate::run::run;

/// How many runs a search may take.
const RUNS_MAX: u32 = 150;
/// No run is made shorter than this, in milliseconds.
const ACTING_MS_MIN: u64 = 2_000;

/// The smallest failing plan that was found, and how many runs it took.
pub fn shrink(plan: &Plan, bug: Option<Bug>, invariant: &str) -> (Plan, u32) {
    let mut best = plan.clone();
    let mut runs = 0;
    loop {
        let smaller = candidates(&best).into_iter().find(|it| {
            runs += 1;
            let is_allowed = runs <= RUNS_MAX;
            is_allowed && run(it, bug, false).failure.is_some_and(|it| it.invariant == invariant)
        });
        match smaller {
            Some(smaller) => best = smaller,
            None => return (best, runs.min(RUNS_MAX)),
        }
    }
}

/// Plans that are smaller by one thing each, the largest step first.
fn candidates(plan: &Plan) -> Vec<Plan> {
    let mut all = Vec::new();
    let mut add = |change: &dyn Fn(&mut Plan)| {
        let mut smaller = plan.clone();
        change(&mut smaller);
        if smaller != *plan {
            all.push(smaller);
        }
    };
    add(&|it| it.troubles.clear());
    add(&|it| it.weather = Weather::default());
    add(&|it| it.acting_ms = (it.acting_ms / 2).max(ACTING_MS_MIN));
    add(&|it| it.visitors = 1);
    add(&|it| it.agents = 1);
    for at in 0..plan.troubles.len() {
        add(&|it| {
            it.troubles.remove(at);
        });
    }
    add(&|it| it.weather.lost = 0);
    add(&|it| it.weather.answer_lost = 0);
    add(&|it| it.weather.twice = 0);
    add(&|it| it.weather.late = 0);
    add(&|it| it.visitors = (it.visitors - 1).max(1));
    add(&|it| it.agents = (it.agents - 1).max(1));
    add(&|it| it.acting_ms = (it.acting_ms * 3 / 4).max(ACTING_MS_MIN));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_candidate_is_another_plan_and_a_smallest_one_has_none() {
        let plan = Plan::of(8);
        assert!(candidates(&plan).iter().all(|it| *it != plan));
        let smallest = Plan {
            visitors: 1,
            agents: 1,
            acting_ms: ACTING_MS_MIN,
            weather: Weather::default(),
            troubles: Vec::new(),
            ..plan
        };
        assert_eq!(candidates(&smallest), []);
    }
}
