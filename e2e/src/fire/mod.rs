//! The real thing under fire: the program as a process that is killed at random moments, behind a
//! proxy that harms what goes through it, with people who go on writing to each other.
//!
//! What is on the screens of visitor, agent and, as a third witness, in the desk's transcript is
//! compared with what was written. The seed draws faults and moments; how they meet the machine's
//! own timing is the machine's.

mod browser;
mod killer;
mod ledger;
pub mod report;
mod screens;
mod talk;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use self::browser::BrowserProgram;
use self::browser::BrowserVisitor;
use self::killer::Server;
use self::ledger::Ledger;
use self::report::Report;
use self::talk::Talk;
use crate::dice::Dice;
use crate::person::Person;
use crate::proxy::{Fault, Proxy};

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program `frontdesk`.
    pub program: PathBuf,
    /// The browser's files; `None` where they are inside the program.
    pub assets: Option<PathBuf>,
    /// Draws faults and moments.
    pub seed: u64,
    /// Messages in all, half of them in each direction.
    pub messages: usize,
    /// How often the server is killed and started again.
    pub restarts: usize,
    /// Visitors, each in a conversation with an agent.
    pub visitors: usize,
    /// A visitor more, in a browser; its conversation carries as many messages as each other.
    pub browser: Option<BrowserProgram>,
    /// How long people may take to write it all.
    pub writing_max: Duration,
    /// How long screens may take, once nothing is harmed any more, to show all of it.
    pub settling_max: Duration,
}

/// Runs it.
pub async fn run(options: &Options) -> Report {
    let began = watch::now();
    let dice = Dice::new(options.seed);
    let (port, seed) = (crate::process::free_port(), dice.below(u64::MAX));
    let proxy = Proxy::before(port, seed).await;
    let server = Server::start(options, port, &proxy.url).await;
    let talks = options.visitors + usize::from(options.browser.is_some());
    let ledger = Arc::new(Ledger::new(talks, options.messages / talks / 2));

    let agents = agents(&proxy.url, &dice).await;
    let talks = talks_of(options, &proxy.url, &dice, &agents).await;
    let watchers = watch::all(&ledger, &agents, &talks);
    proxy.rage(true);
    let log = server.log();
    let killing = server.kill_at_random(options.restarts, Arc::clone(&ledger), dice);
    let writing = talk::write_all(&ledger, &talks);
    let both = async { tokio::join!(killing, writing) };
    let (server, refused) =
        tokio::time::timeout(options.writing_max, both).await.unwrap_or_else(|_| {
            let people: Vec<String> = talks.iter().map(Talk::stands).collect();
            let (progress, people) = (ledger.progress(), people.join("\n"));
            panic!("not all was written in time: {progress}\n{people}\n{}", log.tail())
        });
    proxy.rage(false);
    let settled = talk::settle(&ledger, &talks, options.settling_max).await;
    let mut moments = watchers.stop().await;
    for it in &talks {
        moments.duplicated += it.doubled().await;
    }

    let screens = screens::all(&proxy.url, &agents, &talks).await;
    let report = Report {
        seed: options.seed,
        messages: ledger.total(),
        visitors: talks.len(),
        with_browser: options.browser.is_some(),
        restarts: options.restarts,
        requests: proxy.requests(),
        faults: Fault::ALL.map(|it| (it.name(), proxy.count(it))).into(),
        tried_again_by_hand: refused,
        settled,
        seen: moments,
        verdict: screens::judge(&ledger, &screens),
        took: watch::now() - began,
    };
    for it in talks {
        it.leave().await;
    }
    drop(agents);
    proxy.stop().await;
    server.stop();
    report
}

/// The agents of the demonstration, reachable.
async fn agents(url: &str, dice: &Dice) -> Vec<Arc<Person>> {
    let mut agents = Vec::new();
    for name in ["alice", "bob"] {
        let agent = Person::agent(url, name, dice.below(u64::MAX));
        agent.connect().await;
        agents.push(Arc::new(agent));
    }
    agents
}

/// A conversation for each visitor, agents in turns; the browser's is the last.
async fn talks_of(options: &Options, url: &str, dice: &Dice, agents: &[Arc<Person>]) -> Vec<Talk> {
    let mut talks = Vec::new();
    for number in 0..options.visitors {
        let agent = Arc::clone(&agents[number % agents.len()]);
        let visitor = Person::visitor(url, dice.below(u64::MAX));
        talks.push(Talk::begin(number, visitor, agent).await);
        // The other agent must not take this offer for the next one.
        for it in agents {
            it.sees("no invitation", |it| it.invitations.is_empty()).await;
        }
    }
    if let Some(program) = &options.browser {
        let number = options.visitors;
        let agent = Arc::clone(&agents[number % agents.len()]);
        let visitor = BrowserVisitor::start(program, url).await;
        talks.push(Talk::begin_in_browser(number, visitor, agent).await);
    }
    talks
}
