//! The way into a running server for its operator: a socket in the data folder, which only the
//! server's account may enter. One line of JSON goes in, one comes out.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use desk::Desk;
use platform::Platform;
use serde::{Deserialize, Serialize};
use store::{Archive, SqliteStore};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

use super::subject::{self, Whose};
use super::{UpkeepError, erase};
use crate::limits::{HATCH_ENDING_MS_MAX, HATCH_LINE_BYTES_MAX, HATCH_READ_MS_MAX};

/// What the server answers.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    /// Done; what to print.
    Done(String),
    /// Not done, and why.
    Refused(String),
}

/// What is needed to erase while serving.
pub(crate) struct Hatch {
    pub(crate) store: Arc<SqliteStore>,
    /// `None` where the platform is somebody else's.
    pub(crate) platform: Option<Platform>,
    /// `None` where only the platform is served.
    pub(crate) desk: Option<Desk>,
    pub(crate) stop: CancellationToken,
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("frontdesk.sock")
}

/// Asks the server that uses the data folder.
pub(super) fn ask(folder: &Path, whose: &Whose) -> Result<String, UpkeepError> {
    let path = socket(folder);
    let unheard = |it: std::io::Error| {
        UpkeepError::Other(format!(
            "the server that uses {} cannot be asked by {}: {it}; stop the server, then do this \
             again",
            folder.display(),
            path.display()
        ))
    };
    let talk = || {
        let mut stream = BlockingStream::connect(&path)?;
        writeln!(stream, "{}", serde_json::to_string(whose)?)?;
        let mut line = String::new();
        BufReader::new(stream.take(HATCH_LINE_BYTES_MAX)).read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    };
    match talk().map_err(unheard)? {
        Answer::Done(text) => Ok(text),
        Answer::Refused(text) => Err(UpkeepError::Other(text)),
    }
}

impl Hatch {
    /// Opens the socket. The lock of the data folder is held, so what is there is left over.
    pub(crate) fn listen(folder: &Path) -> std::io::Result<UnixListener> {
        let path = socket(folder);
        if let Err(error) = std::fs::remove_file(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(error);
        }
        UnixListener::bind(&path)
    }

    /// Serves one after the other until the server stops.
    pub(crate) async fn serve(self, listener: UnixListener) {
        loop {
            let stream = tokio::select! {
                () = self.stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match stream {
                Ok((stream, _)) => {
                    if let Err(error) = self.answer(stream).await {
                        tracing::warn!("an operator's command got no answer: {error}");
                    }
                }
                Err(error) => {
                    tracing::error!("operators' commands are not heard any more: {error}");
                    return;
                }
            }
        }
    }

    async fn answer(&self, mut stream: UnixStream) -> std::io::Result<()> {
        let mut line = String::new();
        let (reading, mut writing) = stream.split();
        let mut reading = tokio::io::BufReader::new(reading.take(HATCH_LINE_BYTES_MAX));
        let limit = Duration::from_millis(HATCH_READ_MS_MAX);
        tokio::time::timeout(limit, reading.read_line(&mut line)).await??;
        let answer = match serde_json::from_str(&line) {
            Ok(whose) => self.erase(&whose).await,
            Err(error) => Err(UpkeepError::Other(format!("this is no command: {error}"))),
        };
        let answer = match answer {
            Ok(text) => Answer::Done(text),
            Err(error) => Answer::Refused(error.to_string()),
        };
        let line = serde_json::to_string(&answer)? + "\n";
        writing.write_all(line.as_bytes()).await
    }

    /// Ends what goes on, waits until both logs have its end, then erases.
    async fn erase(&self, whose: &Whose) -> Result<String, UpkeepError> {
        let (path, wanted) = (self.store.path().to_owned(), whose.clone());
        let finding =
            tokio::task::spawn_blocking(move || subject::find(&Archive::open(&path)?, &wanted));
        let found = finding.await.map_err(|it| UpkeepError::Other(it.to_string()))??;
        let conversations = &found.conversations;
        match (&self.platform, &self.desk) {
            (Some(platform), desk) => {
                platform.end(&found.footprint).await?;
                if let Some(desk) = desk {
                    over(desk, conversations, whose).await?;
                }
            }
            (None, Some(desk)) if desk.is_open(conversations) => {
                return Err(UpkeepError::Other(format!(
                    "{whose} goes on at a platform that is not ours: end it in the console, then \
                     do the same again"
                )));
            }
            (None, _) => {}
        }
        if let Some(desk) = &self.desk {
            let files: Vec<String> = found.files.iter().cloned().collect();
            desk.remove_files(&files).await?;
        }
        let said = erase::erase(&self.store, whose).await?;
        if let Some(desk) = &self.desk {
            desk.forget(conversations, &found.left);
        }
        tracing::info!("an operator's command erased {} conversations", conversations.len());
        Ok(said)
    }
}

/// Waits until the desk has cleaned up after conversations that were ended.
async fn over(desk: &Desk, conversations: &[String], whose: &Whose) -> Result<(), UpkeepError> {
    let limit = Duration::from_millis(HATCH_ENDING_MS_MAX);
    tokio::time::timeout(limit, desk.closed(conversations)).await.map_err(|_| {
        UpkeepError::Other(format!(
            "{whose} is being ended and not over yet, so nothing was erased; do the same again in \
             a minute"
        ))
    })
}
