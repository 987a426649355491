//! What the console asks of the desk besides the state: requests and what they answer.

use client::http::{HttpRequest, HttpResponse, NoAnswer};
use shared::ErrorBody;
use shared::desk::{Availability, ConversationView, CreateMeeting, SetAvailability, Transcript};

/// A request to the desk, as [`shared::desk`] lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskCall {
    /// Whether one is offered conversations.
    SetAvailability(Availability),
    /// Take the conversation of this id.
    Take(String),
    /// Make a meeting that visitors join by a link.
    CreateMeeting(CreateMeeting),
    /// End the conversation of this id.
    End(String),
    /// What was said in the conversation of this id.
    Transcript(String),
    /// The message of this id, which a visitor left, is seen to.
    LeftDone(String),
}

/// Why the desk did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There was no answer.
    Unreachable,
    /// The token is not good any more.
    SignedOut,
    /// It is not there, or not any more.
    Gone,
    /// Somebody was faster, or it is over.
    Conflict,
    /// Anything else; the server's sentence where it gave one.
    Other(Option<String>),
}

/// What an accepted request answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is done.
    Done,
    /// What was said.
    Transcript(Box<Transcript>),
    /// The meeting that was made.
    Made(Box<ConversationView>),
}

impl DeskCall {
    /// The request; `origin` is that of the page. The bearer is the driver's to add.
    pub fn request(&self, origin: &str) -> HttpRequest {
        let (method, path, body) = match self {
            Self::SetAvailability(availability) => {
                let body = SetAvailability { availability: *availability };
                // A struct of one enum cannot fail to be written.
                ("POST", "me".to_owned(), serde_json::to_string(&body).ok())
            }
            Self::CreateMeeting(wish) => {
                // A struct of a text and a yes or no cannot fail to be written.
                ("POST", "meetings".to_owned(), serde_json::to_string(wish).ok())
            }
            Self::Take(id) => ("POST", format!("conversations/{}/take", segment(id)), None),
            Self::End(id) => ("POST", format!("conversations/{}/end", segment(id)), None),
            Self::LeftDone(id) => ("POST", format!("messages-left/{}/done", segment(id)), None),
            Self::Transcript(id) => ("GET", format!("conversations/{}", segment(id)), None),
        };
        let mut headers = vec![("Accept".to_owned(), "application/json".to_owned())];
        if body.is_some() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        HttpRequest { method, url: format!("{origin}/desk/api/{path}"), headers, body }
    }

    /// Reads the answer.
    ///
    /// # Errors
    /// Why it was not done.
    pub fn read(&self, result: Result<HttpResponse, NoAnswer>) -> Result<Answered, Refusal> {
        let response = result.map_err(|_| Refusal::Unreachable)?;
        if !response.is_success() {
            return Err(refusal(&response));
        }
        match self {
            Self::Transcript(_) => serde_json::from_str(&response.body)
                .map(|it| Answered::Transcript(Box::new(it)))
                .map_err(|_| Refusal::Other(None)),
            Self::CreateMeeting(_) => serde_json::from_str(&response.body)
                .map(|it| Answered::Made(Box::new(it)))
                .map_err(|_| Refusal::Other(None)),
            _ => Ok(Answered::Done),
        }
    }
}

fn refusal(response: &HttpResponse) -> Refusal {
    match response.status {
        401 => Refusal::SignedOut,
        404 | 410 => Refusal::Gone,
        409 => Refusal::Conflict,
        _ => Refusal::Other(sentence(&response.body)),
    }
}

/// The sentence of an error body, where there is one.
pub(super) fn sentence(body: &str) -> Option<String> {
    ErrorBody::read(&serde_json::from_str(body).ok()?)?.message.filter(|it| !it.trim().is_empty())
}

/// The address that writes a letter to somebody (RFC 6068): what is before and after the last `@`.
pub fn mailto(email: &str) -> String {
    let (person, host) = email.rsplit_once('@').unwrap_or((email, ""));
    format!("mailto:{}@{}", segment(person), segment(host))
}

/// An id as one segment of a path.
fn segment(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend(
                [byte >> 4, byte & 15]
                    .into_iter()
                    .filter_map(|it| char::from_digit(u32::from(it), 16)),
            );
        }
    }
    out
}
