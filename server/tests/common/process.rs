//! The real program as a process of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A program that serves; killed when dropped.
pub(crate) struct Process {
    child: Child,
    /// Where it serves, as it printed it.
    pub(crate) url: String,
    /// What it printed up to its last line of greeting.
    pub(crate) greeting: String,
}

/// The program with nothing of this test's environment.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.env_clear().args(arguments);
    command
}

/// Runs it to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    program(arguments).output().expect("the program starts")
}

impl Process {
    /// Starts it on a free port, or on a given one, and waits until it says where it serves.
    pub(crate) fn serve(data: &Path, port: u16, more: &[&str]) -> Self {
        let listen = format!("127.0.0.1:{port}");
        let mut child = program(&["serve", "--listen", &listen])
            .arg("--data")
            .arg(data)
            .arg("--assets")
            .arg(super::web())
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("it is piped");
        let mut greeting = Vec::new();
        for line in BufReader::new(stdout).lines() {
            let line = line.expect("it prints text");
            let is_last = line.starts_with("Ctrl-C");
            greeting.push(line);
            if is_last {
                break;
            }
        }
        let url = greeting.first().and_then(|it| it.split(" serves on ").nth(1));
        let Some(url) = url.map(str::to_owned) else {
            panic!("it did not start: {}", stderr(&mut child));
        };
        Self { child, url, greeting: greeting.join("\n") }
    }

    /// The port it serves on.
    pub(crate) fn port(&self) -> u16 {
        self.url.rsplit(':').next().and_then(|it| it.parse().ok()).expect("an address has a port")
    }

    /// Sends `TERM` or `INT` and waits for its end; answers with the exit code.
    pub(crate) fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").arg(format!("-{signal}")).arg(id).status();
        let sent = sent.expect("kill is there");
        assert!(sent.success(), "the signal was sent");
        self.child.wait().expect("it ends").code()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill_9(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn stderr(child: &mut Child) -> String {
    let mut text = String::new();
    let _ = child.wait();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut text);
    }
    text
}
