//! What the console shows and does, without a browser.
//!
//! [`Console`] takes in what the desk says ([`shared::desk::DeskState`]), what the UCWA machine knows
//! ([`client::model::Model`]), transcripts and a person's [`Wish`]; it answers with [`Effect`]s. Where
//! the two sources differ about *which* conversations there are and whose, the desk is right
//! (invariant 9); the UCWA machine adds what is said in them and whether one can write.

mod changes;
mod connection;
mod console;
mod desk_call;
mod desk_poll;
mod forms;
mod kept;
mod keys;
mod lists;
mod pane;
mod sources;
mod timeline;
mod uploads;
mod wishes;
mod words;

#[cfg(test)]
mod tests;

pub use connection::Link;
pub use console::{Console, Load};
pub use desk_call::{Answered, DeskCall, Refusal, mailto};
pub use desk_poll::{DeskPoll, Health, PollInput, PollOutput};
pub use forms::{FormError, SetupForm, SignInForm, setup_code};
pub use kept::{Drafts, Mark, Marks};
pub use keys::{ListStep, Pressed, Shortcut};
pub use lists::{Lists, Row};
pub use pane::{Pane, Stand};
pub use timeline::{Line, Shown, Speaker};
pub use uploads::{Upload, UploadFault, UploadStand, UploadStep, Uploads};
pub use words::{Effect, Problem, Said, Wish};
