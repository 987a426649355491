//! The deterministic simulator: the real platform, desk, widget and console under one seeded scheduler.
//!
//! A seed makes a [`plan::Plan`]: who takes part and which troubles come. [`run::run`] plays it in virtual
//! time on one thread: people act on pages, pages send requests, a network loses and delays them, the
//! server dies and comes back, the disk refuses. After every step the invariants of ARCHITECTURE.md are
//! judged, and at the end whether everybody tells the same story.
//!
//! Where to start: [`world::World`] is the main loop.

pub mod bugs;
pub mod clock;
pub mod dice;
pub mod disk;
pub mod image;
pub mod judge;
pub mod leg;
mod net;
pub mod page;
mod people;
pub mod plan;
pub mod run;
mod seat;
pub mod server;
pub mod shrink;
pub mod trace;
mod troubles;
pub mod world;
