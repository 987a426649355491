//! How much faster messages become durable when commits are shared: the same visitors send to the
//! same product on the same disk, with group commit and with a commit for each change, in turns.
//!
//! A message goes the whole way of one: over a socket, through the platform, into the file, and its
//! 201 back; events and the desk's transcript are made of it as well. Each visitor waits for the
//! 201 before the next message, as clients do.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

use std::time::Instant;

use anyhow::{Result, ensure};
use client::session::Command;
use e2e::person::Person;
use e2e::raw::{TEXT, href, resource};
use e2e::{Http, Product};
use server::Limits;
use tokio::task::JoinSet;

/// Visitors who send at the same time.
const VISITORS: u64 = 64;
/// Messages of each visitor in one round.
const MESSAGES_EACH: usize = 20;
/// Rounds of each kind; the median counts.
const ROUNDS: usize = 5;

/// A visitor in a conversation, and where its messages go.
struct Sender {
    http: Http,
    url: String,
    origin: String,
    bearer: String,
}

#[tokio::main]
async fn main() -> Result<()> {
    let (mut shared, mut single) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        shared.push(round(limits()).await?);
        single.push(round(Limits { writes_per_commit_max: 1, ..limits() }).await?);
    }
    let (shared, single) = (median(&mut shared), median(&mut single));
    println!(
        "{VISITORS} visitors, {MESSAGES_EACH} messages each, median of {ROUNDS} rounds in turns"
    );
    println!("a commit for each change  {single:>8.0} acknowledged messages/s");
    println!("group commit              {shared:>8.0} acknowledged messages/s");
    println!("ratio                     {:>8.1}", shared / single);
    Ok(())
}

/// All visitors come from one address.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.desk.bootstraps_per_minute = u32::MAX;
    limits
}

/// One round on a new file; answers acknowledged messages a second.
async fn round(limits: Limits) -> Result<f64> {
    let product = Product::start_with(limits).await;
    let mut senders = Vec::new();
    for seed in 0..VISITORS {
        senders.push(sender(&product, seed).await);
    }
    let began = now();
    let mut tasks = JoinSet::new();
    for it in senders {
        tasks.spawn(it.sends());
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let took = now() - began;
    product.running.stop().await;
    let messages = f64::from(u32::try_from(MESSAGES_EACH)?) * f64::from(u32::try_from(VISITORS)?);
    Ok(messages / took.as_secs_f64())
}

/// Connects as the widget does, then goes on by hand: what is measured is the server.
async fn sender(product: &Product, seed: u64) -> Sender {
    let person = Person::visitor(&product.url, seed);
    person.connect().await;
    person.does(Command::StartConversation { subject: None });
    let open = |it: &client::model::Model| it.conversations.iter().any(|it| it.can_send);
    let key = person.sees("a conversation", open).await.conversations[0].key.clone();
    let bearer = person.bearer();
    person.leave().await;

    let headers = [("origin", product.url.as_str()), ("authorization", bearer.as_str())];
    let conversation = resource(&product.send("GET", &key, &headers, None).await);
    let messaging = href(&conversation, "messaging");
    let messaging = resource(&product.send("GET", &messaging, &headers, None).await);
    let url = href(&messaging, "sendMessage");
    Sender { http: product.http.clone(), url, origin: product.url.clone(), bearer }
}

impl Sender {
    async fn sends(self) -> Result<()> {
        let headers = [TEXT, ("origin", &self.origin), ("authorization", &self.bearer)];
        for n in 0..MESSAGES_EACH {
            let text = format!("Message {n}: is the tent of last summer still on sale?");
            let answer = self.http.send("POST", &self.url, &headers, Some(&text)).await;
            ensure!(answer.status == 201, "{}: {}", answer.status, answer.body);
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
fn now() -> Instant {
    Instant::now()
}

fn median(rounds: &mut [f64]) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}
