//! `POST /desk/visitor/transcript` and what becomes of the letter.

use std::sync::Mutex;

use axum::http::StatusCode;
use serde_json::json;
use store::{BoxFuture, Documents as _};
use tokio::sync::Notify;

use super::visitors::{good_ticket, over, post, state};
use super::{MemoryBlobs, MemoryStore, Rig, Script};
use crate::limits::{LETTER_RETRY_MS_MIN, LETTERS_PER_HOUR};
use crate::{Letter, NotSent, Post};

/// A mail server that notes letters down, and says to each what it was told to say.
#[derive(Default)]
pub(super) struct PostBox {
    letters: Mutex<Vec<Letter>>,
    answers: Mutex<Vec<NotSent>>,
    came: Notify,
}

impl PostBox {
    /// The letters so far, once there are so many.
    async fn until(&self, count: usize) -> Vec<Letter> {
        loop {
            let came = self.came.notified();
            let letters = self.letters.lock().unwrap().clone();
            if letters.len() >= count {
                return letters;
            }
            came.await;
        }
    }
}

impl Post for PostBox {
    fn takes(&self, address: &str) -> bool {
        address.contains('@')
    }

    fn send(&self, letter: Letter) -> BoxFuture<'_, Result<(), NotSent>> {
        Box::pin(async move {
            self.letters.lock().unwrap().push(letter);
            self.came.notify_waiters();
            self.answers.lock().unwrap().pop().map_or(Ok(()), Err)
        })
    }
}

/// A visitor's ticket and a conversation of the visitor's that is over.
async fn visited() -> (Rig, String, String) {
    let rig = Rig::new().await;
    let ticket = good_ticket(&rig).await;
    let id = over(&rig, 1, &ticket).await;
    (rig.restarted().await, ticket, id)
}

async fn waiting(rig: &Rig) -> usize {
    rig.store.list("desk.letters").await.unwrap().len()
}

#[tokio::test]
async fn what_was_said_is_sent_to_the_visitor_and_not_kept_any_longer() {
    let (rig, ticket, id) = visited().await;
    let input = json!({ "conversation": id, "email": " vera@x.example ", "language": "de" });
    let (status, body) = post(&rig, &ticket, "transcript", &input).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    let letters = rig.post.as_ref().unwrap().until(1).await;
    assert_eq!((letters[0].to.as_str(), letters[0].from_name.as_str()), ("vera@x.example", "Help"));
    assert_eq!(letters[0].subject, "Ihr Gespräch mit Help");
    let rig = rig.restarted().await;
    assert_eq!(waiting(&rig).await, 0);
}

#[tokio::test]
async fn a_letter_that_is_not_taken_is_tried_again_under_the_same_id_also_after_a_restart() {
    let (rig, ticket, id) = visited().await;
    let outbox = rig.post.clone().unwrap();
    outbox.answers.lock().unwrap().push(NotSent::Passing("421".to_owned()));
    let input = json!({ "conversation": id, "email": "vera@x.example" });
    post(&rig, &ticket, "transcript", &input).await;
    outbox.until(1).await;
    let rig = rig.restarted().await;
    assert_eq!(waiting(&rig).await, 1, "it is kept");
    rig.clock.advance_ms(LETTER_RETRY_MS_MIN);
    rig.desk.inner.engine.letters.came.notify_one();
    let letters = outbox.until(2).await;
    assert_eq!(letters[0], letters[1]);
    let rig = rig.restarted().await;
    assert_eq!(waiting(&rig).await, 0);
}

#[tokio::test]
async fn a_letter_that_is_refused_for_good_is_not_tried_again() {
    let (rig, ticket, id) = visited().await;
    let outbox = rig.post.clone().unwrap();
    outbox.answers.lock().unwrap().push(NotSent::Refused("550".to_owned()));
    let input = json!({ "conversation": id, "email": "vera@x.example" });
    post(&rig, &ticket, "transcript", &input).await;
    outbox.until(1).await;
    assert_eq!(waiting(&rig.restarted().await).await, 0);
}

#[tokio::test]
async fn who_may_have_no_letter_is_told_why() {
    let (rig, ticket, id) = visited().await;
    // The first one after a restart has the entropy of the first one before.
    good_ticket(&rig).await;
    let other = good_ticket(&rig).await;
    let input = |email: &str| json!({ "conversation": id, "email": email });
    let long = format!("{}@x.example", "v".repeat(254));
    for email in ["", "vera", &long] {
        let (status, _) = post(&rig, &ticket, "transcript", &input(email)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{email}");
    }
    let (status, _) = post(&rig, &other, "transcript", &input("walt@x.example")).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "invariant 6");
    for _ in 0..LETTERS_PER_HOUR {
        let (status, _) = post(&rig, &ticket, "transcript", &input("vera@x.example")).await;
        assert_eq!(status, StatusCode::ACCEPTED);
    }
    let (status, body) = post(&rig, &ticket, "transcript", &input("vera@x.example")).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(body["message"].as_str().unwrap().contains("hour"), "{body}");
}

#[tokio::test]
async fn without_mail_no_letter_is_promised() {
    let with = Rig::new().await;
    let blobs = MemoryBlobs::default();
    let rig = Rig::with(Script::new(), MemoryStore::new(), blobs, None).await;
    rig.desk.put_site(with.desk.site("demo").await.unwrap()).await.unwrap();
    let ticket = good_ticket(&rig).await;
    assert_eq!(state(&rig, &ticket).await["may_mail"], false);
    let input = json!({ "conversation": "c", "email": "vera@x.example" });
    let (status, body) = post(&rig, &ticket, "transcript", &input).await;
    assert_eq!((status, &body["subcode"]), (StatusCode::CONFLICT, &json!("NoMail")));
}
