//! The real thing under fire, in short; `cargo xtask fire` does it at length.

use std::path::Path;
use std::time::Duration;

use e2e::fire::{Options, run};
use e2e::process::program;
use e2e::proxy::Fault;

#[tokio::test(flavor = "multi_thread")]
async fn invariant_2_under_fire_nothing_is_lost_or_twice_and_everyone_sees_one_order() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/tests/fixtures/web");
    let seed = std::env::var("FIRE_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(1);
    let options = Options {
        program: program().to_owned(),
        assets: Some(web),
        seed,
        messages: 400,
        restarts: 4,
        visitors: 4,
        browser: None,
        writing_max: Duration::from_mins(3),
        settling_max: Duration::from_mins(1),
    };
    let report = run(&options).await;
    println!("{report}");
    assert!(report.is_fine(), "seed {seed}:\n{report}");
    assert_eq!((report.messages, report.restarts, report.verdict.screens), (400, 4, 12));
    let harmed = |kind: Fault| report.faults.iter().any(|it| it.0 == kind.name() && it.1 > 0);
    assert!(harmed(Fault::Delay) && harmed(Fault::Duplicate), "it was under fire: {report}");
    assert!(harmed(Fault::LoseAnswer) && harmed(Fault::Drop), "it was under fire: {report}");
}
