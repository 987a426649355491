//! Running other programs, and saying how long each step took.

use anyhow::{Context, Result, bail};
use std::env;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Times what happens between its making and its reading.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "only a person reads it; nothing is decided by it"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// For people, as in `3.4 s`.
    pub(crate) fn read(&self) -> String {
        format!("{:.1} s", self.0.elapsed().as_secs_f64())
    }
}

/// Does one step, naming it before and its time after.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("> {name}");
    let watch = Stopwatch::start();
    let done = work();
    let verdict = if done.is_ok() { "done" } else { "FAILED" };
    println!("  {name}: {verdict}, {}", watch.read());
    done
}

/// Runs it with our own output; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed: {status}", line(command));
    }
    Ok(())
}

/// Runs it in silence; its words are shown only when it fails.
pub(crate) fn run_quietly(command: &mut Command) -> Result<Output> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let also = String::from_utf8_lossy(&output.stdout);
        bail!("`{}` failed: {}\n{said}{also}", line(command), output.status);
    }
    Ok(output)
}

/// What it says on standard output.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = run_quietly(command)?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` did not answer in UTF-8", line(command)))
}

/// Runs it for at most `limit`, then ends it by its own id. `false` when it failed or was ended.
pub(crate) fn run_bounded(command: &mut Command, limit: Duration) -> bool {
    let Ok(mut child) = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn() else {
        return false;
    };
    let Some(mut stdout) = child.stdout.take() else { return false };
    // Its standard output closes when it ends.
    let (ended, wait) = mpsc::channel();
    thread::spawn(move || {
        std::io::copy(&mut stdout, &mut std::io::sink()).ok();
        ended.send(()).ok();
    });
    let in_time = wait.recv_timeout(limit).is_ok();
    if !in_time {
        child.kill().ok();
    }
    let status = child.wait();
    in_time && status.is_ok_and(|status| status.success())
}

/// Where a program is, if it is on `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::paths::root());
    command
}

/// What tells cargo to show its progress to a person and to spare a log from it.
pub(crate) fn manners() -> &'static [&'static str] {
    if std::io::stderr().is_terminal() { &[] } else { &["--quiet"] }
}

fn line(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`; is it installed?", command.get_program().to_string_lossy())
}
