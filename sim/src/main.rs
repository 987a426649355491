//! `cargo xtask sim`: runs seeds, and of one that fails shows the shortest run that still does.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::Parser;
use sim::bugs::Bug;
use sim::plan::Plan;
use sim::run::{self, Report};
use sim::shrink;

/// How many failing seeds are named before it stops.
const FAILURES_SHOWN: usize = 20;
/// The end of a trace, in lines.
const LINES_SHOWN: usize = 80;

/// Runs seeds of the simulator.
#[derive(Parser)]
struct Cli {
    /// How many seeds
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Only this seed, with all that happens
    #[arg(long)]
    seed: Option<u64>,
    /// How many at the same time
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Plants a bug, by its name
    #[arg(long, value_parser = bug)]
    bug: Option<Bug>,
}

fn bug(name: &str) -> Result<Bug, String> {
    let named = Bug::ALL.into_iter().find(|it| format!("{it:?}").eq_ignore_ascii_case(name));
    named.ok_or_else(|| format!("there is no such bug; there are {:?}", Bug::ALL))
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(seed) = cli.seed {
        return tell(seed, cli.bug);
    }
    run_all(&cli)
}

/// Runs one seed and tells all of it.
fn tell(seed: u64, bug: Option<Bug>) -> ExitCode {
    let plan = Plan::of(seed);
    let report = run::run(&plan, bug, true);
    for line in &report.lines {
        println!("{line}");
    }
    println!("{plan:#?}");
    println!("{} steps, trace {:016x}", report.steps, report.hash);
    let Some(failure) = report.failure else { return ExitCode::SUCCESS };
    println!("seed {seed} breaks invariant {}: {}", failure.invariant, failure.what);
    ExitCode::FAILURE
}

#[expect(clippy::disallowed_methods, reason = "only a person reads how long it took")]
fn run_all(cli: &Cli) -> ExitCode {
    let (next, steps) = (AtomicU64::new(cli.first), AtomicU64::new(0));
    let failed: Mutex<Vec<(u64, Report)>> = Mutex::default();
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..cli.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    let mut failed_now = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    if seed >= cli.first + cli.seeds || failed_now.len() >= FAILURES_SHOWN {
                        return;
                    }
                    drop(failed_now);
                    let report = run::run(&Plan::of(seed), cli.bug, false);
                    steps.fetch_add(report.steps, Ordering::SeqCst);
                    if report.failure.is_some() {
                        failed_now = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed_now.push((seed, report));
                    }
                }
            });
        }
    });
    let seconds = begun.elapsed().as_secs_f64();
    let mut failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    failed.sort_by_key(|(seed, _)| *seed);
    for (seed, report) in &failed {
        let Some(failure) = &report.failure else { continue };
        println!("seed {seed} breaks invariant {}: {}", failure.invariant, failure.what);
    }
    let (seeds, steps) =
        (next.into_inner().min(cli.first + cli.seeds) - cli.first, steps.into_inner());
    let rate = steps.checked_div(begun.elapsed().as_secs().max(1)).unwrap_or(0);
    println!(
        "{seeds} seeds, {} failed, {steps} steps, {seconds:.1} s, {rate} steps/s",
        failed.len()
    );
    let Some((seed, report)) = failed.first() else { return ExitCode::SUCCESS };
    explain(*seed, report, cli.bug);
    ExitCode::FAILURE
}

/// Shows the shortest run of a seed that still fails.
fn explain(seed: u64, report: &Report, bug: Option<Bug>) {
    let Some(failure) = &report.failure else { return };
    let (plan, runs) = shrink::shrink(&Plan::of(seed), bug, failure.invariant);
    let shortest = run::run(&plan, bug, true);
    println!("the shortest run of seed {seed} that fails, after {runs} tries: {plan:#?}");
    let skipped = shortest.lines.len().saturating_sub(LINES_SHOWN);
    for line in shortest.lines.iter().skip(skipped) {
        println!("{line}");
    }
    println!("all of the whole run: cargo xtask sim --seed {seed}");
}
