//! `cargo xtask fire`: the program under fire, at length. Prints a report and writes it as JSON.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser;
use e2e::fire::{BrowserProgram, Options, run};

/// Harms the program while people write to each other, and compares their screens.
#[derive(Parser)]
struct Flags {
    /// The program `frontdesk`
    #[arg(long)]
    program: PathBuf,
    /// The browser's files, where they are not inside the program
    #[arg(long)]
    assets: Option<PathBuf>,
    /// Draws faults and moments
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Messages in all, both ways
    #[arg(long, default_value_t = 10_000)]
    messages: usize,
    /// How often the server is killed and started again
    #[arg(long, default_value_t = 50)]
    restarts: usize,
    /// Visitors besides the one in the browser
    #[arg(long, default_value_t = 9)]
    visitors: usize,
    /// Chromium for one visitor more; without it all are native
    #[arg(long)]
    chromium: Option<PathBuf>,
    /// How long all of the writing may take, in minutes
    #[arg(long, default_value_t = 60)]
    minutes_max: u64,
    /// Where the report goes as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let flags = Flags::parse();
    let journeys = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/browser"));
    let browser = |chromium| BrowserProgram { node: "node".into(), journeys, chromium };
    let options = Options {
        program: flags.program,
        assets: flags.assets,
        seed: flags.seed,
        messages: flags.messages,
        restarts: flags.restarts,
        visitors: flags.visitors,
        browser: flags.chromium.map(browser),
        writing_max: Duration::from_mins(flags.minutes_max),
        settling_max: Duration::from_mins(3),
    };
    println!("seed {}", options.seed);
    let report = run(&options).await;
    println!("{report}");
    if let Some(path) = flags.json {
        let text = format!("{:#}\n", report.json());
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(if report.is_fine() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
