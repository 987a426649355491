//! A file comes in: judged by its head, written piece by piece, never whole in memory.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::{Extension, Json};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use shared::desk::FileMade;
use store::{BlobError, Draft};

use super::index::NoRoom;
use super::kind::{HEAD_BYTES, NotTaken, judge};
use super::record::{FileRecord, Sender};
use super::{FILES_COLLECTION, Files, name};
use crate::Desk;
use crate::api::Agent;
use crate::bootstrap::asker;
use crate::limits::FILE_PIECE_MS_MAX;
use crate::refusal::ApiError;
use crate::visitor_api::TheVisitor;

/// `?name=NAME`.
#[derive(Deserialize)]
pub(crate) struct Named {
    #[serde(default)]
    name: String,
}

/// The answer: made, or not.
type Answer = Result<(StatusCode, Json<FileMade>), ApiError>;

pub(super) async fn by_agent(
    agent: Agent,
    State(desk): State<Desk>,
    named: Result<Query<Named>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let sender = Sender::Agent(agent.uri().clone());
    desk.inner.files.take(sender, named, &headers, body).await
}

pub(super) async fn by_visitor(
    visitor: TheVisitor,
    State(desk): State<Desk>,
    client: Option<Extension<ConnectInfo<SocketAddr>>>,
    named: Result<Query<Named>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let files = &desk.inner.files;
    // A ticket is to be had for the asking; a conversation is one that agents see.
    if desk.inner.engine.book.of_visitor(&visitor.site, &visitor.visitor_id).is_none() {
        return Err(files.turn_away(body, ApiError::NotBegun).await);
    }
    let client = client.map(|it| asker(it.0.0.ip()));
    let bytes = files.wanted(&headers).min(files.limits.file_bytes_max);
    let kilobytes = u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX);
    if !desk.inner.file_rate.allows_many(client, kilobytes, files.clock.now_ms()) {
        let why = "Many files came from where you are. Send this one tomorrow.".to_owned();
        return Err(files.turn_away(body, ApiError::TooManyFiles(why)).await);
    }
    files.take(Sender::Visitor(visitor.visitor_id), named, &headers, body).await
}

/// The length a request tells.
fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok())
}

impl Files {
    /// The room a file may need: its length, or the most there may be.
    fn wanted(&self, headers: &HeaderMap) -> u64 {
        length(headers).unwrap_or(self.limits.file_bytes_max)
    }

    /// Refuses a file. A browser that is still sending does not hear an answer, so it is read, for nothing.
    async fn turn_away(&self, body: Body, why: ApiError) -> ApiError {
        let mut coming = Coming { body, bytes: 0, bytes_max: self.limits.file_bytes_max };
        coming.pass_over().await.err().unwrap_or(why)
    }

    /// Takes a file of a sender who was let in.
    pub(crate) async fn take(
        &self,
        by: Sender,
        named: Result<Query<Named>, QueryRejection>,
        headers: &HeaderMap,
        body: Body,
    ) -> Answer {
        let Query(named) = named.map_err(|it| ApiError::BadInput(it.body_text()))?;
        let bytes_max = self.limits.file_bytes_max;
        let wanted = self.wanted(headers);
        if wanted > bytes_max {
            return Err(too_large(bytes_max));
        }
        let id = self.new_id();
        let now_ms = self.clock.now_ms();
        let room = self.index.room((&id, wanted), &by, &self.limits, now_ms);
        let _room = room.map_err(|it| self.no_room(it))?;
        let mut coming = Coming { body, bytes: 0, bytes_max };
        let head = coming.head().await?;
        let kind = match judge(&head, &named.name) {
            Ok(kind) => kind,
            Err(why) => {
                // A browser that is still sending does not hear an answer.
                coming.pass_over().await?;
                return Err(not_taken(why));
            }
        };
        let mut draft = self.blobs.begin(&id).await?;
        coming.write(&head, &mut *draft).await?;
        draft.keep().await?;
        let record = FileRecord {
            name: name::clean(&named.name, kind),
            media_type: kind.media_type.to_owned(),
            bytes: coming.bytes,
            by,
            at_ms: now_ms,
        };
        self.keep(&id, record).await
    }

    /// Keeps the record; its bytes are durable.
    async fn keep(&self, id: &str, record: FileRecord) -> Answer {
        if let Err(error) = self.documents.put(FILES_COLLECTION, id, &record.write()).await {
            // Whether it was kept is not known; without a record nobody finds the bytes, and the
            // upkeep removes them.
            return Err(error.into());
        }
        let made = self.made(id, &record);
        tracing::info!(
            file.bytes = record.bytes,
            file.media_type = record.media_type,
            "a file was taken"
        );
        self.index.add(id, record);
        Ok((StatusCode::CREATED, Json(made)))
    }

    fn no_room(&self, why: NoRoom) -> ApiError {
        match why {
            NoRoom::Busy => {
                ApiError::TooManyFiles("Too many files come in. Try again in a minute.".to_owned())
            }
            NoRoom::Visitor => ApiError::TooManyFiles(format!(
                "You can send {} of files in 24 hours. Send this one tomorrow.",
                megabytes(self.limits.visitor_files_bytes_per_day)
            )),
            NoRoom::Everybody => {
                tracing::warn!(
                    "no room for a file: raise limits.files_bytes_max or lower files_days"
                );
                full()
            }
        }
    }
}

/// A body that is being read.
struct Coming {
    body: Body,
    /// What was read of it.
    bytes: u64,
    bytes_max: u64,
}

impl Coming {
    /// The next piece; `None` at the end.
    async fn piece(&mut self) -> Result<Option<axum::body::Bytes>, ApiError> {
        let limit = Duration::from_millis(FILE_PIECE_MS_MAX);
        loop {
            let frame = tokio::time::timeout(limit, self.body.frame()).await;
            let frame = frame.map_err(|_| broken())?;
            let Some(frame) = frame else { return Ok(None) };
            // What comes besides data are trailers.
            let Ok(piece) = frame.map_err(|_| broken())?.into_data() else { continue };
            self.bytes += piece.len() as u64;
            if self.bytes > self.bytes_max {
                return Err(too_large(self.bytes_max));
            }
            return Ok(Some(piece));
        }
    }

    /// As much as is needed to judge it, and what came with that.
    async fn head(&mut self) -> Result<Vec<u8>, ApiError> {
        let mut head = Vec::new();
        while head.len() < HEAD_BYTES {
            let Some(piece) = self.piece().await? else { break };
            head.extend_from_slice(&piece);
        }
        Ok(head)
    }

    /// All of it into a draft.
    async fn write(&mut self, head: &[u8], draft: &mut dyn Draft) -> Result<(), ApiError> {
        draft.write(head).await?;
        while let Some(piece) = self.piece().await? {
            draft.write(&piece).await?;
        }
        Ok(())
    }

    /// Reads what is left, for nothing.
    async fn pass_over(&mut self) -> Result<(), ApiError> {
        while self.piece().await?.is_some() {}
        Ok(())
    }
}

impl From<BlobError> for ApiError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => {
                tracing::error!("a file was refused: {error}");
                full()
            }
            BlobError::Unusable(_) => Self::Unavailable(error.to_string()),
        }
    }
}

fn full() -> ApiError {
    let text = "There is no room for files here at the moment. Try again later, or send it by other means.";
    ApiError::Full(text.to_owned())
}

fn too_large(bytes_max: u64) -> ApiError {
    let text =
        format!("A file has at most {}. Send a smaller one, or parts of it.", megabytes(bytes_max));
    ApiError::TooLarge(text)
}

fn broken() -> ApiError {
    ApiError::BadInput("The file did not come to its end. Send it again.".to_owned())
}

fn not_taken(why: NotTaken) -> ApiError {
    match why {
        NotTaken::Empty => ApiError::BadInput(why.to_string()),
        NotTaken::Runs | NotTaken::Unknown => ApiError::WrongType(why.to_string()),
    }
}

/// `10 MB`, as people count; below one, `500 KB`.
fn megabytes(bytes: u64) -> String {
    if bytes >= 1 << 20 {
        format!("{} MB", bytes >> 20)
    } else {
        format!("{} KB", bytes.div_ceil(1 << 10))
    }
}
