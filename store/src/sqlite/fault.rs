//! What SQLite's errors mean to the person who runs the server.

use rusqlite::{Error, ErrorCode};

use crate::StoreError;

/// An error of a write.
pub(super) fn writing(error: &Error) -> StoreError {
    match code(error) {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => reading(error),
        _ => StoreError::Unwritable(explain(error)),
    }
}

/// An error of a read.
pub(super) fn reading(error: &Error) -> StoreError {
    StoreError::Unreadable(explain(error))
}

const fn code(error: &Error) -> Option<ErrorCode> {
    match error {
        Error::SqliteFailure(failure, _) => Some(failure.code),
        _ => None,
    }
}

fn explain(error: &Error) -> String {
    let remedy = match code(error) {
        Some(ErrorCode::DiskFull) => "the disk is full; free some space, nothing kept was lost",
        Some(ErrorCode::ReadOnly) => "it is read-only; give the server's account write permission",
        Some(ErrorCode::PermissionDenied) => {
            "permission is denied; give the server's account access"
        }
        Some(ErrorCode::CannotOpen) => {
            "it cannot be opened; the folder must exist and be writable by the server's account"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds it locked; stop that program (a second server, a backup tool)"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "it is damaged or not a data file of frontdesk; restore the newest backup"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "the disk reports an error; see the system's log, then check the disk"
        }
        _ => return error.to_string(),
    };
    format!("{remedy} ({error})")
}
