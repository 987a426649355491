//! Files on their way from the agent to the desk: what is shown of them, and what became of each.
//!
//! A file that is taken is sent as a message that is its address; until that is done it stays here, and
//! what went wrong can be tried again.

use client::http::{HttpResponse, NoAnswer};

use super::desk_call::sentence;
use crate::limits;

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Names it here.
    pub key: u64,
    /// The conversation it goes to.
    pub conversation: String,
    /// What it is called.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
    /// How far it is.
    pub stand: UploadStand,
    /// Where it is, once the desk has taken it.
    url: Option<String>,
}

/// How far a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadStand {
    /// So many bytes are gone.
    Sending(u64),
    /// It did not arrive, and why.
    Failed(UploadFault),
}

/// Why a file did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadFault {
    /// There was no answer.
    Unreachable,
    /// The token is not good any more.
    SignedOut,
    /// As many files are on their way as may be.
    TooMany,
    /// The desk has it, and the conversation cannot be written in.
    NotOpen,
    /// Refused; the desk's own sentence where there is one.
    Refused(Option<String>),
}

/// What is to be done for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadStep {
    /// Send the bytes.
    Send,
    /// Say its address in the conversation.
    Say {
        /// The conversation.
        conversation: String,
        /// The message.
        url: String,
    },
}

/// All files on their way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uploads {
    next: u64,
    list: Vec<Upload>,
}

impl Uploads {
    /// Puts a file on its way to a conversation; answers its key, and whether to send it now.
    pub fn add(&mut self, conversation: &str, name: String, bytes: u64) -> (u64, bool) {
        let key = self.next;
        self.next += 1;
        let stand = if self.has_room(conversation) {
            UploadStand::Sending(0)
        } else {
            UploadStand::Failed(UploadFault::TooMany)
        };
        let is_sent = matches!(stand, UploadStand::Sending(_));
        let conversation = conversation.to_owned();
        self.list.push(Upload { key, conversation, name, bytes, stand, url: None });
        (key, is_sent)
    }

    fn has_room(&self, conversation: &str) -> bool {
        let on_the_way = |it: &&Upload| {
            it.conversation == conversation && matches!(it.stand, UploadStand::Sending(_))
        };
        self.list.iter().filter(on_the_way).count() < limits::UPLOADS_MAX
    }

    /// So many bytes are gone.
    pub fn progress(&mut self, key: u64, sent: u64) {
        if let Some(it) = self.get_mut(key)
            && let UploadStand::Sending(before) = &mut it.stand
        {
            *before = sent.min(it.bytes);
        }
    }

    /// The desk has answered; what is to be said now.
    pub fn answered(
        &mut self,
        key: u64,
        answer: Result<HttpResponse, NoAnswer>,
    ) -> Option<UploadStep> {
        let it = self.get_mut(key)?;
        let fault = match answer {
            Err(NoAnswer(_)) => UploadFault::Unreachable,
            Ok(answer) if answer.status == 401 => UploadFault::SignedOut,
            Ok(answer) if answer.is_success() => {
                if let Some(url) = url_of(&answer.body) {
                    it.url = Some(url.clone());
                    return Some(UploadStep::Say { conversation: it.conversation.clone(), url });
                }
                UploadFault::Refused(None)
            }
            Ok(answer) => UploadFault::Refused(sentence(&answer.body)),
        };
        it.stand = UploadStand::Failed(fault);
        None
    }

    /// The desk has it, and the conversation cannot be written in.
    pub fn not_open(&mut self, key: u64) {
        if let Some(it) = self.get_mut(key) {
            it.stand = UploadStand::Failed(UploadFault::NotOpen);
        }
    }

    /// It is to be tried again; what is to be done.
    pub fn again(&mut self, key: u64) -> Option<UploadStep> {
        let conversation = self.get_mut(key)?.conversation.clone();
        let has_room = self.has_room(&conversation);
        let it = self.get_mut(key)?;
        if let Some(url) = it.url.clone() {
            return Some(UploadStep::Say { conversation, url });
        }
        if !has_room {
            return None;
        }
        it.stand = UploadStand::Sending(0);
        Some(UploadStep::Send)
    }

    /// It was said, or is not wanted any more.
    pub fn remove(&mut self, key: u64) {
        self.list.retain(|it| it.key != key);
    }

    /// What is on its way to a conversation, in the order of choosing.
    pub fn of(&self, conversation: &str) -> Vec<u64> {
        let own = self.list.iter().filter(|it| it.conversation == conversation);
        own.map(|it| it.key).collect()
    }

    /// One of them.
    pub fn get(&self, key: u64) -> Option<&Upload> {
        self.list.iter().find(|it| it.key == key)
    }

    fn get_mut(&mut self, key: u64) -> Option<&mut Upload> {
        self.list.iter_mut().find(|it| it.key == key)
    }
}

/// The address in a [`shared::desk::FileMade`]; reading all of it would cost the browser 2 KB.
fn url_of(body: &str) -> Option<String> {
    let made: serde_json::Value = serde_json::from_str(body).ok()?;
    made.get("url")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://chat.example/desk/files/ab/a.png";

    fn answer(status: u16, body: &str) -> HttpResponse {
        HttpResponse { status, headers: Vec::new(), body: body.to_owned() }
    }

    fn made() -> HttpResponse {
        let body = format!(r#"{{"url":"{URL}","name":"a.png","type":"image/png","bytes":9}}"#);
        answer(201, &body)
    }

    fn stand(uploads: &Uploads, key: u64) -> UploadStand {
        uploads.get(key).unwrap().stand.clone()
    }

    fn failed(fault: UploadFault) -> UploadStand {
        UploadStand::Failed(fault)
    }

    #[test]
    fn a_file_that_is_taken_is_said_by_its_address() {
        let mut uploads = Uploads::default();
        let (key, is_sent) = uploads.add("c1", "a.png".to_owned(), 9);
        assert!(is_sent);
        uploads.progress(key, 5);
        assert_eq!(stand(&uploads, key), UploadStand::Sending(5));
        uploads.progress(key, 500);
        assert_eq!(stand(&uploads, key), UploadStand::Sending(9), "headers are no part of it");
        let say = UploadStep::Say { conversation: "c1".to_owned(), url: URL.to_owned() };
        assert_eq!(uploads.answered(key, Ok(made())), Some(say));
        uploads.remove(key);
        assert_eq!(uploads.of("c1"), Vec::<u64>::new());
    }

    #[test]
    fn invariant_11_a_file_that_did_not_arrive_stays_and_says_why() {
        let mut uploads = Uploads::default();
        let (key, _) = uploads.add("c1", "a.png".to_owned(), 9);
        let refusal = r#"{"code":"EntityTooLarge","message":"A file has at most 10 MB."}"#;
        for (given, wanted) in [
            (Err(NoAnswer("gone".to_owned())), UploadFault::Unreachable),
            (Ok(answer(401, "")), UploadFault::SignedOut),
            (
                Ok(answer(413, refusal)),
                UploadFault::Refused(Some("A file has at most 10 MB.".to_owned())),
            ),
            (Ok(answer(502, "<html>")), UploadFault::Refused(None)),
            (Ok(answer(201, "{}")), UploadFault::Refused(None)),
        ] {
            assert_eq!(uploads.answered(key, given), None);
            assert_eq!(stand(&uploads, key), failed(wanted));
            assert_eq!(uploads.again(key), Some(UploadStep::Send));
        }
        uploads.answered(key, Ok(made()));
        uploads.not_open(key);
        assert_eq!(stand(&uploads, key), failed(UploadFault::NotOpen));
        assert!(matches!(uploads.again(key), Some(UploadStep::Say { .. })), "it is there already");
    }

    #[test]
    fn invariant_8_so_many_files_are_on_their_way_at_once() {
        let mut uploads = Uploads::default();
        let keys: Vec<_> = (0..6).map(|it| uploads.add("c1", format!("{it}.png"), 1)).collect();
        assert_eq!(keys.iter().filter(|it| it.1).count(), limits::UPLOADS_MAX);
        assert_eq!(stand(&uploads, keys[5].0), failed(UploadFault::TooMany), "kept for later");
        assert_eq!(uploads.again(keys[5].0), None);
        assert!(uploads.add("c2", "b.png".to_owned(), 1).1, "each conversation has its own");
        uploads.remove(keys[0].0);
        assert_eq!(uploads.again(keys[5].0), Some(UploadStep::Send));
    }
}
