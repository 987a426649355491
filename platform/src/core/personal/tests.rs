//! What is a visitor's and what is not; and that the rest still folds.

use shared::{Dialect, SipUri};
use store::Record;
use store::env::SeededEntropy;

use super::super::{
    Command, Core, EndpointInfo, InvitationInput, Owner, Person, Profile, Reachability, Reply, Who,
};
use super::{Footprint, Subject, Trace};
use crate::limits::Limits;

const NOW_MS: i64 = 1_704_067_200_000;

/// A machine, and the log of all it decided.
struct World {
    core: Core,
    ids: SeededEntropy,
    log: Vec<Record>,
}

fn helpdesk() -> SipUri {
    SipUri::parse("sip:help@t.example").unwrap()
}

fn online() -> Reachability {
    Reachability {
        sign_in_as: "Online",
        is_plain_only: false,
        phone_number: None,
        audio_preference: None,
        inactive_ms: 300_000,
    }
}

fn core() -> Core {
    let mut core = Core::new(Limits::default(), "http://127.0.0.1:1");
    core.register(EndpointInfo {
        uri: helpdesk(),
        display_name: "Help".into(),
        callback_url: "http://127.0.0.1:2/hook".into(),
        dialect: Dialect::Service,
    });
    core
}

impl World {
    fn new() -> Self {
        Self { core: core(), ids: SeededEntropy::new(3), log: Vec::new() }
    }

    fn does(&mut self, command: Command) -> Reply {
        let outcome = self.core.handle(NOW_MS, &self.ids, command).expect("it is allowed");
        for it in outcome.keep {
            let seq = self.log.len() as u64;
            self.log.push(Record { seq, scope: it.scope, body: it.body });
        }
        outcome.reply
    }

    fn application(&mut self, who: Who, name: &str) -> String {
        let (name, profile) = (name.to_owned(), Profile::default());
        match self.does(Command::CreateApplication { who, name, profile }) {
            Reply::Application { id, .. } => id,
            other => panic!("{other:?}"),
        }
    }

    /// A visitor who asks for the helpdesk.
    fn visitor(&mut self, session: &str) -> String {
        let who = Who::Visitor { endpoint: helpdesk(), session: session.to_owned(), meeting: None };
        let app = self.application(who, &format!("{session}-name"));
        let message = Some(format!("{session}-text"));
        let input = InvitationInput { message, ..InvitationInput::default() };
        self.does(Command::StartMessaging { app: app.clone(), to: helpdesk(), input });
        app
    }

    fn follow(&self, subject: &Subject) -> Footprint {
        let mut trace = Trace::default();
        for record in &self.log {
            trace.see(record).expect("the machine wrote it");
        }
        trace.follow(subject)
    }
}

#[test]
fn all_of_a_visitor_is_found_and_nothing_of_another() {
    let mut world = World::new();
    let vera = world.visitor("vera");
    world.visitor("walter");
    let found = world.follow(&Subject::Visitor("vera".into()));
    let scopes = found.scopes();
    assert!(scopes.contains(&format!("application/{vera}")));
    for record in &world.log {
        let is_hers = record.body.contains("vera");
        assert!(!is_hers || scopes.contains(&record.scope), "{} is left", record.scope);
        let is_his = record.body.contains("walter");
        assert!(!is_his || !scopes.contains(&record.scope), "{} is not hers", record.scope);
    }
    assert_eq!(found.conversations.len(), 2, "her side and the helpdesk's");
    assert_eq!(found.visitors.len(), 1);
    assert!(found.visitors[0].names.contains("vera-name"));

    // By an address of the conversation: all but the visitor's application.
    let invitation = found.invitations.iter().next().unwrap();
    let address = format!("http://127.0.0.1:1/a/messagingInvitations/{invitation}?endpointId=x");
    assert!(found.holds(&address));
    let by_address = world.follow(&Subject::Addresses(vec![address]));
    assert_eq!(by_address.conversations, found.conversations);
    assert_eq!(by_address.applications.len(), 0);
    assert_eq!(by_address.visitors, found.visitors);
    assert_eq!(world.follow(&Subject::Visitor("nobody".into())), Footprint::default());
}

#[test]
fn invariant_4_the_queue_of_an_agent_goes_on_where_it_was_after_an_erasure() {
    let mut world = World::new();
    let agent = SipUri::parse("sip:alice@t.example").unwrap();
    let app = world.application(Who::Agent { user: agent.clone() }, "Alice");
    world.does(Command::MakeAvailable { app: app.clone(), how: online() });
    let to = Person { uri: agent.to_string(), name: "Alice".into() };
    let message = Some("secret".to_owned());
    let input = InvitationInput { message, ..InvitationInput::default() };
    world.does(Command::CallUser { owner: Owner::Endpoint(helpdesk()), to, input });
    let side = world.log.iter().find_map(|it| it.scope.strip_prefix("conversation/"));
    let found = world.follow(&Subject::Addresses(vec![side.unwrap().to_owned()]));
    let scopes = found.scopes();
    assert!(!scopes.contains(&format!("application/{app}")), "it is the agent's");

    let mut left: Vec<Record> = Vec::new();
    for record in world.log.iter().filter(|it| !scopes.contains(&it.scope)) {
        let body = found.without_content(record).unwrap_or_else(|| record.body.clone());
        assert!(!body.contains("secret"), "{body}");
        left.push(Record { body, ..record.clone() });
    }
    let events = |it: &Core| it.apps[&app].queue.events.len();
    let mut folded = core();
    folded.fold(NOW_MS, left).expect("what is left folds");
    assert_eq!(folded.apps[&app].queue.next_seq, world.core.apps[&app].queue.next_seq);
    assert!(events(&world.core) > events(&folded), "the agent had been told");
    assert!(events(&folded) > 0, "what is not of the conversation is there still");
}
