//! The server as a process, and its sudden deaths.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use super::Options;
use super::ledger::Ledger;
use crate::dice::Dice;
use crate::process::Process;

/// Between a kill's place in the traffic and the kill, at most this long: no two are alike.
const MOMENT_MS_MAX: u64 = 400;

/// Lines of the log that are shown when something went wrong.
const LOG_LINES_MAX: usize = 60;

/// The program, and what it needs to be started again.
pub(super) struct Server {
    process: Process,
    program: PathBuf,
    folder: TempDir,
}

impl Server {
    /// Starts it on an empty data folder behind the proxy.
    pub(super) async fn start(options: &Options, port: u16, url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let data = folder.path().display();
        let assets = options.assets.as_deref().map(Path::display);
        let assets = assets.map(|it| format!("assets = \"{it}\"\n")).unwrap_or_default();
        let config = format!(
            "demo = true\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{url}\"\n\
             data = \"{data}/data\"\n{assets}[limits]\nbootstraps_per_minute = 100000\n"
        );
        let file = folder.path().join("frontdesk.toml");
        std::fs::write(&file, config).expect("a file can be written");
        let process = serve(options.program.clone(), file).await;
        Self { process, program: options.program.clone(), folder }
    }

    /// What it says, for whoever waits too long.
    pub(super) fn log(&self) -> ServerLog {
        ServerLog(self.folder.path().join("frontdesk.log"))
    }

    /// Kills it and starts it again, spread over the whole traffic, each at a moment of its own.
    pub(super) async fn kill_at_random(
        mut self,
        times: usize,
        ledger: Arc<Ledger>,
        dice: Dice,
    ) -> Self {
        let step = ledger.total() / (times + 1);
        for n in 0..times {
            let within = usize::try_from(dice.below(step.max(1) as u64)).unwrap_or_default();
            ledger.until_shown(step * n + within + 1).await;
            tokio::time::sleep(Duration::from_millis(dice.below(MOMENT_MS_MAX))).await;
            self.process.kill_9();
            let file = self.folder.path().join("frontdesk.toml");
            self.process = serve(self.program.clone(), file).await;
        }
        self
    }

    pub(super) fn stop(self) {
        self.process.kill_9();
    }
}

/// The server's log, over all its lives.
pub(super) struct ServerLog(PathBuf);

impl ServerLog {
    /// Its last lines.
    pub(super) fn tail(&self) -> String {
        let text = std::fs::read_to_string(&self.0).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES_MAX)..].join("\n")
    }
}

/// Starting waits for the program's greeting.
async fn serve(program: PathBuf, config: PathBuf) -> Process {
    let started = tokio::task::spawn_blocking(move || Process::serve_by(&program, &config));
    started.await.expect("it starts")
}
