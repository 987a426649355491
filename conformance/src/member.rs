//! Visitors and agents: UCWA applications and their event channels (`protocol.md` §2B, §3).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use shared::{Continuation, Event, Package, Resource, data_uri};
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinSet;

use crate::desk::{Desk, access_token, parameter};
use crate::http::{Caller, FORM, Reply, encoded, link};
use crate::limits::EVENT_MS_MAX;
use crate::outcome::{Outcome, SetUp as _, Stop, failed};
use crate::scope::Scope;

/// What visitors are called.
pub(crate) const VISITOR_NAME: &str = "Vera Visitor";

/// `rel kind` of an event, with what it is in.
pub(crate) fn kind_of(event: &Event) -> String {
    let within = event.within.as_ref().map(|it| format!(" in {}", it.rel)).unwrap_or_default();
    format!("{} {}{within}", event.link.rel, event.kind.as_str())
}

/// Whether an event is of this relation and kind.
pub(crate) fn is(event: &Event, rel: &str, kind: &str) -> bool {
    event.link.rel == rel && event.kind.as_str() == kind
}

/// A UCWA application.
pub(crate) struct Member {
    pub(crate) caller: Caller,
    pub(crate) application: Resource,
    /// Where its events are, as the application said.
    pub(crate) events: String,
    log: Arc<Log>,
    /// Ends the reading of events when the member goes.
    tasks: JoinSet<()>,
}

/// What an event channel told.
#[derive(Default)]
struct Told {
    events: Vec<Event>,
    /// Why nothing more comes.
    end: Option<String>,
}

struct Log {
    told: Mutex<Told>,
    count: watch::Sender<usize>,
}

impl Log {
    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event package; judges 200 and that it can be read.
pub(crate) fn package(reply: &Reply) -> Outcome<Package> {
    reply.has_status(&[200])?;
    match Package::read(&reply.json()) {
        Some(package) => Ok(package),
        None => failed(format!("an event package for {}", reply.line), reply.seen()),
    }
}

/// Where a package says to go on.
pub(crate) fn next(package: &Package) -> Outcome<String> {
    match &package.continuation {
        Some(Continuation::Next(href) | Continuation::Resume(href)) => Ok(href.clone()),
        other => failed("a package with a `next` link", format!("{other:?}")),
    }
}

/// The events of a package, in order.
pub(crate) fn events(package: &Package) -> Vec<Event> {
    package.senders.iter().flat_map(|it| it.events.clone()).collect()
}

/// The text of a message.
pub(crate) fn text_of(message: &Resource) -> Outcome<String> {
    let uri = message.href("plainMessage").or_else(|| message.href("htmlMessage"));
    match uri.and_then(data_uri::decode) {
        Some(content) => Ok(content.text),
        None => failed("a message with its text as a data URI", format!("{:?}", message.links)),
    }
}

impl Member {
    /// A visitor of the endpoint's website, whose events are read from now on.
    pub(crate) async fn visitor(scope: &Arc<Scope>, desk: &Desk, what: &str) -> Outcome<Self> {
        let mut it = Self::quiet_visitor(scope, desk, what).await?;
        it.listen();
        Ok(it)
    }

    /// A visitor whose events the check reads by itself.
    pub(crate) async fn quiet_visitor(
        scope: &Arc<Scope>,
        desk: &Desk,
        what: &str,
    ) -> Outcome<Self> {
        let door = visitor_door(scope, desk, what).await.set_up("a visitor gets a token")?;
        let body = json!({ "culture": "en-us", "userAgent": "conformance/1",
            "anonymousDisplayName": VISITOR_NAME });
        let reply = door.caller.post(&door.applications, &body).await;
        let made = async { Self::made(&door.caller, &reply?) };
        made.await.set_up("a visitor makes an application")
    }

    /// The application that an answer holds.
    pub(crate) fn made(caller: &Caller, reply: &Reply) -> Outcome<Self> {
        let application = reply.resource()?;
        let here = link(&application, "self")?;
        caller.leaves(&here);
        let events = link(&application, "events")?;
        let log = Log { told: Mutex::default(), count: watch::Sender::new(0) };
        let (caller, log, tasks) = (caller.clone(), Arc::new(log), JoinSet::new());
        Ok(Self { caller, application, events, log, tasks })
    }

    /// An agent whom invitations reach, whose events are read from now on.
    pub(crate) async fn agent(scope: &Arc<Scope>, place: usize, what: &str) -> Outcome<Self> {
        let it = Self::lurker(scope, place, what).await?;
        it.listens_when_available().await
    }

    /// Makes an agent available and reads its events from now on.
    pub(crate) async fn listens_when_available(mut self) -> Outcome<Self> {
        self.make_available().await.set_up("an agent makes itself available")?;
        self.listen();
        Ok(self)
    }

    /// An agent's application that invitations do not reach (§3.6).
    pub(crate) async fn lurker(scope: &Arc<Scope>, place: usize, what: &str) -> Outcome<Self> {
        let door = agent_door(scope, place).await.set_up("an agent signs in")?;
        let reply = door.caller.post(&door.applications, &agent_body(scope, what)).await;
        let made = async { Self::made(&door.caller, &reply?) };
        made.await.set_up("an agent makes an application")
    }

    async fn make_available(&self) -> Outcome {
        let href = link(self.part("me")?, "makeMeAvailable")?;
        let body = json!({ "supportedMessageFormats": ["Plain"],
            "supportedModalities": ["Messaging"] });
        self.caller.post(&href, &body).await?.is_success()
    }

    /// An embedded document of the application.
    pub(crate) fn part(&self, rel: &str) -> Outcome<&Resource> {
        let missing =
            || Stop::NotOffered { link: format!("embedded {rel}"), of: "application".to_owned() };
        self.application.embedded(rel).ok_or_else(missing)
    }

    /// Calls the endpoint. The name is operation id and subject, so that webhooks can be told apart.
    pub(crate) async fn call(&self, scope: &Scope, name: &str) -> Outcome<Reply> {
        let href = link(self.part("communication")?, "startMessaging")?;
        let body = json!({ "operationId": name, "to": scope.settings().endpoint, "subject": name });
        self.caller.post(&href, &body).await
    }

    /// Reads a document.
    pub(crate) async fn read(&self, href: &str) -> Outcome<Resource> {
        self.caller.get(href).await?.resource()
    }

    /// The resource of an event: embedded, or asked for (§3.1).
    pub(crate) async fn resource(&self, event: &Event) -> Outcome<Resource> {
        match &event.resource {
            Some(resource) => Ok(resource.clone()),
            None => self.read(&event.link.href).await,
        }
    }

    /// Reads events from now on, in the background.
    pub(crate) fn listen(&mut self) {
        let (caller, log, first) =
            (self.caller.clone(), Arc::clone(&self.log), self.events.clone());
        self.tasks.spawn(async move {
            let end = read_on(&caller, &log, first).await;
            let mut told = log.lock();
            told.end = Some(match end {
                Err(Stop::Failed { expected, seen }) => format!("{expected}, but {seen}"),
                _ => "the channel ended".to_owned(),
            });
            let count = told.events.len();
            drop(told);
            log.count.send_replace(count);
        });
    }

    /// How many events came so far: a place to look from.
    pub(crate) fn mark(&self) -> usize {
        self.log.lock().events.len()
    }

    /// The first event of this kind, from a place on; waits for it.
    pub(crate) async fn until(
        &self,
        what: &str,
        from: usize,
        is_it: impl Fn(&Event) -> bool,
    ) -> Outcome<Event> {
        self.until_within(what, from, EVENT_MS_MAX, is_it).await
    }

    /// The same with another limit.
    pub(crate) async fn until_within(
        &self,
        what: &str,
        from: usize,
        limit_ms: u64,
        is_it: impl Fn(&Event) -> bool,
    ) -> Outcome<Event> {
        let mut count = self.log.count.subscribe();
        let wait = async {
            loop {
                count.borrow_and_update();
                {
                    let told = self.log.lock();
                    let found = told.events.iter().skip(from).find(|it| is_it(it));
                    if let Some(event) = found {
                        return Some(event.clone());
                    }
                    if told.end.is_some() {
                        return None;
                    }
                }
                if count.changed().await.is_err() {
                    return None;
                }
            }
        };
        let came = tokio::time::timeout(Duration::from_millis(limit_ms), wait).await;
        if let Ok(Some(event)) = came {
            return Ok(event);
        }
        let told = self.log.lock();
        let kinds: Vec<String> = told.events.iter().skip(from).map(kind_of).collect();
        let kinds = if kinds.is_empty() { "no event".to_owned() } else { kinds.join(", ") };
        let expected = format!("{what}, within {limit_ms} ms");
        match &told.end {
            // What a channel has to do is judged by the checks that are about it.
            Some(end) => Err(Stop::Blocked {
                what: "reading the event channel".to_owned(),
                expected,
                seen: format!("{kinds}; then: {end}"),
            }),
            None => failed(expected, kinds),
        }
    }

    /// The texts of completed messages, from a place on, up to one that has to come.
    pub(crate) async fn texts_until(&self, from: usize, last: &str) -> Outcome<Vec<String>> {
        let is_last = |event: &Event| {
            let text = event.resource.as_ref().and_then(|it| text_of(it).ok());
            is(event, "message", "completed") && text.as_deref() == Some(last)
        };
        self.until(&format!("the message {last:?}"), from, is_last).await?;
        let told = self.log.lock();
        let messages = told.events.iter().skip(from).filter(|it| is(it, "message", "completed"));
        Ok(messages.filter_map(|it| text_of(it.resource.as_ref()?).ok()).collect())
    }

    /// All events from a place on.
    pub(crate) fn events_from(&self, from: usize) -> Vec<Event> {
        self.log.lock().events.iter().skip(from).cloned().collect()
    }
}

async fn read_on(caller: &Caller, log: &Log, first: String) -> Outcome {
    let mut href = first;
    loop {
        let package = package(&caller.poll(&href).await?)?;
        let on = match &package.continuation {
            Some(Continuation::Resync(link)) => Ok(link.clone()),
            _ => next(&package),
        };
        let mut came = events(&package);
        for event in &mut came {
            complete(caller, event).await?;
        }
        let count = {
            let mut told = log.lock();
            told.events.extend(came);
            told.events.len()
        };
        log.count.send_replace(count);
        href = on?;
    }
}

/// What checks look into; an event that does not carry it is completed by a GET (§3.1).
const LOOKED_INTO: [&str; 7] = [
    "messagingInvitation",
    "onlineMeetingInvitation",
    "participantInvitation",
    "conversation",
    "messaging",
    "message",
    "onlineMeeting",
];

async fn complete(caller: &Caller, event: &mut Event) -> Outcome {
    let is_gone = event.kind.as_str() == "deleted";
    if event.resource.is_none() && !is_gone && LOOKED_INTO.contains(&event.link.rel.as_str()) {
        let reply = caller.get(&event.link.href).await?;
        // What is gone by now has no resource any more.
        event.resource = if reply.status == 404 { None } else { Some(reply.resource()?) };
    }
    Ok(())
}

/// Where somebody makes applications, with what they prove themselves by.
pub(crate) struct Door {
    pub(crate) caller: Caller,
    pub(crate) applications: String,
}

/// A visitor's door: a token of its own, discovery by the link.
pub(crate) async fn visitor_door(scope: &Arc<Scope>, desk: &Desk, what: &str) -> Outcome<Door> {
    let origin = scope.settings().origin.clone();
    let token = desk.visitor_token(&scope.name(what), &origin).await?;
    let discover = link(&token.document, "discover")?;
    let nobody = Caller::new(scope, &discover)?.with("origin", &origin);
    let applications = link(&nobody.get(&discover).await?.resource()?, "anonApplications")?;
    let caller = Caller::new(scope, &applications)?.with("origin", &origin);
    let token = token.document.text("token").unwrap_or_default();
    Ok(Door { caller: caller.bearing(token), applications })
}

/// An agent's door: from the root by the challenge to a token (§2B.1).
pub(crate) async fn agent_door(scope: &Arc<Scope>, place: usize) -> Outcome<Door> {
    scope.agent(place)?;
    let root = scope.settings().root_url.clone();
    let nobody = Caller::new(scope, &root)?;
    let user = link(&nobody.get(&root).await?.resource()?, "user")?;
    let cell = {
        let mut cells = scope.shared().agent_tokens.lock().unwrap_or_else(PoisonError::into_inner);
        while cells.len() <= place {
            cells.push(Arc::new(OnceCell::new()));
        }
        Arc::clone(&cells[place])
    };
    let token = cell.get_or_try_init(|| sign_in(scope, &nobody, &user, place)).await?;
    let found = nobody.bearing(token).get(&user).await?.resource()?;
    let applications = link(&found, "applications")?;
    let caller = Caller::new(scope, &applications)?.bearing(token);
    Ok(Door { caller, applications })
}

async fn sign_in(scope: &Arc<Scope>, nobody: &Caller, user: &str, place: usize) -> Outcome<String> {
    let challenge = nobody.get(user).await?;
    challenge.has_status(&[401])?;
    let Some(at) = parameter(&challenge, "href=") else {
        let seen = challenge.headers_of("www-authenticate").join(" | ");
        return failed("a challenge MsRtcOAuth that names href", seen);
    };
    let agent = scope.agent(place)?;
    scope.secrets().learn(&agent.password);
    let form = format!(
        "grant_type=password&username={}&password={}",
        encoded(&agent.username),
        encoded(&agent.password)
    );
    let reply = Caller::new(scope, &at)?.send("POST", &at, Some((FORM, form))).await?;
    access_token(scope, &reply)
}

/// What an agent's client says of itself; the instance is one of the check's own (§3.5).
pub(crate) fn agent_body(scope: &Scope, instance: &str) -> Value {
    json!({ "culture": "en-us", "userAgent": "conformance/1", "type": "Browser",
        "endpointId": scope.name("endpoint"), "instanceId": scope.name(instance) })
}
