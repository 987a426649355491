//! `cargo xtask test`: every judgement there is, one after the other, and one line of verdict at the end.
//!
//! A step that is not made of tests counts as one. A step that fails shows what it said; the others go on, so that
//! one run shows all that is wrong.

mod counts;

use crate::checks::{self, Results};
use crate::exec::{self, Stopwatch};
use crate::setup::{self, WasmRust, WebTools};
use crate::{paths, product, sim, size, tidy, web};
use anyhow::{Context, Result, bail};
use counts::Counts;
use std::env;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Of what a failing step said, at most this many lines are shown; the log has the rest.
const SHOWN_LINES: usize = 400;

/// How a test runner's words are read: how many tests passed, and which.
struct Runner {
    counts: fn(&str) -> Option<Counts>,
    results: fn(&mut Results, &str),
}

const NEXTEST: Runner = Runner { counts: counts::of_nextest, results: Results::read_native };
const LIBTEST: Runner = Runner { counts: counts::of_libtest, results: Results::read_native };
const NODE: Runner = Runner { counts: counts::of_node, results: Results::read_journeys };

/// What happened so far.
struct Suite {
    total: Counts,
    failed: Vec<String>,
    results: Results,
}

/// Runs everything, or with `fast` only what needs neither WebAssembly nor a browser.
pub(crate) fn run(fast: bool) -> ExitCode {
    let watch = Stopwatch::start();
    let mut suite =
        Suite { total: Counts::default(), failed: Vec::new(), results: Results::default() };
    suite.sources();
    suite.native_tests(fast);
    let server = suite.step("server", product::is_built).is_some();
    suite.simulation(fast);
    if !fast {
        suite.browser(server);
    }
    let results = std::mem::take(&mut suite.results);
    suite.step("the protocol's checks", || checks::judge(&results));
    suite.verdict(&watch)
}

impl Suite {
    /// What can be said without running anything of ours.
    fn sources(&mut self) {
        self.program("rustfmt", exec::cargo().args(["fmt", "--all", "--check"]));
        self.step("tidy", tidy::check);
        let mut clippy = exec::cargo();
        clippy.args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
        self.program("clippy", &mut clippy);
    }

    /// The tests of all crates, the browser's models among them.
    fn native_tests(&mut self, fast: bool) {
        let mut known = exec::cargo();
        let nextest = exec::run_quietly(known.args(["nextest", "--version"])).is_ok();
        // xtask by itself: together with the others its dependencies would be built a second time.
        // The simulator has a profile of its own.
        let product = &["--workspace", "--exclude", "xtask", "--exclude", "sim"][..];
        for crates in [product, &["--package", "xtask"]] {
            let mut command = exec::cargo();
            // The server's tests are among them, and build it.
            command.env("E2E_SERVER_IS_BUILT", "1");
            if nextest {
                command.args(["nextest", "run", "--no-fail-fast", "--no-tests=pass"]);
                command.args(["--color=never", "--status-level=all"]).args(crates);
                self.tests("tests", &mut command, &NEXTEST);
            } else {
                // Documentation tests follow for both: a crate that is only a program has none.
                command.args(["test", "--no-fail-fast", "--all-targets"]).args(crates);
                self.tests("tests", &mut command, &LIBTEST);
            }
        }
        if !fast {
            let mut command = exec::cargo();
            command.args(["test", "--doc", "--no-fail-fast", "--workspace"]);
            command.args(["--exclude", "xtask", "--exclude", "sim"]);
            self.tests("documentation tests", &mut command, &LIBTEST);
        }
    }

    /// Thousands of runs of the whole product under faults, and that the simulator finds what is planted.
    fn simulation(&mut self, fast: bool) {
        let seeds = if fast { sim::SEEDS_FAST } else { sim::SEEDS };
        self.step("simulation", || {
            let (success, said) = logged("simulation", &mut sim::seeds(seeds))?;
            if let Some(figures) = said.lines().find(|line| line.contains(" steps/s")) {
                println!("   {figures}");
            }
            if success {
                return Ok(());
            }
            show(&said);
            bail!("an invariant does not hold")
        });
        if !fast {
            self.tests("tests of the simulator", &mut sim::tests(), &LIBTEST);
        }
    }

    /// What a browser gets, and what it makes of it.
    fn browser(&mut self, server: bool) {
        let Some(tools) = self.step("set-up for the browser's files", setup::for_web) else {
            return;
        };
        self.wasm_lints(&tools);
        let built = self.step("browser files", || web::build_with(&tools));
        if let Some(manifest) = &built {
            self.step("sizes", || size::judge(manifest));
        }
        if self.step("set-up for the npm package", setup::npm::ensure_package).is_some() {
            let mut command = Command::new("npm");
            command.arg("test").current_dir(paths::package());
            self.tests("npm package", &mut command, &NODE);
        }
        if !paths::journeys().join("package.json").is_file() {
            println!("!! THE BROWSER JOURNEYS ARE MISSING: there is no e2e/browser/package.json");
            self.count("browser journeys", Counts::failure());
            return;
        }
        let chromium = self.step("set-up for the browser journeys", setup::for_journeys);
        let (Some(chromium), Some(_), true) = (chromium, built, server) else {
            println!("!! The browser journeys cannot run without what failed above");
            self.count("browser journeys", Counts::failure());
            return;
        };
        let mut agent = Command::new("python3");
        agent.args(["-B", "-m", "unittest", "-b"]).current_dir(paths::echo_agent());
        self.program("third-party agent", &mut agent);
        let mut command = Command::new("npm");
        command.arg("test").current_dir(paths::journeys()).env("CHROMIUM", chromium);
        command.env("FRONTDESK_BIN", product::server_program());
        command.env("FRONTDESK_ASSETS", paths::web());
        self.tests("browser journeys", &mut command, &NODE);
    }

    /// The lints of what is compiled only for browsers. Debian's second Rust has no clippy.
    fn wasm_lints(&mut self, tools: &WebTools) {
        if tools.rust != WasmRust::Rustup {
            println!("  clippy for WebAssembly: left to machines with rustup's target");
            return;
        }
        let mut clippy = tools.rust.cargo();
        clippy.args(["clippy", "--quiet", "--target", setup::wasm::TARGET, "--package", "widget"]);
        clippy
            .args(["--features", "widget/split", "--package", "parts", "--package", "console"])
            .arg("--target-dir")
            .arg(paths::wasm_target());
        self.program("clippy for WebAssembly", clippy.args(["--", "-D", "warnings"]));
    }

    /// A step that is no test: it counts as one. `None` when it failed.
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        println!("== {name}");
        let watch = Stopwatch::start();
        let done = work();
        let counts = if done.is_ok() { Counts::success() } else { Counts::failure() };
        if let Err(error) = &done {
            println!("{error:#}");
        }
        self.finish(name, counts, &watch);
        done.ok()
    }

    /// A program whose exit code is the judgement.
    fn program(&mut self, name: &str, command: &mut Command) {
        self.step(name, || {
            let (success, said) = logged(name, command)?;
            if success {
                return Ok(());
            }
            show(&said);
            bail!("`{name}` says no")
        });
    }

    /// A program that runs tests and says how many.
    fn tests(&mut self, name: &str, command: &mut Command, runner: &Runner) {
        println!("== {name}");
        let watch = Stopwatch::start();
        let counts = match logged(name, command) {
            Ok((success, said)) => {
                (runner.results)(&mut self.results, &said);
                let counts = counts::judged((runner.counts)(&said), success);
                if counts.failed > 0 {
                    show(&said);
                }
                counts
            }
            Err(error) => {
                println!("{error:#}");
                Counts::failure()
            }
        };
        self.finish(name, counts, &watch);
    }

    fn finish(&mut self, name: &str, counts: Counts, watch: &Stopwatch) {
        println!("   {name}: {counts}, {}", watch.read());
        self.count(name, counts);
    }

    fn count(&mut self, name: &str, counts: Counts) {
        if counts.failed > 0 {
            self.failed.push(name.to_owned());
        }
        self.total += counts;
    }

    fn verdict(mut self, watch: &Stopwatch) -> ExitCode {
        if env::var("CI").as_deref() == Ok("true") && self.total.skipped > 0 {
            println!("CI: what is skipped has failed");
            self.failed.push("skipped tests".to_owned());
            self.total.failed += std::mem::take(&mut self.total.skipped);
        }
        if !self.failed.is_empty() {
            println!("failed: {}", self.failed.join(", "));
        }
        println!("all of it took {}", watch.read());
        println!("{}", self.total);
        if self.total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// Runs it with all it says in `target/xtask/<name>.log`.
fn logged(name: &str, command: &mut Command) -> Result<(bool, String)> {
    fs::create_dir_all(paths::notes())?;
    let path = paths::notes().join(format!("{}.log", name.replace(' ', "-")));
    let log = File::create(&path)?;
    command
        .env("INSTA_UPDATE", "no")
        .env("CARGO_TERM_COLOR", "never")
        .stdin(std::process::Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    let status = command.status().with_context(|| {
        format!("cannot start `{}`; is it installed?", command.get_program().display())
    })?;
    Ok((status.success(), said(&path)?))
}

fn said(path: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
}

/// The end of what was said, where the reasons usually are.
fn show(said: &str) {
    let is_fine = |line: &&str| line.trim_start().starts_with("PASS [");
    let lines: Vec<&str> = said.lines().filter(|line| !is_fine(line)).collect();
    let start = lines.len().saturating_sub(SHOWN_LINES);
    if start > 0 {
        println!("   … {start} lines more in target/xtask/*.log");
    }
    for line in &lines[start..] {
        println!("   | {line}");
    }
}
