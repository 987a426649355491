//! Running one seed from beginning to end.

use std::sync::OnceLock;

use crate::bugs::Bug;
use crate::disk::Image;
use crate::image;
use crate::judge::Failure;
use crate::plan::Plan;
use crate::world::World;

/// How a run went.
#[derive(Debug)]
pub struct Report {
    /// What does not hold; `None` when all does.
    pub failure: Option<Failure>,
    /// The hash of all that happened.
    pub hash: u64,
    /// How many steps were made.
    pub steps: u64,
    /// What happened, when it was to be read.
    pub lines: Vec<String>,
}

/// What is on the disk when a run begins.
fn first_image() -> Image {
    static IMAGE: OnceLock<Image> = OnceLock::new();
    IMAGE.get_or_init(image::make).clone()
}

/// Runs a plan, with a bug planted if one is named.
pub fn run(plan: &Plan, bug: Option<Bug>, is_readable: bool) -> Report {
    let image = first_image();
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true);
    // Wake-ups of `watch` draw from it, so equal seeds run equally. `cargo xtask` sets the flag.
    #[cfg(tokio_unstable)]
    builder.rng_seed(tokio::runtime::RngSeed::from_bytes(&plan.seed.to_le_bytes()));
    let runtime = builder.build().expect("a runtime of one thread needs nothing from the system");
    runtime.block_on(async {
        let mut world = World::new(plan.clone(), bug, image, is_readable);
        world.play().await;
        let (trace, failure) = world.finish();
        Report { failure, hash: trace.hash(), steps: trace.steps(), lines: trace.lines() }
    })
}
