//! The program `frontdesk`: reads what the operator wants, serves, says where to click, stops in
//! order.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use server::{Cli, Command, Role, Running, Settings, upkeep};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            // Not through the log: it must be seen whatever the log's level is.
            let _ = writeln!(std::io::stderr().lock(), "frontdesk: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints; a reader that went away must not end the server, as `println!` would.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::CheckConfig(flags) => {
            let settings = Settings::load(flags)?;
            say(&summary(&settings));
            Ok(ExitCode::SUCCESS)
        }
        Command::Conformance(flags) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            let report = runtime.block_on(server::check_conformance(*flags))?;
            say(&report.text());
            Ok(if report.is_fine() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Backup(flags) => told(upkeep::back_up(&flags)),
        Command::Restore(flags) => told(upkeep::restore(&flags)),
        Command::Export(flags) => told(upkeep::export(&flags)),
        Command::Erase(flags) => told(upkeep::erase(&flags)),
        Command::Serve(flags) => {
            let settings = Settings::load(flags)?;
            start_log();
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            let served = runtime.block_on(serve(settings));
            // What still blocks has had its time.
            runtime.shutdown_background();
            served.map(|()| ExitCode::SUCCESS)
        }
    }
}

/// Prints what came of a command.
fn told(done: Result<String, upkeep::UpkeepError>) -> Result<ExitCode, Failure> {
    say(&done?);
    Ok(ExitCode::SUCCESS)
}

/// `FRONTDESK_LOG` sets the level, such as `debug` or `warn,desk=debug`.
fn start_log() {
    let filter = EnvFilter::try_from_env("FRONTDESK_LOG").unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

async fn serve(settings: Settings) -> Result<(), Failure> {
    // Before anything starts, so that no early signal ends the process half-way.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let is_demo = settings.demo;
    let has_sites = !settings.sites.is_empty();
    let running = server::start(settings).await?;
    say(&greeting(&running, is_demo, has_sites));
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    say("Stopping.");
    running.stop().await;
    Ok(())
}

/// Where to click.
fn greeting(running: &Running, is_demo: bool, has_sites: bool) -> String {
    let url = &running.public_url;
    let mut lines = vec![format!("Frontdesk {} serves on {url}", env!("CARGO_PKG_VERSION"))];
    match &running.endpoint {
        None => {
            let start = running.discover_url.as_deref().unwrap_or(url.as_str());
            lines.push(format!("  The platform only; desks start at {start}"));
        }
        Some(_) if is_demo => {
            lines.push(format!("  A customer's page    {url}/demo/"));
            lines.push(format!("  The agents' console  {url}/console/"));
            let names = "alice@demo.example or bob@demo.example, password demo";
            lines.push(format!("  Sign in as {names}"));
        }
        Some(endpoint) => {
            lines.push(format!("  The agents' console  {url}/console/"));
            if let Some(link) = &running.setup_link {
                let domain = endpoint.domain();
                lines.push(format!("  Make the first agent (works once, agents are …@{domain}):"));
                lines.push(format!("    {link}"));
            }
            if !has_sites {
                lines.extend(how_to_embed(url));
            }
        }
    }
    lines.push("Ctrl-C ends it.".into());
    lines.join("\n")
}

fn how_to_embed(url: &shared::Origin) -> [String; 6] {
    [
        format!("  For pages of {url}:"),
        format!("    <script async src=\"{url}/widget.js\" data-site=\"main\"></script>"),
        format!("  A version of it that never changes, with its integrity: {url}/widget.json"),
        "  For pages elsewhere, name them in a file and give --config FILE:".into(),
        "    [site.shop]".into(),
        "    origins = [\"https://www.example.com\"]".into(),
    ]
}

/// What `check-config` found.
fn summary(settings: &Settings) -> String {
    let mut lines = vec![
        "The configuration is fine.".to_owned(),
        format!("  listen      {}", settings.listen),
        format!("  data        {}", settings.data.display()),
    ];
    if let Some(url) = &settings.public_url {
        lines.push(format!("  public_url  {url}"));
    }
    match &settings.role {
        Role::Everything => {}
        Role::PlatformOnly => lines.push("  only        platform".into()),
        Role::DeskOnly(remote) => {
            lines.push(format!("  only        desk, over {}", remote.platform.discover_url));
            lines.push(format!("  endpoint    {}", remote.endpoint));
        }
    }
    if let Some(endpoint) = &settings.endpoint {
        lines.push(format!("  endpoint    {endpoint}"));
    }
    if settings.demo {
        lines.push("  demo        yes: passwords are known to everybody".into());
    }
    for site in &settings.sites {
        let origins: Vec<&str> = site.origins.iter().map(shared::Origin::as_str).collect();
        lines.push(format!("  site.{}  {}", site.id, origins.join(", ")));
    }
    for it in &settings.applications {
        lines.push(format!("  application {}, called at {}", it.uri, it.callback_url));
    }
    for agent in &settings.agents {
        lines.push(format!("  agent       {}", agent.uri));
    }
    lines.join("\n")
}
