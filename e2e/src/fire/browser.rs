//! A visitor in a real browser: a program of its own (`browser/fire/visitor.js`), told what to do
//! line by line.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

use super::ledger::{self, Ledger, Side};
use super::talk::UNDER_WAY_MAX;

/// How long one command to the browser may take.
const COMMAND_MS_MAX: u64 = 120_000;
/// Between two looks at the browser's screen.
const LOOK_MS: u64 = 100;

/// What runs the browser.
#[derive(Clone, Debug)]
pub struct BrowserProgram {
    /// `node`.
    pub node: PathBuf,
    /// The folder of the browser journeys, with their packages installed.
    pub journeys: PathBuf,
    /// Chromium.
    pub chromium: PathBuf,
}

/// The visitor.
pub(super) struct BrowserVisitor {
    line: Mutex<Line>,
}

struct Line {
    child: Child,
    to: ChildStdin,
    from: Lines<BufReader<ChildStdout>>,
}

impl BrowserVisitor {
    /// Opens the demonstration's page and the widget on it, up to the greeting.
    pub(super) async fn start(program: &BrowserProgram, url: &str) -> Self {
        let mut command = Command::new(&program.node);
        command.arg("fire/visitor.js").arg(url).current_dir(&program.journeys);
        command.env("CHROMIUM", &program.chromium).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("node starts: `cargo xtask setup` installs it");
        let to = child.stdin.take().expect("it is piped");
        let from = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut line = Line { child, to, from };
        assert_eq!(line.next().await["ready"], true);
        Self { line: Mutex::new(line) }
    }

    async fn ask(&self, command: Value) -> Value {
        let mut line = self.line.lock().await;
        let text = format!("{command}\n");
        line.to.write_all(text.as_bytes()).await.expect("the browser's program runs");
        line.next().await
    }

    /// Writes a text and sends it.
    pub(super) async fn write(&self, text: &str) {
        self.ask(json!({ "command": "write", "text": text })).await;
    }

    /// The visitor's half of a conversation; answers how often "try again" was pressed.
    pub(super) async fn write_all(&self, ledger: &Ledger, talk: usize) -> usize {
        let mut again = 0;
        for n in 0..ledger.each {
            let text = ledger::text(talk, Side::Visitor, n);
            again += self.room(ledger, UNDER_WAY_MAX).await;
            ledger.writes(&text);
            self.write(&text).await;
        }
        again + self.room(ledger, 1).await
    }

    /// Waits until less than so many own texts are under way.
    async fn room(&self, ledger: &Ledger, end: usize) -> usize {
        let mut again = 0;
        loop {
            let state = self.ask(json!({ "command": "state" })).await;
            note(ledger, &state["newest"]);
            let count = |name: &str| state[name].as_u64().and_then(|it| usize::try_from(it).ok());
            let failed = count("failed").unwrap_or_default();
            again += failed;
            if failed == 0 && count("underWay").is_some_and(|it| it < end) {
                return again;
            }
            pause().await;
        }
    }

    /// Waits until so many texts stand there.
    pub(super) async fn until_shown(&self, ledger: &Ledger, count: usize) {
        loop {
            let shown = self.ask(json!({ "command": "texts" })).await;
            note(ledger, &shown["texts"]);
            if texts_in(&shown["texts"]).count() >= count {
                return;
            }
            pause().await;
        }
    }

    /// What stands there, in its order.
    pub(super) async fn texts(&self) -> Vec<String> {
        let shown = self.ask(json!({ "command": "texts" })).await;
        texts_in(&shown["texts"]).map(str::to_owned).collect()
    }

    /// How many texts stood there twice at some moment.
    pub(super) async fn doubled(&self) -> usize {
        let shown = self.ask(json!({ "command": "texts" })).await;
        texts_in(&shown["twice"]).count()
    }

    /// Closes the browser.
    pub(super) async fn close(&self) {
        let mut line = self.line.lock().await;
        // Its end of input is its end; what is left of it is killed with us.
        let _ = line.to.shutdown().await;
        let ends = Duration::from_millis(COMMAND_MS_MAX);
        let _ = tokio::time::timeout(ends, line.child.wait()).await;
    }
}

impl Line {
    async fn next(&mut self) -> Value {
        let next =
            tokio::time::timeout(Duration::from_millis(COMMAND_MS_MAX), self.from.next_line());
        let said = next.await.expect("the browser answers in time").expect("it can be read");
        serde_json::from_str(&said.expect("the browser's program runs")).expect("it is JSON")
    }
}

/// What the agent wrote and the browser shows.
fn note(ledger: &Ledger, texts: &Value) {
    let agents = |it: &&str| ledger::parse(it).is_some_and(|(_, side, _)| side == Side::Agent);
    for text in texts_in(texts).filter(agents) {
        ledger.shows(text);
    }
}

fn texts_in(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// A screen cannot be waited on from here: it is looked at again and again, as a person does.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(LOOK_MS)).await;
}
