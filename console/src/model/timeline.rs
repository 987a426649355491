//! What was said in one conversation: the desk's transcript and the live messages as one list.
//!
//! The transcript knows what was said before the agent came and what the desk itself said; the live
//! messages are there at once and know how far an own one got. A message that both have is one line
//! (invariant 2): same operation id, or else same author and text within 5 s.

use client::model::{Author as LiveAuthor, Conversation, Delivery, Item, Standing};
use shared::desk::{Author, DeskState, TranscriptEntry};

use super::sources::{agent_name, same_uri};
use crate::limits;

/// Who said something, as the agent sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Oneself.
    Me,
    /// The visitor.
    Visitor,
    /// A colleague.
    Agent,
    /// The desk itself.
    Desk,
}

impl Speaker {
    /// The word in `data-author` and in style sheets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Visitor => "visitor",
            Self::Agent => "agent",
            Self::Desk => "desk",
        }
    }
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Stays the same while the line is shown.
    pub key: String,
    /// Who.
    pub speaker: Speaker,
    /// By name; empty where the view has a word of its own.
    pub name: String,
    /// What.
    pub text: String,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// What became of it.
    pub delivery: Delivery,
    /// How far it got; of what only the transcript has one knows that it was kept.
    pub standing: Standing,
}

/// A line with its place among its neighbours.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, none of them a phase")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The line.
    pub line: Line,
    /// Whether a day begins with it.
    pub is_new_day: bool,
    /// Whether it begins a group of one author: name and time are shown.
    pub is_head: bool,
    /// Whether it ends a group.
    pub is_tail: bool,
    /// Whether how far it got is said here: it is one's own, and the next one of one's own got less
    /// far.
    pub has_receipt: bool,
}

/// Puts both sources together, in the one order that all members see (invariant 3).
pub(super) fn merged(
    desk: &DeskState,
    transcript: &[TranscriptEntry],
    live: Option<&Conversation>,
    is_meeting: bool,
) -> Vec<Line> {
    let items = live.map_or(&[][..], |it| it.items.as_slice());
    let said: Vec<Line> = transcript.iter().map(|it| from_entry(desk, it)).collect();
    let heard: Vec<Line> = items.iter().map(|it| from_item(desk, it, is_meeting)).collect();
    let twins = twins(transcript, &said, items, &heard);

    let mut out = Vec::with_capacity(said.len() + heard.len());
    let mut next = 0;
    for (at, line) in heard.into_iter().enumerate() {
        let twin = twins.iter().position(|it| *it == Some(at));
        let is_kept = line.delivery == Delivery::Sent;
        while next < said.len() && twin.is_none_or(|it| next < it) {
            match twins[next] {
                // It has its place where the live list has it.
                Some(earlier) if earlier < at => {}
                Some(_) if twin.is_none() => break,
                Some(_) => {}
                None if twin.is_none() && is_kept && said[next].at_ms > line.at_ms => break,
                None => out.push(said[next].clone()),
            }
            next += 1;
        }
        out.push(line);
    }
    let rest = said.into_iter().zip(twins).skip(next);
    out.extend(rest.filter(|(_, twin)| twin.is_none()).map(|(line, _)| line));
    out
}

/// For each entry of the transcript the live item that is the same message.
fn twins(
    transcript: &[TranscriptEntry],
    said: &[Line],
    items: &[Item],
    heard: &[Line],
) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = transcript
        .iter()
        .map(|entry| {
            let id = entry.operation_id.as_deref().filter(|it| !it.is_empty())?;
            items.iter().position(|it| it.operation_id.as_deref() == Some(id))
        })
        .collect();
    for (at, line) in said.iter().enumerate() {
        if found[at].is_some() {
            continue;
        }
        let is_twin = |(index, other): (usize, &Line)| {
            other.speaker == line.speaker
                && other.text.trim_end() == line.text.trim_end()
                && (other.at_ms - line.at_ms).abs() <= limits::SAME_MESSAGE_MS_MAX
                && !found.contains(&Some(index))
        };
        found[at] = (0..heard.len()).find(|it| is_twin((*it, &heard[*it])));
    }
    found
}

fn from_entry(desk: &DeskState, entry: &TranscriptEntry) -> Line {
    let (speaker, name) = match &entry.author {
        Author::Visitor => (Speaker::Visitor, String::new()),
        Author::NamedVisitor { name } => (Speaker::Visitor, name.clone()),
        Author::Desk => (Speaker::Desk, String::new()),
        Author::Agent { uri, .. } if same_uri(uri, &desk.me.uri) => (Speaker::Me, String::new()),
        Author::Agent { uri, name } if name.is_empty() => (Speaker::Agent, agent_name(desk, uri)),
        Author::Agent { name, .. } => (Speaker::Agent, name.clone()),
    };
    Line {
        key: format!("t{}", entry.seq),
        speaker,
        name,
        text: entry.text.clone(),
        at_ms: entry.at_ms,
        delivery: Delivery::Sent,
        standing: Standing::Sent,
    }
}

fn from_item(desk: &DeskState, item: &Item, is_meeting: bool) -> Line {
    let (speaker, name) = match &item.author {
        LiveAuthor::Me => (Speaker::Me, String::new()),
        LiveAuthor::Other(name) => {
            let is_colleague = desk
                .agents
                .iter()
                .any(|it| it.display_name == *name && !same_uri(&it.uri, &desk.me.uri));
            if is_colleague {
                (Speaker::Agent, name.clone())
            } else {
                // One of several visitors has a name of their own.
                (Speaker::Visitor, if is_meeting { name.clone() } else { String::new() })
            }
        }
    };
    Line {
        key: item.key.clone(),
        speaker,
        name,
        text: item.text.clone(),
        at_ms: item.at_ms,
        delivery: item.delivery.clone(),
        standing: item.standing(),
    }
}

/// Groups lines for the view; `day_of` tells the local day of an instant.
pub(super) fn grouped(lines: Vec<Line>, day_of: impl Fn(i64) -> i64) -> Vec<Shown> {
    let mut out: Vec<Shown> = Vec::with_capacity(lines.len());
    for line in lines {
        let before = out.last();
        let is_new_day = before.is_none_or(|it| day_of(it.line.at_ms) != day_of(line.at_ms));
        let is_head = is_new_day || before.is_none_or(|it| !belong_together(&it.line, &line));
        if let Some(before) = out.last_mut() {
            before.is_tail = is_head;
        }
        out.push(Shown { line, is_new_day, is_head, is_tail: true, has_receipt: false });
    }
    let mut after = None;
    for shown in out.iter_mut().rev().filter(|it| it.line.speaker == Speaker::Me) {
        let standing = shown.line.standing;
        shown.has_receipt = after.replace(standing) != Some(standing);
    }
    out
}

fn belong_together(one: &Line, next: &Line) -> bool {
    one.speaker == next.speaker
        && one.name == next.name
        && next.at_ms - one.at_ms <= limits::GROUP_GAP_MS_MAX
}
