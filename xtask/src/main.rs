//! Run, test, set up, tidy, size, docs: the commands of this repository.
//!
//! A laptop and the build machine run the same ones: `cargo xtask run` to see the product, `cargo xtask test`
//! to judge a change. Each command brings what it needs first, and does nothing that is already done.
#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod checks;
mod docs;
mod exec;
mod metadata;
mod paths;
mod product;
mod setup;
mod sim;
mod size;
mod suite;
mod tidy;
mod trunk;
mod web;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The commands of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what building and testing need; does nothing twice
    Setup,
    /// Build the browser's files into target/web
    Web,
    /// Build everything and start the product with demonstration data
    Run {
        /// Passed on to `frontdesk serve`
        #[arg(last = true)]
        server_args: Vec<String>,
    },
    /// Build target/dist/frontdesk, one optimised file with the browser's files inside
    Build,
    /// Format, rules, lints, tests, sizes and browser journeys, with one verdict
    Test {
        /// Only what is quick: no WebAssembly, no sizes, no browser
        #[arg(long)]
        fast: bool,
    },
    /// Run seeds of the simulator: `--seeds N`, or `--seed S` for all that happens in one
    Sim {
        /// Passed on to the simulator
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Show and judge what a visitor's browser must fetch
    Size,
    /// Write docs/protocol/checks.md, the table of the protocol's checks and their tests
    Checks,
    /// Write docs/protocol/resources, one page for each resource, from the code
    Docs,
    /// Measure what the chat costs the page that embeds it, and what group commit is worth
    Bench,
    /// Kill the server and harm its traffic while people write, and compare their screens, at length
    Fire {
        /// Passed on, such as `--seed 7 --messages 1000 --restarts 5`
        #[arg(last = true)]
        fire_args: Vec<String>,
    },
    /// Check the rules of the source tree
    Tidy,
    /// Rebuild the widget on every change, at 127.0.0.1:8081 (start `cargo xtask run` beside it)
    Trunk {
        /// Serve the console instead
        #[arg(long)]
        console: bool,
        /// Passed on to `trunk serve`
        #[arg(last = true)]
        trunk_args: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Setup => setup::everything(),
        Command::Web => web::build().map(drop),
        Command::Run { server_args } => product::run_demo(&server_args),
        Command::Build => product::build(),
        Command::Test { fast } => return suite::run(fast),
        Command::Sim { args } => sim::run(&args),
        Command::Size => size::check(),
        Command::Checks => checks::write(),
        Command::Docs => docs::write(),
        Command::Bench => product::bench(),
        Command::Fire { fire_args } => product::fire(&fire_args),
        Command::Tidy => tidy::check(),
        Command::Trunk { console, trunk_args } => trunk::serve(console, &trunk_args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
