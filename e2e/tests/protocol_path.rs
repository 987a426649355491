//! The whole path of `protocol.md` §1.2 over real sockets: bootstrap to the end of a conversation,
//! with the client machine that widget and console run.

use client::model::{Author, Phase, Standing};
use client::session::Command;
use e2e::Product;
use e2e::person::{Person, texts};

#[tokio::test(flavor = "multi_thread")]
async fn wid_19_a_visitor_and_an_agent_chat_both_ways_type_reload_and_end() {
    let product = Product::start().await;
    let alice = Person::agent(&product.url, "alice", 1);
    alice.connect().await;
    let visitor = Person::visitor(&product.url, 2);
    visitor.connect().await;

    visitor.does(Command::StartConversation { subject: Some("Tents".into()) });
    let greeting = visitor
        .sees("the greeting", |it| it.conversations.iter().any(|it| !it.items.is_empty()))
        .await;
    assert!(matches!(greeting.conversations[0].items[0].author, Author::Other(_)));
    visitor.writes("", "Is the Wren 2 waterproof?");
    visitor.delivered("Is the Wren 2 waterproof?").await;

    let conversation = alice.takes_the_next().await;
    alice.writes(&conversation, "Yes, 3000 mm.");
    let answer = visitor.reads("Yes, 3000 mm.").await;
    assert_eq!(answer.author, Author::Other("Alice".into()), "the bridged name, not the account");
    visitor.writes("", "And its floor?");
    alice.reads("And its floor?").await;

    let visitors_key = visitor.model().conversations[0].key.clone();
    visitor.does(Command::Typing { conversation: visitors_key });
    alice
        .sees("the visitor typing", |it| it.conversations.iter().any(|it| !it.typing.is_empty()))
        .await;
    alice.does(Command::Typing { conversation: conversation.clone() });
    let typing = visitor
        .sees("the agent typing", |it| it.conversations.iter().any(|it| !it.typing.is_empty()))
        .await;
    assert_eq!(typing.conversations[0].typing, ["Alice"]);

    let before = texts(&visitor.model().conversations[0]);
    let visitor = visitor.reload().await;
    alice.writes(&conversation, "5000 mm.");
    visitor.connect().await;
    visitor.reads("5000 mm.").await;
    let mut expected = before;
    expected.push("Alice: 5000 mm.".into());
    let after = visitor.model();
    assert_eq!(after.conversations.len(), 1, "the same conversation goes on");
    assert_eq!(texts(&after.conversations[0]), expected, "each once, in order (invariants 2, 3)");
    visitor.writes("", "Thanks!");
    alice.reads("Thanks!").await;

    let key = visitor.model().conversations[0].key.clone();
    visitor.does(Command::End { conversation: key });
    visitor.sees("the end", |it| it.conversations.iter().all(|it| it.phase == Phase::Ended)).await;
    alice.sees("the end", |it| it.conversations.iter().all(|it| it.phase == Phase::Ended)).await;
    visitor.leave().await;
    alice.leave().await;
    product.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_to_accept_owns_it_and_the_others_offer_is_withdrawn() {
    let product = Product::start().await;
    let (alice, bob) =
        (Person::agent(&product.url, "alice", 1), Person::agent(&product.url, "bob", 2));
    alice.connect().await;
    bob.connect().await;
    let visitor = Person::visitor(&product.url, 3);
    visitor.connect().await;
    visitor.writes("", "Hello?");
    alice.sees("an invitation", |it| !it.invitations.is_empty()).await;
    bob.sees("an invitation", |it| !it.invitations.is_empty()).await;
    let conversation = alice.takes_the_next().await;
    bob.sees("no invitation", |it| it.invitations.is_empty()).await;
    alice.writes(&conversation, "Here I am.");
    visitor.reads("Here I am.").await;
    assert!(bob.model().conversations.iter().all(|it| it.phase == Phase::Ended || !it.can_send));
    product.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_4_a_restart_of_the_server_loses_nothing_and_repeats_nothing() {
    let product = Product::start().await;
    let alice = Person::agent(&product.url, "alice", 1);
    alice.connect().await;
    let visitor = Person::visitor(&product.url, 2);
    visitor.connect().await;
    visitor.writes("", "Before");
    let conversation = alice.takes_the_next().await;
    alice.writes(&conversation, "Still there?");
    visitor.reads("Still there?").await;

    let product = product.restart().await;
    visitor.writes("", "After");
    alice.reads("After").await;
    alice.writes(&conversation, "Fine.");
    visitor.reads("Fine.").await;
    let shown = texts(&visitor.model().conversations[0]);
    let told: Vec<&str> =
        shown.iter().map(String::as_str).filter(|it| !it.starts_with("Fernweh")).collect();
    assert_eq!(told, ["me: Before", "Alice: Still there?", "me: After", "Alice: Fine."]);
    product.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_cross_the_desks_bridge_both_ways_and_outlive_restart_and_reload() {
    let product = Product::start().await;
    let alice = Person::agent(&product.url, "alice", 1);
    alice.connect().await;
    let visitor = Person::visitor(&product.url, 2);
    visitor.connect().await;
    visitor.writes("", "Before anybody came");
    let conversation = alice.takes_the_next().await;
    visitor.stands("Before anybody came", Standing::Sent).await;
    // The console shows it by the transcript: it is on no leg of the agent's.
    alice.has_read(&conversation, &visitor.reads("Before anybody came").await);
    visitor.stands("Before anybody came", Standing::Read).await;

    visitor.writes("", "On the agent's leg");
    visitor.stands("On the agent's leg", Standing::Delivered).await;
    alice.writes(&conversation, "An answer");
    alice.stands("An answer", Standing::Delivered).await;

    let product = product.restart().await;
    let visitor = visitor.reload().await;
    visitor.connect().await;
    visitor.stands("Before anybody came", Standing::Read).await;
    visitor.stands("On the agent's leg", Standing::Delivered).await;
    alice.has_read(&conversation, &alice.reads("On the agent's leg").await);
    visitor.stands("On the agent's leg", Standing::Read).await;
    let key = visitor.model().conversations[0].key.clone();
    visitor.has_read(&key, &visitor.reads("An answer").await);
    alice.stands("An answer", Standing::Read).await;
    product.running.stop().await;
}
