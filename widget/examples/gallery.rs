//! Every state of the widget, for looking at: `?state=NAME`. A document for eyes and screenshots;
//! no part of the product. It needs a browser: build it for wasm and bind it as the widget is.

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
fn main() {
    browser::main();
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use ::widget::model::state::{Effect, Input, State};
    use ::widget::texts::WidgetTexts;
    use ::widget::view::{Chat, Stage};
    use client::model::{
        Author, Connection, Conversation, Delivery, Item, Model, Participant, Phase,
    };
    use leptos::prelude::*;

    /// Tuesday, 3 March 2026, 14:10 UTC.
    const NOW_MS: i64 = 1_772_547_000_000;
    const MINUTE_MS: i64 = 60_000;

    pub(super) fn main() {
        let query = window().location().search().unwrap_or_default();
        let name = query.split("state=").nth(1).unwrap_or("talk").split('&').next();
        let name = name.unwrap_or_default().to_owned();
        let words = WidgetTexts::parse(if query.contains("lang=de") {
            include_str!("../texts/de.json")
        } else if query.contains("lang=ar") {
            include_str!("../texts/ar.json")
        } else {
            include_str!("../texts/en.json")
        });
        let root = document().document_element().expect("a document has a root");
        for (name, value) in [("lang", words.tag()), ("dir", words.dir())] {
            root.set_attribute(name, value).expect("these attributes can be set");
        }
        mount_to_body(move || {
            let mut state = State::new(chat(&name), String::new());
            state.handle(Input::Opened);
            adjust(&name, &mut state);
            let stage = Stage::new(state, perform, words, "Northwind Coffee", || NOW_MS);
            match name.as_str() {
                "menu" => {}
                "confirm" => set_timeout(
                    move || perform(stage, Input::AskEnd),
                    std::time::Duration::from_millis(50),
                ),
                _ => stage.focus_field(),
            }
            view! { <Chat stage/> }
        });
    }

    fn perform(stage: Stage, input: Input) {
        for effect in stage.state.try_update(|it| it.handle(input)).unwrap_or_default() {
            match effect {
                Effect::ScrollToEnd => stage.scroll_to_end(),
                Effect::FocusComposer => stage.focus_field(),
                Effect::AskEnd(asks) => stage.ask_end(asks),
                Effect::FocusEnded => stage.focus_ended(),
                _ => {}
            }
        }
    }

    fn adjust(name: &str, state: &mut State) {
        match name {
            "offline" => {
                drop(state.handle(Input::Page { is_network_up: false, is_visible: true }));
            }
            "away" => {
                state.is_at_end = false;
                state.below = 2;
            }
            "draft" => {
                state.draft = "Could you also send it to my\nnew address?\n\nThanks".to_owned()
            }
            "counter" => state.draft = "Long words. ".repeat(340),
            _ => {}
        }
    }

    fn item(number: usize, by: &str, minutes_ago: i64, text: &str) -> Item {
        let author = if by == "me" { Author::Me } else { Author::Other(by.to_owned()) };
        Item {
            key: number.to_string(),
            author,
            text: text.to_owned(),
            at_ms: NOW_MS - minutes_ago * MINUTE_MS,
            delivery: Delivery::Sent,
            operation_id: None,
            reach: client::model::Standing::Sent,
        }
    }

    fn numbered(all: &[(&str, i64, &str)]) -> Vec<Item> {
        all.iter().enumerate().map(|(at, it)| item(at, it.0, it.1, it.2)).collect()
    }

    fn talk() -> Vec<Item> {
        numbered(&[
            ("Northwind Coffee", 9, "Hello! How can we help you today?"),
            ("me", 8, "Hi, my grinder arrived without the hopper."),
            ("me", 8, "Order 20418."),
            ("Alice", 5, "I am sorry about that. I see the order, one moment please."),
            (
                "Alice",
                3,
                "A new hopper leaves our house today. You can follow it here: https://parcels.example/track/20418",
            ),
            ("me", 1, "Wonderful, thank you!"),
        ])
    }

    fn chat(name: &str) -> Model {
        let helpdesk =
            Participant { href: "/p".to_owned(), uri: None, name: "Northwind Coffee".to_owned() };
        let mut it = Conversation {
            key: "/c".to_owned(),
            phase: Phase::Connected,
            can_send: true,
            participants: vec![helpdesk],
            items: talk(),
            ..Conversation::default()
        };
        let mut connection = Connection::Online;
        match name {
            "connecting" => {
                return Model { connection: Connection::Connecting, ..Model::default() };
            }
            "new" => it.items.truncate(1),
            "waiting" => it.items.truncate(3),
            "typing" => it.typing = vec!["Alice".to_owned()],
            "sending" => it.items[5].delivery = Delivery::Sending,
            "failed" => {
                it.items[5].delivery = Delivery::Failed { reason: String::new() };
            }
            "reconnecting" => connection = Connection::Reconnecting { retry_at_ms: NOW_MS },
            "elsewhere" => connection = Connection::OpenedElsewhere,
            "stopped" => {
                connection =
                    Connection::Stopped { reason: "The helpdesk is closed for today.".to_owned() };
            }
            "blocked" => (it.can_send, it.lacks_send) = (false, true),
            "ended" => it.phase = Phase::Ended,
            "days" => it.items[0].at_ms -= 26 * 60 * MINUTE_MS,
            "mixed" => it.items = mixed(),
            _ => {}
        }
        Model { connection, conversations: vec![it], ..Model::default() }
    }

    /// Writing of all kinds, and markup that must stay text (WID-16).
    fn mixed() -> Vec<Item> {
        numbered(&[
            ("Alice", 9, "<img src=x onerror=alert(1)> <b>not bold</b>"),
            ("me", 8, "مرحبا، أين طلبي رقم 20418؟"),
            ("علي", 7, "طلبك في الطريق: https://parcels.example/20418"),
            (
                "me",
                6,
                "AVeryLongWordThatHasNoPlaceToBreakAndMustNotMakeThePanelScrollSideways_0123456789",
            ),
            ("Alice", 5, "1. First\n2. Second\n\n\tIndented"),
            ("me", 4, "👍"),
        ])
    }
}
