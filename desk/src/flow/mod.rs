//! The path of one visitor's conversation, as a pure machine: state + input + now → effects.
//!
//! A [`Flow`] is folded from [`Change`]s. Each input makes a `Turn`: what is heard becomes changes,
//! then the turn looks at the state and asks for whatever is due next, so that an input that comes
//! twice, late or out of order does no harm. The caller keeps the changes first and runs the effects
//! then; an effect whose answer was never kept runs again after a restart, under the same operation id.
//!
//! | File | Holds |
//! |---|---|
//! | `open` | the visitor's invitation, or an agent's meeting |
//! | `change` | what happened: the words of the log |
//! | `state` | the state and how changes fold into it |
//! | `step` | what is asked of the platform |
//! | `turn` | inputs, answers, time |
//! | `hear` | events of the platform |
//! | `setup` | conference, chat, bridge (`protocol.md` §1.2, rows 12 to 15) |
//! | `offers` | rounds, invitations, owner (rows 16, 18) |
//! | `roster` | who of them is bridged, withdrawn, ejected |
//! | `talk` | texts: transcript, greeting, notices (row 17) |
//! | `ending` | the end and what must be cleaned up (rows 21, 22) |
//! | `rating` | what the visitor thinks of it |
//! | `view` | what others may see |
//! | `visit` | what its visitor may see |

mod about;
mod change;
mod ending;
mod hear;
mod offers;
mod open;
mod rating;
mod roster;
mod setup;
mod state;
mod step;
mod talk;
mod turn;
mod view;
mod visit;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use change::EndedBy;
pub(crate) use change::{Change, Hosted, Opening, Target};
pub(crate) use open::Invited;
pub(crate) use state::Flow;
pub(crate) use step::{Answer, Body, Effect, Method, Request, Step};
pub(crate) use turn::{Context, Input, Refusal};
