//! Files that agents and visitors send: `POST /desk/api/files`, `POST /desk/visitor/files`, `GET /desk/files/{id}/{name}`.
//!
//! The bytes are in a [`Blobs`] place, durable before the record that names them is in the documents,
//! and that before anybody is told of the file. An id cannot be guessed; knowing it is the right to read.

mod index;
mod kind;
mod name;
mod record;
mod serve;
mod upkeep;
mod upload;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use shared::desk::{FILES_PATH, FileMade};
use shared::{Origin, data_uri};
use store::env::{Clock, Entropy};
use store::{Blobs, Documents, StoreError};

use crate::limits::Limits;
use crate::{Desk, OpenError};
use index::Index;
pub(crate) use record::{FileRecord, Sender};

/// The documents that name the files, by id.
pub const FILES_COLLECTION: &str = "desk.files";
/// Where files come in. They are bounded here, not by what bounds other requests.
pub const UPLOAD_PATHS: [&str; 2] = ["/desk/api/files", "/desk/visitor/files"];

/// All files of the desk.
pub(crate) struct Files {
    documents: Arc<dyn Documents>,
    blobs: Arc<dyn Blobs>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    origin: Origin,
    limits: Limits,
    index: Arc<Index>,
}

/// What files are kept with.
pub(crate) struct FilesNeeds {
    pub(crate) documents: Arc<dyn Documents>,
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// Where browsers reach the desk.
    pub(crate) origin: Origin,
    pub(crate) limits: Limits,
}

impl Files {
    /// Reads what is kept.
    ///
    /// # Errors
    /// When the documents cannot be read, or one of them is not a file's.
    pub(crate) async fn open(needs: FilesNeeds) -> Result<Self, OpenError> {
        let FilesNeeds { documents, blobs, clock, entropy, origin, limits } = needs;
        let mut records = Vec::new();
        for (id, body) in documents.list(FILES_COLLECTION).await? {
            let record = FileRecord::parse(&body)
                .map_err(|it| StoreError::Unreadable(format!("a file's record: {it}")))?;
            records.push((id, record));
        }
        let index = Arc::new(Index::of(records));
        Ok(Self { documents, blobs, clock, entropy, origin, limits, index })
    }

    /// 160 random bits: nobody can guess it.
    fn new_id(&self) -> String {
        format!("{}{}", self.entropy.id(), self.entropy.id())
    }

    /// What whoever sent it is told.
    fn made(&self, id: &str, record: &FileRecord) -> FileMade {
        let name = data_uri::percent_encode(&record.name);
        FileMade {
            url: format!("{}{FILES_PATH}{id}/{name}", self.origin),
            name: record.name.clone(),
            media_type: record.media_type.clone(),
            bytes: record.bytes,
        }
    }
}

/// The routes of files; not bounded as other bodies are.
pub(crate) fn router() -> Router<Desk> {
    Router::new()
        .route(UPLOAD_PATHS[0], post(upload::by_agent))
        .route(UPLOAD_PATHS[1], post(upload::by_visitor))
        .route("/desk/files/{id}/{name}", get(serve::show))
}
