//! The real program as a process of its own.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// How long something is waited for that the program will log.
const LOG_WAIT_MAX: Duration = Duration::from_secs(30);
/// How often the log is looked at meanwhile.
const LOG_LOOK_EVERY: Duration = Duration::from_millis(50);

/// A program that serves; killed when dropped.
pub struct Process {
    child: Child,
    log: PathBuf,
    /// Where it serves, as it printed it.
    pub url: String,
}

/// Set by whoever builds these tests together with those of the server, which build the program: by itself it would be
/// built with other features, and all that it uses a second time.
const IS_BUILT: &str = "E2E_SERVER_IS_BUILT";

/// The program of these sources: built if it is not, because tests of a library do not build it.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if std::env::var_os(IS_BUILT).is_none() {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--quiet", "--package", "server", "--bin", "frontdesk"]);
            let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status();
            assert!(built.expect("cargo runs").success(), "the program can be built");
        }
        // This test is in target/PROFILE/deps, the program one folder up.
        let test = std::env::current_exe().expect("a running program has a path");
        let folder = test.parent().and_then(Path::parent).expect("tests are in a folder");
        folder.join("frontdesk")
    })
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let probe = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    probe.local_addr().expect("it is bound").port()
}

impl Process {
    /// Serves what a configuration file says, with its log beside the file, and waits until it does.
    pub fn serve(config: &Path) -> Self {
        Self::serve_by(program(), config)
    }

    /// The same by a program that was built before.
    pub fn serve_by(program: &Path, config: &Path) -> Self {
        let log = config.with_extension("log");
        let file = File::options().create(true).append(true).open(&log);
        let mut child = Command::new(program)
            .env_clear()
            .args(["serve", "--config"])
            .arg(config)
            .stdout(Stdio::piped())
            .stderr(file.expect("the log can be written"))
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("it is piped");
        let lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let greeting: Vec<String> = lines.take_while(|line| !line.starts_with("Ctrl-C")).collect();
        let url = greeting.first().and_then(|it| it.split(" serves on ").nth(1));
        let url = url.map(str::to_owned);
        let mut process = Self { child, log, url: String::new() };
        process.url = url.unwrap_or_else(|| panic!("it did not start: {}", process.log()));
        process
    }

    /// What it logged so far, starts before included.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until it has logged these words.
    pub async fn logs(&self, words: &str) {
        let mut looks = tokio::time::interval(LOG_LOOK_EVERY);
        let said = async {
            while !self.log().contains(words) {
                looks.tick().await;
            }
        };
        let waited = tokio::time::timeout(LOG_WAIT_MAX, said).await;
        assert!(waited.is_ok(), "it did not say \"{words}\": {}", self.log());
    }

    /// Ends it as a power cut would.
    pub fn kill_9(mut self) {
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
