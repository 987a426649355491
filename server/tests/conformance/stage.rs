//! A platform to be checked: the real program with short timers and two service applications.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use client::http::HttpRequest;
use client::native::{ReqwestTransport, Transport as _};
use conformance::{Credentials, Settings, SignIn, Timers};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{process::program, web};

/// The runner's endpoint.
pub(crate) const ENDPOINT: &str = "sip:conformance@demo.example";
/// The runner's secret.
pub(crate) const SECRET: &str = "secret-of-the-runner";
/// The secret of a service application without a right to that endpoint.
pub(crate) const OTHER_SECRET: &str = "secret-of-another";
const AUDIENCE: &str = "https://runner.example";

/// As the configuration below has them; medium holds cannot be shortened.
const TIMERS: Timers =
    Timers { inactivity_s: 12, invitation_s: 10, typing_s: 2, poll_min_s: 2, hold_min_s: 5 };

/// The program, running; killed when dropped.
pub(crate) struct Stage {
    server: Child,
    /// Where it says it is.
    pub(crate) url: String,
    /// A visitor's token that this platform signed and that is over.
    pub(crate) expired_token: String,
    callback_port: u16,
    _data: TempDir,
}

/// A port that is free now. The program has to be told it before anybody listens there.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it listens").port()
}

fn configuration(folder: &Path, callback_port: u16, visitor_token_s: u32) -> String {
    let mut tables = Vec::new();
    for (name, endpoint, secret) in
        [("runner", ENDPOINT, SECRET), ("other", "sip:other@demo.example", OTHER_SECRET)]
    {
        let file = folder.join(format!("{name}.secret"));
        std::fs::write(&file, secret).expect("the folder can be written to");
        tables.push(format!(
            "[application.{name}]\nendpoint = '{endpoint}'\nclient_secret_file = '{}'\n\
             callback_url = 'http://127.0.0.1:{callback_port}/hook'\naudience = '{AUDIENCE}'\n",
            file.display()
        ));
    }
    tables.push(format!(
        "[limits]\ninactivity_ms = {}\ninvitation_ms = {}\ntyping_ms = {}\n\
         poll_timeout_min_s = {}\nvisitor_token_s = {visitor_token_s}\n",
        TIMERS.inactivity_s * 1_000,
        TIMERS.invitation_s * 1_000,
        TIMERS.typing_s * 1_000,
        TIMERS.poll_min_s
    ));
    tables.concat()
}

/// Starts the program and answers when it serves, with where.
fn serve(data: &Path, callback_port: u16, visitor_token_s: u32, more: &[&str]) -> (Child, String) {
    let file = data.join("frontdesk.toml");
    std::fs::write(&file, configuration(data, callback_port, visitor_token_s))
        .expect("the folder can be written to");
    let mut command = program(&["serve", "--demo"]);
    command.args(more).arg("--config").arg(file).arg("--data").arg(data.join("kept"));
    command.arg("--assets").arg(web()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().expect("the program starts");
    let stdout = child.stdout.take().expect("it is piped");
    let mut url = None;
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        url = url.or_else(|| line.split(" serves on ").nth(1).map(str::to_owned));
        if line.starts_with("Ctrl-C") {
            break;
        }
    }
    (child, url.expect("it says where it serves"))
}

/// A visitor's token, as the demonstration's website gets one, when it is over.
async fn expired_token(url: &str) -> String {
    let transport = ReqwestTransport::new().expect("TLS can be set up");
    let ask = async |method: &'static str, address: String, body: Option<String>| {
        let headers = [("content-type", "application/json"), ("origin", url)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let request = HttpRequest { method, url: address, headers, body };
        transport.send(request, 20_000).await.expect("the program answers")
    };
    let body = json!({ "ApplicationSessionId": "expired", "AllowedOrigins": url, "Site": "demo" });
    let answer = ask("POST", format!("{url}/GetAnonTokenJob"), Some(body.to_string())).await;
    let body: Value = serde_json::from_str(&answer.body).expect("it answers in JSON");
    let text = |name: &str| {
        let text = body[name].as_str();
        text.unwrap_or_else(|| panic!("no {name} in {}", answer.body)).to_owned()
    };
    while ask("GET", text("DiscoverUri"), None).await.status != 401 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    text("Token")
}

impl Stage {
    /// Starts it; behind a proxy it listens at the given port and says that it is at the proxy's.
    pub(crate) async fn open(behind: Option<(u16, u16)>) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder can be made");
        let callback_port = free_port();
        // A first life with tokens that are over at once. The key is kept, the life is not.
        let (mut first, url) = serve(data.path(), callback_port, 1, &["--listen", "127.0.0.1:0"]);
        let expired_token = expired_token(&url).await;
        end(&mut first);
        let (own, public) = behind.map_or((0, None), |(own, public)| (own, Some(public)));
        let listen = format!("127.0.0.1:{own}");
        let public = public.map(|it| format!("http://127.0.0.1:{it}"));
        let mut more = vec!["--listen", listen.as_str()];
        if let Some(public) = &public {
            more.extend(["--public-url", public]);
        }
        let (server, url) = serve(data.path(), callback_port, 28_800, &more);
        Self { server, url, expired_token, callback_port, _data: data }
    }

    /// What a third party would type.
    pub(crate) fn tell(&self, command: &mut Command) {
        let listen = format!("127.0.0.1:{}", self.callback_port);
        command.args(["--platform", &self.url, "--endpoint", ENDPOINT, "--client-id", "runner"]);
        command.args(["--other-client-id", "other", "--callback-listen", &listen]);
        command.args(["--agent", "alice@demo.example:demo", "--agent", "bob@demo.example:demo"]);
        command.args(["--audience", AUDIENCE]);
        command.env("CONFORMANCE_CLIENT_SECRET", SECRET);
        command.env("CONFORMANCE_OTHER_CLIENT_SECRET", OTHER_SECRET);
        for (flag, seconds) in [
            ("--inactivity-s", TIMERS.inactivity_s),
            ("--invitation-s", TIMERS.invitation_s),
            ("--typing-s", TIMERS.typing_s),
            ("--poll-min-s", TIMERS.poll_min_s),
            ("--hold-min-s", TIMERS.hold_min_s),
        ] {
            command.args([flag, &seconds.to_string()]);
        }
    }

    /// The same for a run in this process.
    pub(crate) fn settings(&self, run_id: &str, only: &[&str]) -> Settings {
        let secret = |id: &str, secret: &str| Credentials {
            client_id: id.to_owned(),
            client_secret: secret.to_owned(),
        };
        let agents = ["alice", "bob"].map(|name| SignIn {
            username: format!("{name}@demo.example"),
            password: "demo".to_owned(),
        });
        Settings {
            discover_url: format!("{}/platformservice/discover", self.url),
            root_url: format!("{}/autodiscover/autodiscoverservice.svc/root", self.url),
            endpoint: ENDPOINT.to_owned(),
            application: secret("runner", SECRET),
            stranger: Some(secret("other", OTHER_SECRET)),
            token_url: None,
            resource: None,
            callback_listen: ([127, 0, 0, 1], self.callback_port).into(),
            callback_url: None,
            audience: Some(AUDIENCE.to_owned()),
            origin: "https://conformance.example".to_owned(),
            agents: agents.to_vec(),
            expired_token: Some(self.expired_token.clone()),
            timers: TIMERS,
            only: only.iter().map(|it| (*it).to_owned()).collect(),
            parallel: 8,
            run_id: run_id.to_owned(),
        }
    }
}

/// Ends it by its own id and waits for that.
fn end(child: &mut Child) {
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

impl Drop for Stage {
    fn drop(&mut self) {
        end(&mut self.server);
    }
}
