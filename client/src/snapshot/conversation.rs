//! A conversation in a snapshot: what is shown of it, and what the machine knows besides.

use serde_json::Value;

use crate::json::Json;
use crate::limits::SNAPSHOT_ITEMS;
use crate::model::{Author, Conversation, Delivery, Item, Participant, Phase, Standing};
use crate::threads::Thread;

/// How [`Item::reach`] is written.
const DELIVERED: i64 = Standing::Delivered as i64;
/// See [`DELIVERED`].
const READ: i64 = Standing::Read as i64;

/// Writes both, with the newest items; links are read again.
pub(super) fn write(out: &mut Json, shown: &Conversation, thread: &Thread) {
    out.open('{').name("key").text(&shown.key);
    out.name("connected").flag(shown.phase == Phase::Connected);
    out.name("ended").flag(shown.phase == Phase::Ended);
    out.name("subject").text_or_null(shown.subject.as_deref());
    out.name("meeting").text_or_null(shown.online_meeting_uri.as_deref());
    out.name("people").open('[');
    for person in &shown.participants {
        out.open('[').text(&person.href).text_or_null(person.uri.as_deref());
        out.text(&person.name).close(']');
    }
    // Own texts stand last, so what is cut off was delivered or seen to fail.
    let cut = shown.items.len().saturating_sub(SNAPSHOT_ITEMS);
    out.close(']').name("items").open('[');
    for item in &shown.items[cut..] {
        write_item(out, item);
    }
    out.close(']').name("aliases").open('[');
    for (href, key) in &thread.aliases {
        out.open('[').text(href).text(key).close(']');
    }
    let settled = i64::try_from(thread.settled.saturating_sub(cut)).unwrap_or(i64::MAX);
    out.close(']').name("settled").number(settled);
    out.name("local").text(&thread.local);
    out.name("named").flag(thread.named);
    out.name("was_connected").flag(thread.was_connected);
    out.name("over").flag(thread.over);
    out.name("tells").flag(thread.tells);
    out.close('}');
}

/// An item is a list: key, text, time, author (`null` for oneself), delivery (whether it was sent,
/// or why it failed), operation id, how far others have it.
fn write_item(out: &mut Json, item: &Item) {
    out.open('[').text(&item.key).text(&item.text).number(item.at_ms);
    out.text_or_null(match &item.author {
        Author::Me => None,
        Author::Other(name) => Some(name),
    });
    match &item.delivery {
        Delivery::Sending => out.flag(false),
        Delivery::Sent => out.flag(true),
        Delivery::Failed { reason } => out.text(reason),
    };
    out.text_or_null(item.operation_id.as_deref()).number(item.reach as i64).close(']');
}

/// Reads what [`write`] wrote; `None` without a key.
pub(super) fn read(value: &Value, id: u32, hidden: bool) -> Option<(Conversation, Thread)> {
    let flag = |name: &str| value[name].as_bool().unwrap_or_default();
    let key = owned(&value["key"])?;
    let phase = match (flag("connected"), flag("ended")) {
        (_, true) => Phase::Ended,
        (true, _) => Phase::Connected,
        _ => Phase::Connecting,
    };
    let shown = Conversation {
        key: key.clone(),
        phase,
        subject: owned(&value["subject"]),
        online_meeting_uri: owned(&value["meeting"]),
        participants: list(&value["people"]).iter().filter_map(read_person).collect(),
        items: list(&value["items"]).iter().filter_map(read_item).collect(),
        ..Conversation::default()
    };
    let settled = value["settled"].as_u64().unwrap_or_default();
    let thread = Thread {
        id,
        key,
        named: flag("named"),
        hidden,
        local: owned(&value["local"]).unwrap_or_default(),
        aliases: list(&value["aliases"])
            .iter()
            .filter_map(|it| Some((owned(&it[0])?, owned(&it[1])?)))
            .collect(),
        settled: usize::try_from(settled).unwrap_or_default(),
        was_connected: flag("was_connected"),
        over: flag("over"),
        tells: flag("tells"),
        ..Thread::default()
    };
    Some((shown, thread))
}

fn read_person(value: &Value) -> Option<Participant> {
    Some(Participant { href: owned(&value[0])?, uri: owned(&value[1]), name: owned(&value[2])? })
}

fn read_item(value: &Value) -> Option<Item> {
    Some(Item {
        key: owned(&value[0])?,
        text: owned(&value[1])?,
        at_ms: value[2].as_i64()?,
        author: owned(&value[3]).map_or(Author::Me, Author::Other),
        delivery: match &value[4] {
            Value::Bool(false) => Delivery::Sending,
            Value::String(reason) => Delivery::Failed { reason: reason.clone() },
            _ => Delivery::Sent,
        },
        operation_id: owned(&value[5]),
        reach: match value[6].as_i64() {
            Some(READ) => Standing::Read,
            Some(DELIVERED) => Standing::Delivered,
            _ => Standing::Sent,
        },
    })
}

/// A text, where there is one.
pub(crate) fn owned(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// What an array holds; nothing where there is none.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
