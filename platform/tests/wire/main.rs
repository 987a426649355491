//! The platform over its real router: the whole flow, the conformance checks of `protocol.md` §6.3
//! and §6.4 by their IDs, and the invariants of ARCHITECTURE.md by their numbers.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod assertion;
mod batch;
mod bridge;
mod channel;
mod common;
mod decisions;
mod doors;
mod flow;
mod fuzz;
mod invariants;
mod invitations;
mod keys;
mod lobby;
mod marks;
mod me;
mod meetings;
mod messages;
mod multi_party;
#[path = "../../../shared/tests/words/mutate.rs"]
mod mutate;
mod renewals;
mod restart;
mod shapes;
mod sloppy;
mod tokens;
mod webhooks;
mod xframe;
