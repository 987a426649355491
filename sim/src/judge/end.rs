//! What must hold when all is at rest: desk, consoles, widgets and platform tell the same story.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use client::http::HttpRequest;
use serde_json::Value;

use crate::leg;
use crate::page::{Far, Seen, id_of};
use crate::plan::Who;
use crate::server::PUBLIC_URL;
use crate::world::World;

/// How often the desk is asked that says "try again", and after what time of the simulation.
const ASKED_MAX: u32 = 5;
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A conversation as the desk has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    id: String,
    /// `Waiting`, `Owned` or `Ended`.
    place: String,
    /// The ids of what people said, in order.
    texts: Vec<String>,
}

impl World {
    /// Judges the whole.
    pub(crate) async fn judge_the_end(&mut self) {
        let told = match self.transcripts().await {
            Ok(told) => told,
            Err(what) => return self.fail("9", what),
        };
        let wrong = self.lost(&told).or_else(|| self.disagrees(&told));
        if let Some((invariant, what)) = wrong {
            return self.fail(invariant, what);
        }
        // What is kept is what is known: a clean start tells the same (invariant 4).
        self.crash(1);
        let Ok(()) = self.start_again().await else {
            return self.fail("4", "the server does not start again".to_owned());
        };
        match self.transcripts().await {
            Ok(again) if again == told => {}
            Ok(again) => {
                let differs = told.iter().zip(&again).find(|(one, other)| one != other);
                self.fail("4", format!("after a restart the desk tells otherwise: {differs:?}"));
            }
            Err(what) => self.fail("4", what),
        }
    }

    /// Every conversation there ever was, as the desk's API tells it.
    async fn transcripts(&mut self) -> Result<Vec<Told>, String> {
        let bearer = self.seats.iter().find_map(|it| match it.who {
            Who::Agent(_) => it.page.as_ref()?.bearer(),
            Who::Visitor(_) => None,
        });
        let bearer = bearer.ok_or("no agent is signed in at the end")?;
        let mut told = Vec::new();
        for scope in self.disk.scopes("desk") {
            let id = scope.rsplit('/').next().unwrap_or_default().to_owned();
            let body = self.ask(&format!("/desk/api/conversations/{id}"), &bearer).await?;
            let place = body["conversation"]["place"].as_str().unwrap_or_default().to_owned();
            let entries = body["entries"].as_array().cloned().unwrap_or_default();
            let texts = entries.iter().filter_map(|it| {
                let id = id_of(it["text"].as_str()?);
                (!id.is_empty()).then(|| id.to_owned())
            });
            let texts = texts.collect();
            told.push(Told { id, place, texts });
        }
        Ok(told)
    }

    /// A server that has just started may say "try again": so does whoever asks, a few times.
    async fn ask(&self, path: &str, bearer: &str) -> Result<Value, String> {
        let mut said = String::new();
        for _ in 0..ASKED_MAX {
            match self.ask_once(path, bearer).await? {
                (200, body) => return serde_json::from_str(&body).map_err(|it| it.to_string()),
                (503, body) => said = body,
                (status, body) => return Err(format!("GET {path} was answered {status}: {body}")),
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
        Err(format!("GET {path} was answered 503 {ASKED_MAX} times: {said}"))
    }

    async fn ask_once(&self, path: &str, bearer: &str) -> Result<(u16, String), String> {
        let server = self.server.as_ref().ok_or("the server is away")?;
        let request = HttpRequest {
            method: "GET",
            url: format!("{PUBLIC_URL}{path}"),
            headers: vec![("Authorization".to_owned(), format!("Bearer {bearer}"))],
            body: None,
        };
        let answer = leg::call(server.router(), request).await.map_err(|it| it.to_string())?;
        Ok((answer.status, answer.body))
    }

    /// Invariants 2 and 4: what its author sees as sent is told exactly once.
    fn lost(&self, told: &[Told]) -> Option<(&'static str, String)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for text in told.iter().flat_map(|it| &it.texts) {
            *counts.entry(text).or_default() += 1;
        }
        for seat in &self.seats {
            // Who writes into a conversation that the other side has just ended is heard by nobody.
            let Some(page) = &seat.page else { continue };
            let (lines, open) = (page.lines(), page.open());
            let goes_on =
                |it: &&Seen| it.is_own && it.far == Far::Sent && open.contains(&it.conversation);
            for it in lines.iter().filter(goes_on) {
                let count = counts.get(it.id.as_str()).copied().unwrap_or_default();
                if count == 0 {
                    let what =
                        format!("{} is sent for {} and the desk never heard it", it.id, seat.who);
                    return Some(("4", what));
                }
            }
        }
        let twice = counts.iter().find(|(id, count)| **count > 1 + self.book.retries(id));
        twice.map(|(id, count)| ("2", format!("the desk heard {id} {count} times")))
    }

    /// Invariants 3 and 9: whoever is in a conversation sees what the desk has, in its order.
    fn disagrees(&self, told: &[Told]) -> Option<(&'static str, String)> {
        let failed = self.failed();
        for seat in &self.seats {
            let Some(page) = &seat.page else { continue };
            let open: BTreeSet<String> = page.open().into_iter().collect();
            let mut shown: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for it in page.lines() {
                let texts = shown.entry(it.conversation.clone()).or_default();
                if it.far == Far::Sent && !it.id.is_empty() {
                    texts.push(it.id);
                }
            }
            for (conversation, texts) in shown {
                let Some(it) = meant(seat.who, &conversation, &texts, told) else { continue };
                let is_open = open.contains(&conversation);
                // An end that a closed page could not tell is the server's to find out, in time.
                let is_told = is_open || !page.is_leaving();
                let is_visitor = matches!(seat.who, Who::Visitor(_));
                if is_open == (it.place == "Ended") && is_visitor && is_told {
                    let what = format!(
                        "for {} conversation {} is {}, for the desk {}",
                        seat.who,
                        it.id,
                        if is_open { "open" } else { "over" },
                        it.place
                    );
                    return Some(("9", what));
                }
                let heard: Vec<String> =
                    it.texts.iter().filter(|it| !failed.contains(*it)).cloned().collect();
                if is_open && let Some(what) = differs(&heard, &texts) {
                    return Some(("3", format!("{} in {}: {what}", seat.who, it.id)));
                }
            }
        }
        None
    }

    /// What its author sees as failed; others may or may not have got it.
    fn failed(&self) -> BTreeSet<String> {
        let lines = self.seats.iter().filter_map(|it| Some(it.page.as_ref()?.texts()));
        let failed = |it: &Seen| it.is_own && it.far == Far::Failed;
        lines.flatten().filter(|it| failed(it)).map(|it| it.id).collect()
    }
}

/// The desk's conversation that a screen shows: by its id, or for a visitor by what was said.
fn meant<'a>(who: Who, key: &str, texts: &[String], told: &'a [Told]) -> Option<&'a Told> {
    match who {
        Who::Agent(_) => told.iter().find(|it| it.id == key),
        Who::Visitor(_) => {
            let common = |it: &Told| it.texts.iter().filter(|it| texts.contains(it)).count();
            // A text that was tried again in a new conversation may have reached the old one, too.
            let fits = |it: &&Told| (common(it), Reverse(it.texts.len()));
            told.iter().max_by_key(fits).filter(|it| common(it) > 0)
        }
    }
}

/// How a screen differs from what the desk has, from the first difference on.
fn differs(heard: &[String], shown: &[String]) -> Option<String> {
    let at = heard.iter().zip(shown).take_while(|(one, other)| one == other).count();
    let (heard, shown) = (&heard[at..], &shown[at..]);
    (heard != shown)
        .then(|| format!("after {at} texts the screen has {shown:?}, the desk {heard:?}"))
}
