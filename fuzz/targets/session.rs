//! The client machine, told anything by its server: no panic, one poll, bounded memory.
//!
//! The input is a script: each line is an answer, `STATUS body`, to the oldest request that waits, or to the newest
//! if it begins with `+`. A line that begins with `!` lets time pass, so that retries and timers run.
#![no_main]

use client::http::HttpResponse;
use client::session::{Command, Input, Output, Session, Start};
use libfuzzer_sys::fuzz_target;

/// The most that anything in the model may hold, by far.
const ENTRIES_MAX: usize = 10_000;

fuzz_target!(|script: &str| {
    let agent = script.starts_with('A');
    let mut world = World { session: Session::new(start(agent), 7), now: 1_000, open: vec![] };
    world.input(Input::Command(Command::Connect));
    for line in script.lines().take(400) {
        world.line(line);
    }
    let snapshot = world.session.snapshot();
    let restored = Session::restore(start(agent), 9, &snapshot).expect("a snapshot is read by who wrote it");
    assert_eq!(restored.model().conversations.len(), world.session.model().conversations.len());
});

fn start(agent: bool) -> Start {
    if agent {
        return Start::Agent {
            root_url: "https://p.example/root".into(),
            username: "sip:a@p.example".into(),
            password: "x".into(),
        };
    }
    Start::Visitor {
        bootstrap_url: "https://d.example/GetAnonTokenJob".into(),
        origin: "https://d.example".into(),
        site: "demo".into(),
        display_name: String::new(),
        meeting_url: String::new(),
    }
}

struct World {
    session: Session,
    now: i64,
    open: Vec<(u64, String)>,
}

impl World {
    fn input(&mut self, input: Input) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Request { id, request, .. } => {
                    let is_web = request.url.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("http"));
                    assert!(is_web, "no web address: {}", request.url);
                    self.open.push((id, request.url));
                }
                Output::Abort { id } => self.open.retain(|(it, _)| *it != id),
                Output::Save | Output::Notice(_) => {}
            }
        }
        assert!(self.open.len() < ENTRIES_MAX);
        let model = self.session.model();
        assert!(model.conversations.len() < ENTRIES_MAX && model.invitations.len() < ENTRIES_MAX);
    }

    fn line(&mut self, line: &str) {
        match line.chars().next() {
            Some('!') => self.tick(),
            Some('>') => self.input(Input::Command(Command::Send {
                conversation: String::new(),
                text: line.to_owned(),
            })),
            Some('+') => self.answer(&line[1..], self.open.len().wrapping_sub(1)),
            _ => self.answer(line, 0),
        }
    }

    fn tick(&mut self) {
        for _ in 0..10 {
            let Some(at) = self.session.deadline_ms() else { return };
            self.now = self.now.max(at);
            self.input(Input::Tick);
        }
    }

    fn answer(&mut self, line: &str, at: usize) {
        if at >= self.open.len() {
            return self.tick();
        }
        let (id, _) = self.open.remove(at);
        let (status, body) = line.split_once(' ').unwrap_or((line, ""));
        let status = status.parse().unwrap_or(200);
        let headers = vec![
            ("location".to_owned(), body.to_owned()),
            ("www-authenticate".to_owned(), body.to_owned()),
        ];
        let result = Ok(HttpResponse { status, headers, body: body.to_owned() });
        self.input(Input::Answer { id, result });
    }
}
