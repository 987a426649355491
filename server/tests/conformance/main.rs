//! `frontdesk conformance` as a third party runs it: against our own binary, in processes of their
//! own, over TCP; and through a proxy that makes the platform wrong in many ways.

#[path = "../common/mod.rs"]
mod common;
mod faults;
mod proxy;
mod stage;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use stage::Stage;

/// Where `cargo xtask test` looks for what the runner found.
fn report_file() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../conformance");
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    folder.join("report.json")
}

#[tokio::test]
async fn our_own_binary_passes_all_48_checks_of_a_third_party() {
    let stage = Stage::open(None).await;
    let expired_token = stage.expired_token.clone();
    let file = report_file();
    let mut command = common::process::program(&["conformance"]);
    stage.tell(&mut command);
    command
        .args(["--parallel", "6", "--json"])
        .arg(&file)
        .args(["--expired-token", &expired_token]);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("48 checks: 48 pass, 0 fail, 0 not offered, 0 not run"),
        "{text}{problem}"
    );
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(report["fine"], true);
    let checks = report["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 48);
    assert!(checks.iter().all(|it| !it["transcript"].as_array().unwrap().is_empty()));
    // Whoever reads a report can do nothing with it.
    let all = report.to_string();
    for secret in [stage::SECRET, stage::OTHER_SECRET, expired_token.as_str(), "eyJ0", "eyJh"] {
        assert!(!all.contains(secret) && !text.contains(secret), "{secret} is shown");
    }
}

#[tokio::test]
async fn what_was_not_told_is_not_run_and_what_is_wrong_fails_with_a_reason() {
    let stage = Stage::open(None).await;
    let run = async |arguments: &'static [&'static str], secret: &'static str| {
        let mut command = common::process::program(&["conformance"]);
        command.args(["--platform", &stage.url, "--endpoint", stage::ENDPOINT]);
        command.args(["--client-id", "runner", "--client-secret", secret]);
        command.args(["--callback-listen", "127.0.0.1:0"]).args(arguments);
        run(command).await
    };
    let (code, text) = run(&["--only", "TAP-03,UCW-02,UCW-25"], stage::SECRET).await;
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("3 checks: 0 pass, 0 fail, 0 not offered, 3 not run"), "{text}");
    for needed in ["--other-client-id", "--expired-token", "--agent"] {
        assert!(text.contains(needed), "{needed}: {text}");
    }
    let (code, text) = run(&["--only", "TAP-06"], "a-wrong-secret").await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("signs in failed") && text.contains("invalid_client"), "{text}");
    assert!(!text.contains("a-wrong-secret"), "{text}");
    let (code, text) = run(&["--only", "TAP-99"], stage::SECRET).await;
    assert_eq!(code, Some(1));
    assert!(text.contains("TAP-99") && text.contains("TAP-01 to TAP-20"), "{text}");
}

async fn run(mut command: Command) -> (Option<i32>, String) {
    let running = tokio::task::spawn_blocking(move || command.output()).await;
    let output = running.expect("it does not panic").expect("the program starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[tokio::test]
async fn each_fault_is_reported_by_the_check_that_is_about_it() {
    faults::each_is_reported().await;
}
