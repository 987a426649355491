//! The real program: a file that was acknowledged outlives a crash, half a file does not, and a backup
//! holds what a server holds.

mod common;

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;

use common::files::{PNG, read, send, sender, ticket};
use common::process::{Process, run};

/// The names in the folder of files.
fn names(data: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(data.join("files")).expect("it is a folder");
    let name = |it: std::io::Result<std::fs::DirEntry>| {
        it.expect("it can be listed").file_name().into_string().expect("it is ASCII")
    };
    entries.map(name).collect()
}

/// A picture of so many bytes.
fn picture(bytes: usize) -> Vec<u8> {
    let mut out = PNG.to_vec();
    out.resize(bytes, 7);
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_1_a_file_acknowledged_with_201_is_there_after_kill_9_and_half_a_file_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let process = Process::serve(&data, 0, &["--demo"]);
    let (port, bearer) = (process.port(), ticket(&process.url).await);
    let vera = sender(&process.url, &bearer, 2).await;
    let whole = picture(3_000_000);
    let address = send(&process.url, &bearer, "whole.png", whole.clone()).await;

    // Half of another one is on its way when the power is cut.
    let mut coming = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        coming,
        "POST /desk/visitor/files?name=half.png HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n\
         Content-Length: 2000000\r\n\r\n"
    )
    .unwrap();
    coming.write_all(&picture(1_000_000)).unwrap();
    let until = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while !names(&data).iter().any(|it| it.contains(".part")) {
        assert!(tokio::time::Instant::now() < until, "it is being written");
        tokio::task::yield_now().await;
    }
    process.kill_9();
    vera.stop().await;

    let process = Process::serve(&data, port, &["--demo"]);
    assert_eq!(read(&address).await, (200, whole));
    let id = address.split('/').nth_back(1).unwrap();
    assert_eq!(names(&data), [id], "nothing is left of the other one");
    assert_eq!(process.end("TERM"), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_server_holds_its_files_and_gives_them_back() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let process = Process::serve(Path::new(&at("data")), 0, &["--demo"]);
    let (port, bearer) = (process.port(), ticket(&process.url).await);
    let vera = sender(&process.url, &bearer, 2).await;
    let address = send(&process.url, &bearer, "a.png", picture(500_000)).await;
    let done = |arguments: &[&str]| {
        let output = run(arguments);
        let text = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
        String::from_utf8(text).unwrap()
    };
    done(&["backup", &at("copy"), "--data", &at("data")]);
    process.kill_9();
    vera.stop().await;
    let told = done(&["restore", &at("copy"), "--data", &at("new"), "--verify"]);
    assert!(told.lines().any(|it| it.starts_with("files ")), "{told}");
    let process = Process::serve(Path::new(&at("new")), port, &["--demo"]);
    assert_eq!(read(&address).await, (200, picture(500_000)));
    assert_eq!(process.end("TERM"), Some(0));
}
