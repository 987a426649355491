//! Whether what is on screen is current: the UCWA channel and the desk's poll together.

use client::model::Connection;

use super::desk_poll::Health;

/// What a person is told about the connection (invariant 12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// On the way for the first time.
    Connecting,
    /// All is current.
    Online,
    /// Something may be missing; tried again by itself.
    Reconnecting {
        /// When, on the driver's clock.
        retry_at_ms: i64,
    },
    /// Another window has taken over.
    Elsewhere,
    /// The token is not good any more.
    SignedOut,
    /// Stopped; goes on only when a person asks.
    Stopped {
        /// A sentence for a person.
        reason: String,
    },
}

impl Link {
    /// Puts both together; the worse one counts.
    pub fn of(connection: &Connection, health: Health) -> Self {
        match (connection, health) {
            (Connection::SignedOut { .. }, _) | (_, Health::SignedOut) => Self::SignedOut,
            (Connection::OpenedElsewhere, _) => Self::Elsewhere,
            (Connection::Stopped { reason }, _) => Self::Stopped { reason: reason.clone() },
            (
                Connection::Reconnecting { retry_at_ms: one },
                Health::Stale { retry_at_ms: other },
            ) => Self::Reconnecting { retry_at_ms: *one.min(&other) },
            (Connection::Reconnecting { retry_at_ms }, _) => {
                Self::Reconnecting { retry_at_ms: *retry_at_ms }
            }
            (_, Health::Stale { retry_at_ms }) => Self::Reconnecting { retry_at_ms },
            (Connection::Idle | Connection::Connecting, _) | (_, Health::Unknown) => {
                Self::Connecting
            }
            (Connection::Online, Health::Fresh) => Self::Online,
        }
    }

    /// The state's name, for style sheets and tests.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Online => "online",
            Self::Reconnecting { .. } => "reconnecting",
            Self::Elsewhere => "elsewhere",
            Self::SignedOut => "signed-out",
            Self::Stopped { .. } => "stopped",
        }
    }
}
