//! Days of random use in a second: whatever happens, what is kept is what is known (invariant 4),
//! the same seed gives the same records, and the parts of the state agree with each other.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::states::{AccessLevel, AutomaticLeaderAssignment, ConversationState, FilterState};
use shared::{Dialect, OperationId, Package, SipUri};
use store::env::{Entropy, SeededEntropy};
use store::{NewRecord, Record};

use super::model::Kind;
use super::*;

const STEPS: usize = 800;
/// Steps between two folds: each reads everything that was kept.
const STEPS_PER_FOLD: usize = 20;
const HELPDESK: &str = "sip:help@t.example";

/// A log as the store keeps it.
#[derive(Default)]
struct Kept {
    records: Vec<Record>,
    over: BTreeSet<String>,
}

impl Kept {
    fn keep(&mut self, records: Vec<NewRecord>) {
        for NewRecord { scope, body, closes } in records {
            assert!(!self.over.contains(&scope), "{scope} goes on after its end");
            if closes {
                self.over.insert(scope.clone());
            }
            let seq = self.records.len() as u64;
            self.records.push(Record { seq, scope, body });
        }
    }

    fn replay(&self) -> Vec<Record> {
        self.records.iter().filter(|it| !self.over.contains(&it.scope)).cloned().collect()
    }
}

/// Chooses.
struct Dice(SeededEntropy);

impl Dice {
    fn roll(&self, sides: usize) -> usize {
        let mut bytes = [0_u8; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes) as usize % sides.max(1)
    }

    fn pick<T: Clone>(&self, items: impl Iterator<Item = T>) -> Option<T> {
        let items: Vec<T> = items.collect();
        items.get(self.roll(items.len())).cloned()
    }

    fn operation(&self) -> Option<OperationId> {
        // Few ids, so that some repeat.
        OperationId::parse(&format!("op-{}", self.roll(40))).ok()
    }
}

/// A user who takes everything and is there.
fn online() -> Reachability {
    Reachability {
        sign_in_as: "Online",
        is_plain_only: false,
        phone_number: None,
        audio_preference: None,
        inactive_ms: 300_000,
    }
}

fn uri(text: &str) -> SipUri {
    SipUri::parse(text).unwrap()
}

fn empty() -> Core {
    let limits = Limits { events_per_application_max: 200, ..Limits::default() };
    let mut core = Core::new(limits, "https://p.example");
    core.register(EndpointInfo {
        uri: uri(HELPDESK),
        display_name: "Help".to_owned(),
        callback_url: "https://d.example".to_owned(),
        dialect: Dialect::Service,
    });
    core
}

fn application(core: &Core, dice: &Dice) -> Command {
    let number = dice.roll(6);
    let user = uri(&format!("sip:agent{number}@t.example"));
    let session = format!("s-{}", dice.roll(30));
    let who = if dice.roll(3) == 0 {
        Who::Agent { user }
    } else {
        let meeting = dice.pick(core.meetings.values()).filter(|_| dice.roll(2) == 0);
        let meeting = meeting.map(|it| it.uri.clone());
        Who::Visitor { endpoint: uri(HELPDESK), session, meeting }
    };
    assert!(core.apps.len() <= core.limits.applications_max);
    Command::CreateApplication { who, name: "N".to_owned(), profile: Profile::default() }
}

/// Something to do in a conversation.
fn in_conversation(core: &Core, dice: &Dice) -> Option<Command> {
    let it = dice.pick(core.conversations.values())?;
    let (owner, conversation) = (it.owner.clone(), it.id.clone());
    let operation = dice.operation();
    let input = InvitationInput { operation: operation.clone(), ..InvitationInput::default() };
    let number = dice.roll(6);
    let agent = uri(&format!("sip:agent{number}@t.example"));
    let format = if dice.roll(2) == 0 { TextFormat::Plain } else { TextFormat::Html };
    Some(match dice.roll(18) {
        16 | 17 => {
            let up_to_ms = it.messages.values().next_back()?.at_ms
                - i64::try_from(dice.roll(3)).unwrap_or_default();
            Command::See { owner, conversation, up_to_ms }
        }
        0..=4 => {
            Command::SendMessage { owner, conversation, operation, format, text: "<b>x".to_owned() }
        }
        5 | 6 => Command::SetIsTyping { owner, conversation },
        7 | 8 => Command::AddMessaging { owner, conversation, input },
        9 | 10 => {
            let to = Person { uri: agent.to_string(), name: "A".to_owned() };
            Command::AddParticipant { owner, conversation, to, input }
        }
        11 | 12 => {
            let filter =
                if dice.roll(3) == 0 { FilterState::Enabled } else { FilterState::Disabled };
            let bridged = Bridged { uri: agent, name: "B".to_owned(), filter };
            Command::PutBridged { owner, conversation, bridged, must_exist: dice.roll(2) == 0 }
        }
        13 => match dice.roll(3) {
            0 => Command::StopMessaging { owner, conversation },
            1 => Command::DeleteConversation { owner, conversation },
            _ => Command::DeleteBridged { owner, conversation, participant: agent },
        },
        14 => {
            let participant = agent.without_scheme().to_owned();
            Command::Eject { owner, conversation, participant }
        }
        _ if dice.roll(3) == 0 => Command::TerminateMeeting { owner, conversation },
        _ => Command::LearnContext { conversation, context: "c".to_owned() },
    })
}

/// Something to do with a meeting that was made beforehand.
fn in_meeting(core: &Core, dice: &Dice) -> Option<Command> {
    let levels = [AccessLevel::Everyone, AccessLevel::SameEnterprise, AccessLevel::Locked];
    let endpoint = uri(HELPDESK);
    let Some(meeting) =
        dice.pick(core.meetings.values()).filter(|_| dice.roll(8) > 0 || core.meetings.len() > 4)
    else {
        let access_level = levels[dice.roll(levels.len())];
        let automatic_leaders = AutomaticLeaderAssignment::SameEnterprise;
        let terms = Terms { access_level, automatic_leaders, ..Terms::default() };
        return Some(Command::CreateMeeting { endpoint, terms });
    };
    Some(match dice.roll(12) {
        0 if dice.roll(4) == 0 => Command::DeleteMeeting { endpoint, meeting: meeting.id.clone() },
        0..=6 => {
            let owner = match dice.roll(5) {
                0 => Owner::Endpoint(endpoint),
                _ => dice.pick(core.apps.values())?.owner(),
            };
            let operation = dice.operation();
            let input = InvitationInput { operation, ..InvitationInput::default() };
            Command::JoinMeeting { owner, meeting_uri: meeting.uri.clone(), input }
        }
        _ => {
            let waiting = dice.pick(meeting.lobby.iter().chain(&meeting.members))?;
            let conversation = dice.pick(meeting.members.iter())?.clone();
            Command::AnswerLobby {
                owner: core.conversations[&conversation].owner.clone(),
                conversation,
                participant: core.conversations[waiting].me.key().to_owned(),
                admit: dice.roll(3) > 0,
            }
        }
    })
}

/// Something to do with an invitation.
fn with_invitation(core: &Core, dice: &Dice) -> Option<Command> {
    let it = dice.pick(core.invitations.values())?;
    let (owner, invitation) = (it.owner.clone(), it.id.clone());
    let input = InvitationInput { operation: dice.operation(), ..InvitationInput::default() };
    Some(match dice.roll(9) {
        0..=2 => {
            let invitation = Some(invitation);
            Command::StartAdhocMeeting { owner, invitation, input }
        }
        3 | 4 => {
            let meeting_uri = dice.pick(core.meetings.values())?.uri.clone();
            Command::AcceptAndBridge { owner, invitation, meeting_uri, name: None }
        }
        5 | 6 => Command::Accept { owner, invitation },
        7 => Command::Decline { owner, invitation },
        _ => Command::Cancel { owner, invitation },
    })
}

fn command(core: &Core, dice: &Dice) -> Option<Command> {
    match dice.roll(15) {
        14 => in_meeting(core, dice),
        0 | 1 => Some(application(core, dice)),
        2 | 3 => {
            let app = dice.pick(core.apps.values())?;
            Some(if app.is_visitor() {
                let message = (dice.roll(2) == 0).then(|| "hi".to_owned());
                let operation = dice.operation();
                let input = InvitationInput { operation, message, ..InvitationInput::default() };
                Command::StartMessaging { app: app.id.clone(), to: uri(HELPDESK), input }
            } else {
                Command::MakeAvailable { app: app.id.clone(), how: online() }
            })
        }
        4..=9 => in_conversation(core, dice),
        10..=12 => with_invitation(core, dice),
        _ => {
            let hook = dice.pick(core.hooks.keys().cloned());
            let delivered = dice.roll(10) > 0;
            match (hook, dice.roll(8)) {
                (_, 0) => {
                    Some(Command::DeleteApplication { app: dice.pick(core.apps.keys())?.clone() })
                }
                (Some(scope), _) => Some(Command::WebhookDone { scope, delivered }),
                (None, _) => None,
            }
        }
    }
}

/// Reads on in a channel, as a client does.
fn poll(core: &mut Core, dice: &Dice, now_ms: i64) {
    let Some(id) = dice.pick(core.apps.keys().cloned()) else { return };
    let durable = core.ticket();
    let link = core.events_link(core.app(&id).unwrap());
    let number = |name: &str| {
        let (_, rest) = link.split_once(&format!("{name}=")).unwrap();
        rest.split('&').next().unwrap().parse::<u64>().unwrap()
    };
    let mut ask = Ask { ack: number("ack"), key: Some(number("key")), ..Ask::default() };
    ask.ack += u64::from(dice.roll(2) == 0);
    let ask = if ask.ack == number("ack") { ask } else { Ask { key: None, ..ask } };
    if let Ok(Step::Wait { poll, .. }) = core.begin_poll(now_ms, durable, &id, &ask) {
        core.abandon_poll(now_ms, &id, poll);
    }
}

/// Everything that has to survive, in a comparable form; queues from what is acknowledged on.
fn known(core: &Core, first: impl Fn(&str) -> u64) -> Value {
    let apps = core.apps.values().map(|app| {
        let from = first(&app.id);
        let events = app.queue.events.iter().filter(|it| it.seq >= from).map(|it| {
            let senders = vec![it.sender.clone()];
            let this = String::new();
            let package = Package { this, continuation: None, senders, base_uri: None };
            json!([it.seq, it.at_ms, package.write(Dialect::Ucwa)])
        });
        json!([app, events.collect::<Vec<_>>()])
    });
    let conversations =
        core.conversations.values().map(|it| json!([it, it.marks, it.messages, it.operations]));
    json!({
        "apps": apps.collect::<Vec<_>>(),
        "conversations": conversations.collect::<Vec<_>>(),
        "invitations": core.invitations,
        "meetings": core.meetings,
        "hooks": core.hooks,
        "identities": core.identities,
        "operations": core.operations,
        "owned": core.owned.values().collect::<Vec<_>>(),
        "filed": core.filed,
    })
}

fn check_agreement(core: &Core) {
    for it in core.conversations.values() {
        let Marks { delivered, read, .. } = it.marks;
        assert!(read <= delivered && delivered < it.next_message());
        assert!(core.owned[&it.owner].contains(&it.id));
        match &it.kind {
            Kind::Peer { other, .. } => {
                let back = &core.conversations[other];
                assert!(matches!(&back.kind, Kind::Peer { other, .. } if *other == it.id));
            }
            Kind::Meeting { meeting } => assert!(core.meetings.contains_key(meeting)),
        }
        if let Some(bridge) = &it.bridge {
            assert_eq!(core.meetings[&bridge.meeting].bridge.as_ref(), Some(&it.id));
        }
        if let Owner::App(app) = &it.owner {
            assert!(core.apps.contains_key(app));
        }
    }
    for it in core.meetings.values() {
        let sides = || it.members.iter().chain(&it.lobby);
        assert!(sides().all(|id| core.conversations[id].meeting() == Some(&*it.id)));
        let users: BTreeSet<_> = sides().map(|id| &core.conversations[id].me.uri).collect();
        assert_eq!(users.len(), sides().count(), "one side for each member");
        let waits = |id: &String| core.conversations[id].state == ConversationState::InLobby;
        assert!(it.lobby.iter().all(waits) && !it.members.iter().any(waits));
        assert!(it.bridge.iter().all(|id| core.conversations[id].bridge.is_some()));
    }
    for it in core.invitations.values() {
        assert!(core.conversations.contains_key(&it.conversation));
    }
}

/// How often something happened that is worth a simulation.
#[derive(Debug, Default)]
struct Seen {
    messages: usize,
    bridged: usize,
    met: usize,
    marked: usize,
    waiting: usize,
}

/// Plays a seed; answers what was kept.
fn play(start: u64, seen: &mut Seen) -> Vec<Record> {
    let (dice, ids) = (Dice(SeededEntropy::new(start)), SeededEntropy::new(start + 1));
    let (mut core, mut kept, mut now_ms) = (empty(), Kept::default(), 1_000_000);
    for step in 0..STEPS {
        now_ms += match dice.roll(40) {
            0 => 31_000,
            1 => 400_000,
            _ => 500,
        };
        kept.keep(core.tick(now_ms).keep);
        for _ in 0..3 {
            poll(&mut core, &dice, now_ms);
        }
        let Some(command) = command(&core, &dice) else { continue };
        let is_message = matches!(command, Command::SendMessage { .. });
        if let Ok(outcome) = core.handle(now_ms, &ids, command) {
            seen.messages += usize::from(is_message);
            kept.keep(outcome.keep);
        }
        check_agreement(&core);
        seen.bridged += usize::from(core.meetings.values().any(|it| it.bridge.is_some()));
        seen.met += usize::from(core.meetings.values().any(|it| it.members.len() > 1));
        let is_marked = |it: &&Conversation| it.marks != Marks::default();
        seen.marked += core.conversations.values().filter(is_marked).count();
        seen.waiting += usize::from(core.meetings.values().any(|it| !it.lobby.is_empty()));
        if step % STEPS_PER_FOLD > 0 {
            continue;
        }
        let mut folded = empty();
        folded.fold(now_ms, kept.replay()).unwrap();
        let first = |app: &str| core.apps.get(app).map_or(0, |it| it.queue.first);
        assert_eq!(known(&folded, first), known(&core, first), "seed {start}");
    }
    kept.records
}

#[test]
fn invariant_4_what_is_kept_is_what_is_known() {
    let mut seen = Seen::default();
    for seed in 0..4 {
        play(seed * 1_000, &mut seen);
    }
    let Seen { messages, bridged, met, marked, waiting } = seen;
    let is_busy = messages > 50 && bridged > 100 && met > 50 && marked > 50 && waiting > 50;
    assert!(is_busy, "the seeds do little: {seen:?}");
}

#[test]
fn the_same_seed_gives_the_same_records() {
    let mut seen = Seen::default();
    assert_eq!(play(5, &mut seen), play(5, &mut seen));
}
