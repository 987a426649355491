//! The real program: what it prints, how it refuses, how signals end it.

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use common::process::{Process, run};

#[test]
fn it_says_where_to_click_and_how_to_sign_in() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::serve(data.path(), 0, &["--demo"]);
    let url = &process.url;
    for line in [
        format!("{url}/demo/"),
        format!("{url}/console/"),
        "alice@demo.example".to_owned(),
        "bob@demo.example, password demo".to_owned(),
    ] {
        assert!(process.greeting.contains(&line), "{line} is missing in {}", process.greeting);
    }
    assert_eq!(process.end("TERM"), Some(0));
}

#[test]
fn without_demo_it_prints_the_one_time_link_and_the_tag() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::serve(data.path(), 0, &[]);
    let text = &process.greeting;
    assert!(text.contains(&format!("{}/console/#setup=", process.url)), "{text}");
    assert!(text.contains("data-site=\"main\"") && text.contains("[site.shop]"), "{text}");
    assert!(!text.contains("password"), "{text}");
    assert_eq!(process.end("INT"), Some(0));
}

#[test]
fn a_signal_ends_it_within_five_seconds_while_clients_hang_on() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::serve(data.path(), 0, &["--demo"]);
    let address = ("127.0.0.1", process.port());
    let idle = TcpStream::connect(address).unwrap();
    let mut slow = TcpStream::connect(address).unwrap();
    slow.write_all(b"POST /GetAnonTokenJob HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        .unwrap();
    let (done, ended) = std::sync::mpsc::channel();
    let waiter = std::thread::spawn(move || done.send(process.end("TERM")));
    let code = ended.recv_timeout(Duration::from_secs(5)).expect("it ended in time");
    assert_eq!(code, Some(0));
    waiter.join().unwrap().unwrap();
    for mut stream in [idle, slow] {
        let mut rest = Vec::new();
        // Ended in order or cut, but ended.
        let _ = stream.read_to_end(&mut rest);
    }
}

#[test]
fn it_refuses_to_show_the_demonstration_to_others() {
    let output = run(&["serve", "--demo", "--listen", "0.0.0.0:8080"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("--demo") && text.contains("--listen 127.0.0.1:8080"), "{text}");
}

#[test]
fn check_config_names_the_key_and_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("frontdesk.toml");
    std::fs::write(&file, "lisen = '127.0.0.1:1'\n").unwrap();
    let arguments = ["check-config", "--config", file.to_str().unwrap()];
    let output = run(&arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    for word in ["frontdesk.toml", "lisen", "correct its spelling"] {
        assert!(text.contains(word), "{word} is missing in {text}");
    }
    std::fs::write(&file, "listen = '127.0.0.1:1'\n").unwrap();
    let output = run(&arguments);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("127.0.0.1:1"));
}

#[test]
fn it_knows_its_version() {
    let output = run(&["--version"]);
    let expected = format!("frontdesk {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}
