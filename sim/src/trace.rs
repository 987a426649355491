//! What happened, as a hash of every line and, when a person wants to read it, as text.

use std::fmt::{Arguments, Write};

/// How many lines a readable trace keeps; the newest count.
const LINES_MAX: usize = 4_000;

/// What happened so far.
#[derive(Debug)]
pub struct Trace {
    hash: u64,
    steps: u64,
    lines: Option<Vec<String>>,
}

/// FNV-1a over what is written.
struct Hasher<'a>(&'a mut u64);

impl Write for Hasher<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            *self.0 = (*self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

impl Trace {
    /// Nothing yet; with `readable` the lines are kept too.
    pub fn new(readable: bool) -> Self {
        Self { hash: 0xcbf2_9ce4_8422_2325, steps: 0, lines: readable.then(Vec::new) }
    }

    /// One step of the run at this virtual time.
    pub fn step(&mut self, at_ms: u64, what: Arguments<'_>) {
        self.steps += 1;
        self.note(at_ms, what);
    }

    /// Something worth reading besides the steps.
    pub fn note(&mut self, at_ms: u64, what: Arguments<'_>) {
        // Hashing writes nowhere and cannot fail.
        let _ = writeln!(Hasher(&mut self.hash), "{at_ms} {what}");
        if let Some(lines) = &mut self.lines {
            if lines.len() >= LINES_MAX {
                lines.drain(..LINES_MAX / 2);
            }
            lines.push(format!(
                "{:>9.3}  {what}",
                std::time::Duration::from_millis(at_ms).as_secs_f64()
            ));
        }
    }

    /// The hash of all lines.
    pub const fn hash(&self) -> u64 {
        self.hash
    }

    /// How many steps were made.
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// The readable lines, where they were kept.
    pub fn lines(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}
