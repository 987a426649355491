//! Whose data they are, found in both logs of a data file.

use std::collections::BTreeSet;

use desk::personal::{self, Conversations};
use platform::{Footprint, Subject, Trace};
use serde::{Deserialize, Serialize};
use store::{Archive, Erasure, Record};

use super::UpkeepError;

/// The platform's log.
pub(crate) const PLATFORM: &str = "platform";
/// The desk's log.
pub(crate) const DESK: &str = "desk";

/// Whose data are meant, as the operator says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Whose {
    /// All of a visitor, by the website's session.
    Visitor(String),
    /// One conversation, by the desk's id.
    Conversation(String),
}

impl std::fmt::Display for Whose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Visitor(id) => write!(f, "visitor {id}"),
            Self::Conversation(id) => write!(f, "conversation {id}"),
        }
    }
}

/// What was found of it.
pub(crate) struct Found {
    /// What the platform has.
    pub(crate) footprint: Footprint,
    /// The desk's conversations, by id.
    pub(crate) conversations: Vec<String>,
    /// Messages that were left, by the desk's id.
    pub(crate) left: Vec<String>,
    /// Files they sent, and files that were said in their conversations and nowhere else, by id.
    pub(crate) files: BTreeSet<String>,
    /// Scopes that are theirs as a whole: log and name.
    scopes: BTreeSet<(String, String)>,
}

/// Reads both logs once.
pub(crate) fn find(archive: &Archive, whose: &Whose) -> Result<Found, UpkeepError> {
    let mut known = Conversations::default();
    scan(archive, DESK, |record| Ok(known.see(record)?))?;
    let mut trace = Trace::default();
    scan(archive, PLATFORM, |record| {
        trace.see(record).map_err(|it| UpkeepError::Other(it.to_string()))
    })?;
    let (footprint, conversations) = match whose {
        Whose::Visitor(session) => {
            let footprint = trace.follow(&Subject::Visitor(session.clone()));
            let conversations = known.which(|it| footprint.holds(it));
            (footprint, conversations)
        }
        Whose::Conversation(id) => {
            let invitation = known.invitation(id).map(str::to_owned);
            let conversations = invitation.iter().map(|_| id.clone()).collect();
            let subject = Subject::Addresses(invitation.into_iter().collect());
            (trace.follow(&subject), conversations)
        }
    };
    let files = files(archive, &known, &conversations, whose)?;
    let of_platform = footprint.scopes().into_iter().map(|name| (PLATFORM.to_owned(), name));
    let left = match whose {
        Whose::Visitor(id) => known.left_by(&conversations, id),
        Whose::Conversation(_) => Vec::new(),
    };
    let of_desk = conversations.iter().map(|id| personal::scope(id));
    let of_desk = of_desk.chain(left.iter().map(|id| personal::left_scope(id)));
    let of_desk = of_desk.map(|name| (DESK.to_owned(), name));
    let scopes = of_platform.chain(of_desk).collect();
    Ok(Found { footprint, conversations, left, files, scopes })
}

/// The files that go with these conversations.
fn files(
    archive: &Archive,
    known: &Conversations,
    conversations: &[String],
    whose: &Whose,
) -> Result<BTreeSet<String>, UpkeepError> {
    let scopes: BTreeSet<String> = conversations.iter().map(|id| personal::scope(id)).collect();
    let (mut theirs, mut others) = (BTreeSet::new(), BTreeSet::new());
    scan(archive, DESK, |record| {
        let place = if scopes.contains(&record.scope) { &mut theirs } else { &mut others };
        place.extend(personal::files_named(&record.body).map(str::to_owned));
        Ok(())
    })?;
    let visitors: BTreeSet<&str> = match whose {
        Whose::Visitor(_) => conversations.iter().filter_map(|id| known.visitor(id)).collect(),
        Whose::Conversation(_) => BTreeSet::new(),
    };
    let mut files = BTreeSet::new();
    for (id, body) in archive.documents(desk::FILES_COLLECTION)? {
        let sender = personal::file_sender(&body)?;
        let is_sent = sender.is_some_and(|it| visitors.contains(it.as_str()));
        if is_sent || (theirs.contains(&id) && !others.contains(&id)) {
            files.insert(id);
        }
    }
    Ok(files)
}

impl Found {
    /// Every record that is theirs, with its log, in order.
    pub(crate) fn records(&self, archive: &Archive) -> Result<Vec<(String, Record)>, UpkeepError> {
        let mut out = Vec::new();
        for log in [PLATFORM, DESK] {
            scan(archive, log, |record| {
                let key = (log.to_owned(), record.scope.clone());
                let is_told = log == PLATFORM && self.footprint.without_content(record).is_some();
                if self.scopes.contains(&key) || is_told {
                    out.push((key.0, record.clone()));
                }
                Ok(())
            })?;
        }
        Ok(out)
    }

    /// What has to be gone: their scopes, and what others' queues say of them.
    pub(crate) fn erasure(&self, archive: &Archive, at_ms: i64) -> Result<Erasure, UpkeepError> {
        let mut bodies = Vec::new();
        scan(archive, PLATFORM, |record| {
            let key = (PLATFORM.to_owned(), record.scope.clone());
            if !self.scopes.contains(&key) {
                let scrubbed = self.footprint.without_content(record);
                bodies.extend(scrubbed.map(|body| (record.seq, body)));
            }
            Ok(())
        })?;
        Ok(Erasure { scopes: self.scopes.iter().cloned().collect(), bodies, at_ms })
    }
}

/// Reads a log; the first thing that is wrong ends it.
fn scan(
    archive: &Archive,
    log: &str,
    mut see: impl FnMut(&Record) -> Result<(), UpkeepError>,
) -> Result<(), UpkeepError> {
    let mut seen = Ok(());
    archive.scan(log, &mut |record| {
        if seen.is_ok() {
            seen = see(record);
        }
    })?;
    seen
}
