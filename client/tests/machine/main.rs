//! Dialogues with the machine: what goes in, what comes out, at which time.

mod agent;
mod channel;
mod endings;
mod messages;
mod properties;
mod restore;
mod sign_in;
mod talk;
