//! Files that the agent sends: each goes to the desk, then its address is said in the conversation.

use client::http::{HttpResponse, NoAnswer};
use leptos::prelude::*;
use shared::data_uri::percent_encode;
use ui::transfer::Transfer;
use web_sys::File;

use super::App;
use crate::browser;
use crate::model::{UploadStep, Wish};

/// A file by its key, and its way while it is sent.
pub(super) struct Held {
    key: u64,
    file: File,
    transfer: Option<Transfer>,
}

impl App {
    /// It is to be tried again.
    pub(super) fn send_again(self, key: u64) {
        let step = self.state.uploads.try_update(|it| it.again(key)).flatten();
        self.step(key, step);
    }

    /// Puts a file on its way to a conversation.
    pub(super) fn attach(self, conversation: &str, file: File) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a length of bytes that a page can hold"
        )]
        let bytes = file.size() as u64;
        let name = file.name();
        let added = self.state.uploads.try_update(|it| it.add(conversation, name, bytes));
        let Some((key, is_sent)) = added else { return };
        self.held.update_value(|it| it.push(Held { key, file, transfer: None }));
        self.step(key, is_sent.then_some(UploadStep::Send));
    }

    fn step(self, key: u64, step: Option<UploadStep>) {
        match step {
            Some(UploadStep::Send) => self.send_file(key),
            Some(UploadStep::Say { conversation, url }) => self.say_file(key, conversation, url),
            None => {}
        }
    }

    fn send_file(self, key: u64) {
        let file = self.held.with_value(|it| of(it, key).map(|it| it.file.clone()));
        let Some(file) = file else { return };
        let url =
            format!("{}/desk/api/files?name={}", browser::origin(), percent_encode(&file.name()));
        let bearer = self.bearer().unwrap_or_default();
        let on_progress = move |sent| self.state.uploads.update(|it| it.progress(key, sent));
        let on_end = move |status, body| self.file_answered(key, answer(status, body));
        let transfer = Transfer::start((&url, &bearer), &file, on_progress, on_end);
        if transfer.is_none() {
            self.file_answered(key, Err(NoAnswer("the browser cannot send files".to_owned())));
            return;
        }
        self.held.update_value(|it| {
            if let Some(held) = it.iter_mut().find(|it| it.key == key) {
                held.transfer = transfer;
            }
        });
    }

    fn file_answered(self, key: u64, answer: Result<HttpResponse, NoAnswer>) {
        let step = self.state.uploads.try_update(|it| it.answered(key, answer)).flatten();
        self.step(key, step);
    }

    /// Says the file in its conversation; where that cannot be written in, the file stays for later.
    fn say_file(self, key: u64, conversation: String, url: String) {
        if self.state.console.with_untracked(|it| it.is_live(&conversation)) {
            self.forget_file(key);
            self.wish(Wish::Send { id: conversation, text: url });
        } else {
            self.state.uploads.update(|it| it.not_open(key));
        }
    }

    /// It was said, or is not wanted any more.
    pub(super) fn forget_file(self, key: u64) {
        // What is on its way is given up with it.
        self.held.update_value(|it| it.retain(|it| it.key != key));
        self.state.uploads.update(|it| it.remove(key));
    }
}

fn of(held: &[Held], key: u64) -> Option<&Held> {
    held.iter().find(|it| it.key == key)
}

/// What was answered; a status of 0 is none.
fn answer(status: u16, body: String) -> Result<HttpResponse, NoAnswer> {
    if status == 0 {
        return Err(NoAnswer("the file was not answered".to_owned()));
    }
    Ok(HttpResponse { status, headers: Vec::new(), body })
}
