//! The product itself: started for a look, or built to be carried away.

use crate::exec::{cargo, manners, run, step};
use crate::{paths, setup, web};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program's name.
const PROGRAM: &str = "frontdesk";

/// Builds everything and becomes the server, with demonstration data kept in `target/demo-data`.
pub(crate) fn run_demo(extra: &[String]) -> Result<()> {
    let tools = setup::for_web()?;
    web::build_with(&tools)?;
    let program = server()?;

    let mut command = Command::new(program);
    command.current_dir(paths::root()).args(serve_arguments(extra));
    println!("> http://127.0.0.1:8080 unless told otherwise; Ctrl-C ends it");
    become_it(&mut command)
}

/// Builds the server for development; answers with the program's path.
pub(crate) fn server() -> Result<PathBuf> {
    step("server", || run(cargo().args(["build", "--package", "server"]).args(manners())))?;
    Ok(server_program())
}

/// Whether the tests have built the server: theirs is as good as [`server`]'s. That builds with other features, and so
/// all that the server uses a second time.
pub(crate) fn is_built() -> Result<()> {
    let program = server_program();
    ensure!(program.is_file(), "{} is missing: its tests do not build", paths::shown(&program));
    Ok(())
}

/// Where the server built for development is.
pub(crate) fn server_program() -> PathBuf {
    paths::native_target().join("debug").join(PROGRAM)
}

/// Builds the one file that is carried to a server, with the browser's files inside.
pub(crate) fn build() -> Result<()> {
    let tools = setup::for_web()?;
    web::build_with(&tools)?;
    step("server, optimised, with the browser's files inside", || {
        let mut command = cargo();
        command.args(["build", "--release", "--package", "server"]).args(manners());
        command.args(["--features", "embed"]).env("FRONTDESK_WEB_DIR", paths::web());
        run(&mut command)
    })?;
    let built = paths::native_target().join("release").join(PROGRAM);
    let dist = paths::root().join("target/dist");
    fs::create_dir_all(&dist)?;
    let out = dist.join(PROGRAM);
    // Written beside and renamed: the old one may be running.
    let fresh = dist.join("frontdesk.new");
    fs::copy(&built, &fresh).with_context(|| format!("{} is missing", paths::shown(&built)))?;
    fs::rename(&fresh, &out)?;
    println!("{}: {}", paths::shown(&out), megabytes(&out)?);
    Ok(())
}

/// Runs the benches; what they print says what they measured.
pub(crate) fn bench() -> Result<()> {
    host_page()?;
    let mut command = cargo();
    command.args(["run", "--release", "--package", "bench", "--bin", "group_commit"]);
    run(command.args(manners()))
}

/// What the chat costs the page that embeds it. The figures are also in `target/xtask/host-page.json`.
fn host_page() -> Result<()> {
    let tools = setup::for_web()?;
    web::build_with(&tools)?;
    let program = server()?;
    let chromium = setup::for_journeys()?;
    fs::create_dir_all(paths::notes())?;
    let mut command = Command::new("node");
    command.arg(paths::root().join("bench/host-page/cost.js")).env("CHROMIUM", chromium);
    command.env("FRONTDESK_BIN", program).env("FRONTDESK_ASSETS", paths::web());
    run(command.env("HOST_PAGE_JSON", paths::notes().join("host-page.json")))
}

/// Builds what is carried to a server and puts it under fire, with one visitor in a real browser.
/// The report is also in `target/xtask/fire.json`.
pub(crate) fn fire(extra: &[String]) -> Result<()> {
    build()?;
    let chromium = setup::for_journeys()?;
    fs::create_dir_all(paths::notes())?;
    let mut command = cargo();
    command.args(["run", "--package", "e2e", "--bin", "fire"]).args(manners()).arg("--");
    command.arg("--program").arg(paths::root().join("target/dist").join(PROGRAM));
    command.arg("--chromium").arg(chromium);
    command.arg("--json").arg(paths::notes().join("fire.json"));
    run(command.args(extra))
}

/// Ours, except where the caller says otherwise.
fn serve_arguments(extra: &[String]) -> Vec<String> {
    let mut arguments = vec!["serve".to_owned(), "--demo".to_owned()];
    for (flag, value) in
        [("--listen", "127.0.0.1:8080"), ("--data", "target/demo-data"), ("--assets", "target/web")]
    {
        let given = |it: &String| it == flag || it.starts_with(&format!("{flag}="));
        if !extra.iter().any(given) {
            arguments.extend([flag.to_owned(), value.to_owned()]);
        }
    }
    arguments.extend(extra.iter().filter(|it| *it != "--demo").cloned());
    arguments
}

fn megabytes(path: &Path) -> Result<String> {
    let bytes = fs::metadata(path)?.len();
    let tenths = bytes / 100_000;
    Ok(format!("{}.{} MB", tenths / 10, tenths % 10))
}

/// Becomes the other program, so that signals reach it and only it.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).with_context(|| {
        format!("cannot start {}: has the server its program?", command.get_program().display())
    })
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<()> {
    run(command)
}

#[cfg(test)]
mod tests {
    use super::serve_arguments;

    #[test]
    fn what_the_caller_says_takes_the_place_of_ours() {
        let extra = ["--listen=0.0.0.0:80".to_owned(), "--verbose".to_owned()];
        let expected = "serve --demo --data target/demo-data --assets target/web --listen=0.0.0.0:80 --verbose";
        assert_eq!(serve_arguments(&extra).join(" "), expected);
    }
}
