//! The program sends a visitor what was said, through a mail server.

use std::time::Duration;

use client::session::Command;
use e2e::Http;
use e2e::person::Person;
use e2e::process::{Process, free_port};
use e2e::smtp::MailServer;
use serde_json::{Value, json};

/// How long a letter may take, on a busy machine.
const WAIT: Duration = Duration::from_secs(40);

/// How often something is looked at that nobody announces; a visitor may ask once a second.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A visitor's browser.
struct Browser {
    http: Http,
    bearer: String,
}

impl Browser {
    async fn new(url: &str) -> (Self, String) {
        let http = Http::to(url);
        let headers = [("content-type", "application/json"), ("origin", url)];
        let body = json!({ "site": "shop" }).to_string();
        let made = http.send("POST", "/desk/visitor/ticket", &headers, Some(&body)).await;
        let made: Value = serde_json::from_str(&made.body).expect("a ticket");
        let ticket = made["ticket"].as_str().expect("a ticket").to_owned();
        (Self { http, bearer: format!("Bearer {ticket}") }, ticket)
    }

    /// Waits until the newest conversation ends with this text, and answers its id: what the platform has
    /// kept comes to the desk in its own time.
    async fn sees_past(&self, text: &str) -> String {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let found = async {
            loop {
                looks.tick().await;
                let (_, past) = self.asks("GET", "conversations", None).await;
                if past[0]["last_text"] == text {
                    return past[0]["id"].as_str().expect("an id").to_owned();
                }
            }
        };
        tokio::time::timeout(WAIT, found).await.expect("it is listed in time")
    }

    async fn asks(&self, method: &'static str, path: &str, body: Option<Value>) -> (u16, Value) {
        let path = format!("/desk/visitor/{path}");
        let headers =
            [("content-type", "application/json"), ("authorization", self.bearer.as_str())];
        let body = body.map(|it| it.to_string());
        let answer = self.http.send(method, &path, &headers, body.as_deref()).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_gets_what_was_said_by_e_mail_also_after_a_crash() {
    let mut mail = MailServer::listen().await;
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("frontdesk.toml");
    let web = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/tests/fixtures/web");
    let (port, data) = (free_port(), folder.path().display());
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\ndata = \"{data}/data\"\nassets = \"{web}\"\n\
         [site.shop]\ntitle = \"Shop\"\norigins = [\"http://127.0.0.1:{port}\"]\n\
         [mail]\nsmtp_url = \"smtp://{}\"\nfrom = \"help@shop.example\"\n",
        mail.addr
    );
    std::fs::write(&config, text).unwrap();
    let process = Process::serve(&config);
    let (browser, ticket) = Browser::new(&process.url).await;

    let visitor = Person::visitor_of(&process.url, "shop", 1);
    let about = json!({ "site": "shop", "ticket": ticket }).to_string();
    visitor.does(Command::Describe { about });
    visitor.connect().await;
    visitor.writes("", "Where is my parcel?");
    visitor.delivered("Where is my parcel?").await;
    let (_, state) = browser.asks("GET", "state", None).await;
    assert_eq!((&state["availability"], &state["may_mail"]), (&json!("away"), &json!(true)));
    assert_eq!(state["waiting"]["position"], 1);
    visitor.leave().await;
    process.kill_9();
    let process = Process::serve(&config);

    let id = browser.sees_past("Where is my parcel?").await;
    let rating = json!({ "conversation": id, "score": 4 });
    assert_eq!(browser.asks("POST", "rating", Some(rating)).await.0, 204);
    let wish = json!({ "conversation": id, "email": "vera@x.example", "language": "de" });
    let (status, body) = browser.asks("POST", "transcript", Some(wish)).await;
    assert_eq!(status, 202, "{body}");
    let letter = tokio::time::timeout(WAIT, mail.takes()).await.expect("a letter in time");
    assert_eq!(
        (letter.from.as_str(), letter.to),
        ("help@shop.example", vec!["vera@x.example".to_owned()])
    );
    assert!(letter.data.contains("Where is my parcel?"), "{}", letter.data);
    process.logs("was sent").await;
    assert!(!process.log().contains("vera@x.example"), "no address is in the log");
}
