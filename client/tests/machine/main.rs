//! Dialogues with the machine: what goes in, what comes out, at which time.

mod agent;
mod bounds;
mod brief;
mod channel;
mod endings;
mod marks;
mod meetings;
mod messages;
#[path = "../../../shared/tests/words/mutate.rs"]
mod mutate;
mod properties;
mod renewal;
mod restore;
mod rows;
mod sign_in;
mod tabs;
mod talk;
