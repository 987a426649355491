//! How a check ends, and the words it ends with.

/// Why a check stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The platform did something else than documented.
    Failed {
        /// What the protocol says.
        expected: String,
        /// What came.
        seen: String,
    },
    /// The platform does not offer what the check is about: a link is absent (§2A.1).
    NotOffered {
        /// The relation.
        link: String,
        /// The document that lacks it.
        of: String,
    },
    /// The run was not told what the check needs.
    NotRun(String),
    /// Something that other checks judge went wrong on the way to what this one is about.
    Blocked {
        /// What was to be done first.
        what: String,
        /// What the protocol says.
        expected: String,
        /// What came.
        seen: String,
    },
}

/// What a step of a check gives, or why the check stopped.
pub(crate) type Outcome<T = ()> = Result<T, Stop>;

/// A failure, in words.
pub(crate) fn failed<T>(expected: impl Into<String>, seen: impl Into<String>) -> Outcome<T> {
    Err(Stop::Failed { expected: expected.into(), seen: seen.into() })
}

/// Judges one thing.
pub(crate) fn expect(holds: bool, expected: impl Into<String>, seen: impl Into<String>) -> Outcome {
    if holds { Ok(()) } else { failed(expected, seen) }
}

/// Judges that something is one certain thing.
pub(crate) fn expect_eq<T: PartialEq + std::fmt::Debug>(
    what: &str,
    seen: &T,
    expected: &T,
) -> Outcome {
    expect(seen == expected, format!("{what} is {expected:?}"), format!("{seen:?}"))
}

/// Marks steps that lead to a check and are judged by another one.
pub(crate) trait SetUp<T> {
    /// A failure in here blocks the check; it is not what the check is about.
    fn set_up(self, what: &str) -> Outcome<T>;
}

impl<T> SetUp<T> for Outcome<T> {
    fn set_up(self, what: &str) -> Self {
        self.map_err(|stop| match stop {
            Stop::Failed { expected, seen } => {
                Stop::Blocked { what: what.to_owned(), expected, seen }
            }
            other => other,
        })
    }
}
