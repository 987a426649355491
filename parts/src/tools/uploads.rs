//! Sends files to the desk, and says each one's address in the conversation. Files belong to the
//! document: they stay when the composer goes and comes again.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use shared::data_uri::percent_encode;
use ui::transfer::Transfer;
use web_sys::File;

use super::queue::{Queue, Stand};
use crate::stage::{Refusal, Stage};

/// What the view shows.
#[derive(Clone)]
pub struct Uploads {
    /// All files on their way.
    pub queue: ArcRwSignal<Queue>,
    /// What was said last to who does not see.
    pub said: ArcRwSignal<String>,
}

/// A file, and its way while it is sent.
struct Carried {
    file: File,
    transfer: Option<Transfer>,
}

thread_local! {
    static UPLOADS: Uploads = Uploads {
        queue: ArcRwSignal::new(Queue::default()),
        said: ArcRwSignal::new(String::new()),
    };
    /// Whether a conversation has begun, as far as is known here; the desk takes no file without one.
    static HAS_BEGUN: Cell<bool> = const { Cell::new(false) };
    static CARRIED: RefCell<BTreeMap<u32, Carried>> = const { RefCell::new(BTreeMap::new()) };
}

/// What is on its way in this document.
pub fn uploads() -> Uploads {
    UPLOADS.with(Clone::clone)
}

/// Puts files on their way.
pub fn add(stage: &Stage, files: Vec<File>) {
    for file in files {
        let (name, bytes) = (file.name(), size(&file));
        let Some(key) = uploads().queue.try_update(|it| it.add(name)) else { continue };
        CARRIED.with_borrow_mut(|it| it.insert(key, Carried { file, transfer: None }));
        if bytes > bytes_max(stage) {
            refuse(key, too_large(stage));
        }
    }
    go_on(stage);
}

/// A conversation has begun: what was held goes along.
pub fn begun(stage: &Stage) {
    HAS_BEGUN.set(true);
    uploads().queue.update(Queue::release);
    go_on(stage);
}

/// It is to be tried again; what the desk has already is said only.
pub fn again(stage: &Stage, key: u32) {
    let url = uploads().queue.with_untracked(|it| it.get(key).and_then(|it| it.url.clone()));
    if let Some(url) = url {
        say(stage, key, &url);
        return;
    }
    uploads().queue.update(|it| it.set(key, Stand::Waiting));
    go_on(stage);
}

/// It is not wanted any more.
pub fn give_up(stage: &Stage, key: u32) {
    // What is on its way ends with it.
    CARRIED.with_borrow_mut(|it| it.remove(&key));
    uploads().queue.update(|it| it.remove(key));
    go_on(stage);
}

fn go_on(stage: &Stage) {
    let keys = uploads().queue.try_update(Queue::begin).unwrap_or_default();
    for key in keys {
        announce(stage, "sending_file", key);
        let stage = stage.clone();
        spawn_local(async move { send(&stage, key, false).await });
    }
}

/// Whether a conversation goes on, as the desk has it.
async fn has_begun(stage: &Stage) -> Result<bool, Refusal> {
    if !HAS_BEGUN.get() {
        let answer = stage.ask("GET", "/state", None).await?;
        // It may have begun while the desk was asked.
        HAS_BEGUN.set(HAS_BEGUN.get() || answer.get("conversation").is_some_and(Value::is_string));
    }
    Ok(HAS_BEGUN.get())
}

/// Sends the bytes; `is_anew` with a ticket of its own, after the desk refused the one there was.
async fn send(stage: &Stage, key: u32, is_anew: bool) {
    match has_begun(stage).await {
        Ok(true) => {}
        Ok(false) => {
            uploads().queue.update(|it| it.hold(key));
            announce(stage, "file_waits", key);
            return;
        }
        Err(_) => {
            fail(stage, key, String::new());
            return;
        }
    }
    let Ok(bearer) = stage.ticket(is_anew).await else {
        fail(stage, key, String::new());
        return;
    };
    let Some(file) = CARRIED.with_borrow(|it| it.get(&key).map(|it| it.file.clone())) else {
        return;
    };
    let desk = stage.site.get("desk").and_then(Value::as_str).unwrap_or_default();
    let url = [desk, "/files?name=", &percent_encode(&file.name())].concat();
    let bytes = size(&file).max(1);
    let on_progress = move |sent: u64| {
        let percent = u32::try_from((sent * 100 / bytes).min(100)).unwrap_or_default();
        uploads().queue.update(|it| it.set(key, Stand::Sending(percent)));
    };
    let ending = stage.clone();
    let on_end = move |status, body: String| {
        let stage = ending.clone();
        // Not within the browser's own call, whose closure may end here.
        spawn_local(async move { answered(&stage, key, (status, &body), is_anew).await });
    };
    let transfer = Transfer::start((&url, &bearer), &file, on_progress, on_end);
    if transfer.is_none() {
        fail(stage, key, String::new());
    }
    CARRIED.with_borrow_mut(|it| {
        if let Some(it) = it.get_mut(&key) {
            it.transfer = transfer;
        }
    });
}

/// The desk has answered; a status of 0 is no answer.
async fn answered(stage: &Stage, key: u32, (status, body): (u16, &str), is_anew: bool) {
    if status == 401 && !is_anew {
        Box::pin(send(stage, key, true)).await;
        return;
    }
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |name| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let word = |name| stage.texts.word(name).to_owned();
    match (status, text("url")) {
        (201, url) if !url.is_empty() => {
            uploads().queue.update(|it| it.taken(key, url.clone()));
            say(stage, key, &url);
        }
        // The conversation was over before the file was there. The next try asks whether another has begun.
        (409, _) => {
            HAS_BEGUN.set(false);
            fail(stage, key, String::new());
        }
        (413, _) => refuse(key, too_large(stage)),
        (415, _) => refuse(key, word("file_kind")),
        (429 | 507, _) => fail(stage, key, word("files_enough")),
        _ => fail(stage, key, text("message")),
    }
}

/// The bytes that a file has.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a length of bytes that a page can hold"
)]
fn size(file: &File) -> u64 {
    file.size() as u64
}

/// The bytes that a file may have, as the server wrote it.
fn bytes_max(stage: &Stage) -> u64 {
    stage.site.get("files").and_then(Value::as_u64).unwrap_or(u64::MAX)
}

fn too_large(stage: &Stage) -> String {
    let bytes = bytes_max(stage);
    let (whole, tenths) = (bytes >> 20, (bytes >> 10) % 1024 * 10 / 1024);
    let mut megabytes = whole.to_string();
    // An operator may have set it to less than one.
    if tenths > 0 {
        megabytes = [&megabytes, ".", &tenths.to_string()].concat();
    }
    stage.texts.filled("file_too_large", "size", &megabytes)
}

/// It stays, so that whoever chose it sees why, and is not tried again.
fn refuse(key: u32, why: String) {
    uploads().said.set(why.clone());
    uploads().queue.update(|it| it.set(key, Stand::Refused(why)));
}

/// Says the file in the conversation, if one can write there; otherwise it stays for later.
fn say(stage: &Stage, key: u32, url: &str) {
    let field = document().query_selector(".composer textarea:not([aria-disabled=true])");
    if !matches!(field, Ok(Some(_))) {
        fail(stage, key, String::new());
        return;
    }
    stage.frame.tell("send", Some(url));
    announce(stage, "file_sent", key);
    give_up(stage, key);
}

/// It stays, with what the desk says of it, or with what to do where it says nothing.
fn fail(stage: &Stage, key: u32, why: String) {
    let why = if why.is_empty() { stage.texts.word("file_failed").to_owned() } else { why };
    uploads().said.set(why.clone());
    uploads().queue.update(|it| it.set(key, Stand::Failed(why)));
    go_on(stage);
}

fn announce(stage: &Stage, sentence: &str, key: u32) {
    let name = uploads().queue.with_untracked(|it| it.get(key).map(|it| it.name.clone()));
    uploads().said.set(stage.texts.filled(sentence, "name", &name.unwrap_or_default()));
}
