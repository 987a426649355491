//! The client, as a part of the program that comes later: what a visitor who never wrote sees needs none of it, and it
//! is a third of the bytes.
//!
//! With the feature `split` xtask cuts the program in two (`xtask/src/web/split.rs`): what only [`kept`] and [`start`]
//! reach goes into the second part, and both wait for that first. So nothing else may name the [`Session`] or the
//! driver: whoever names them holds them fast. Without the feature the program stays whole.

use client::model::Model;
use client::session::{Command, Session, Start};
use client::web::{Page, SharedDriver, random_seed};

/// What runs the conversations, for those who must not name it.
pub(crate) trait Talk {
    /// Hands in what the visitor wants.
    fn command(&self, command: Command);
    /// Tries at once what waits for its next try.
    fn wake(&self);
    /// The visitor has seen what came: other tabs need not point to it.
    fn seen(&self);
    /// Best effort as the page goes away.
    fn leave(&self);
}

impl Talk for SharedDriver {
    fn command(&self, command: Command) {
        self.command(command);
    }

    fn wake(&self) {
        self.wake();
    }

    fn seen(&self) {
        self.seen();
    }

    fn leave(&self) {
        self.leave();
    }
}

/// A function of the second part: waits until that is here.
macro_rules! later {
    ($(#[$doc:meta])* fn $name:ident($($arg:ident: $kind:ty),*) -> $out:ty $body:block) => {
        $(#[$doc])*
        #[cfg(feature = "split")]
        #[wasm_split_helpers::wasm_split(client)]
        pub(crate) fn $name($($arg: $kind),*) -> $out $body

        $(#[$doc])*
        #[cfg(not(feature = "split"))]
        pub(crate) async fn $name($($arg: $kind),*) -> $out $body
    };
}

later! {
    /// What there is to show of a session that was kept.
    fn kept(start: Start, kept: String) -> Model {
        session(start, &kept).model().clone()
    }
}

later! {
    /// Goes on with the session that was kept, or begins a new one if that is empty. Nothing is asked before
    /// [`Command::Connect`].
    fn start(name: String, start: Start, kept: String, page: Page) -> Box<dyn Talk> {
        let session = session(start.clone(), &kept);
        Box::new(SharedDriver::start(&name, start, session, page))
    }
}

fn session(start: Start, kept: &str) -> Session {
    let seed = random_seed();
    Session::restore(start.clone(), seed, kept).unwrap_or_else(|| Session::new(start, seed))
}
