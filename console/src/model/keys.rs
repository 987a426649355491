//! What the keys do. Shortcuts that work everywhere need a modifier, so that nobody who types or
//! dictates triggers one (WCAG 2.1.4).

/// A key that was pressed, as the browser tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the browser tells each modifier by its own flag"
)]
pub struct Pressed<'a> {
    /// What it means, such as `Enter` or `a`.
    pub key: &'a str,
    /// Where it is, such as `KeyA`; the same for every language.
    pub code: &'a str,
    /// Alt or Option.
    pub alt: bool,
    /// Control.
    pub ctrl: bool,
    /// Command or Windows.
    pub meta: bool,
    /// Shift.
    pub shift: bool,
    /// Whether an input method is composing: the key is the method's.
    pub is_composing: bool,
}

/// What a key does wherever the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Shows the next conversation.
    Next,
    /// Shows the previous one.
    Previous,
    /// Takes who waits longest.
    TakeNext,
    /// Goes to the reply.
    Reply,
    /// Back to the list.
    Back,
    /// Shows the help.
    Help,
}

/// What a key does in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListStep {
    /// This many rows down.
    By(isize),
    /// The first row.
    First,
    /// The last row.
    Last,
}

impl Pressed<'_> {
    /// What the key does wherever the focus is.
    pub fn shortcut(&self) -> Option<Shortcut> {
        if self.is_composing {
            return None;
        }
        let only_alt = self.alt && !self.ctrl && !self.meta && !self.shift;
        let command = (self.ctrl || self.meta) && !self.alt;
        match (self.key, self.code) {
            ("ArrowDown", _) if only_alt => Some(Shortcut::Next),
            ("ArrowUp", _) if only_alt => Some(Shortcut::Previous),
            (_, "KeyT") if only_alt => Some(Shortcut::TakeNext),
            (_, "KeyR") if only_alt => Some(Shortcut::Reply),
            ("/", _) if command => Some(Shortcut::Help),
            ("Escape", _) if !self.alt && !command => Some(Shortcut::Back),
            _ => None,
        }
    }

    /// Whether the key sends what is typed.
    pub fn is_send(&self) -> bool {
        self.key == "Enter" && !self.shift && !self.alt && !self.is_composing
    }

    /// Where the key moves to in the list.
    pub fn list_step(&self) -> Option<ListStep> {
        if self.alt || self.ctrl || self.meta {
            return None;
        }
        match self.key {
            "ArrowDown" => Some(ListStep::By(1)),
            "ArrowUp" => Some(ListStep::By(-1)),
            "Home" => Some(ListStep::First),
            "End" => Some(ListStep::Last),
            _ => None,
        }
    }
}

impl ListStep {
    /// The row to go to, of `count` rows.
    pub fn from(self, at: Option<usize>, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        Some(match (self, at) {
            (Self::Last, _) => last,
            (Self::By(step), Some(at)) => at.saturating_add_signed(step).min(last),
            (Self::First, _) | (Self::By(_), None) => 0,
        })
    }
}
