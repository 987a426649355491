//! The browser's files: compiled, bound, shrunk, named by their content, and written to `target/web`.
//!
//! ```text
//! target/web/widget.js             the loader that customers embed
//! target/web/extras.js             what they may embed beside it
//! target/web/widget/index.html     the widget's document     (from index.html)
//! target/web/widget/worker.js      its service worker, which knows the names of its files
//! target/web/console/index.html    the console's document    (from console/index.html)
//! target/web/texts/<language>.json the widget's words, which the server writes into its document
//! target/web/parts/<language>.json       the parts' words, which they fetch
//! target/web/assets/<name>-<hash>.{js,wasm,css}              may be cached for ever
//! target/web/manifest.json         the names of all these
//! ```
//! Each has its Brotli-compressed twin beside it, `<file>.br`. Nothing is done while nothing changed.

mod assets;
mod compile;
mod document;
mod prune;
mod shorten;
mod split;
mod stamp;

use crate::exec::{Stopwatch, step};
use crate::paths;
use crate::setup::{self, WebTools};
use anyhow::{Context, Result};
use assets::{Assets, fingerprint};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::{self, File};
use std::path::Path;
use std::thread;

/// What was built, as paths below `target/web`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The loader.
    pub(crate) loader: Option<String>,
    /// What a page may have beside it.
    #[serde(default)]
    pub(crate) extras: Option<String>,
    /// The visitor's chat.
    pub(crate) widget: Option<AppFiles>,
    /// The agents' console.
    pub(crate) console: Option<AppFiles>,
    /// What visitors use rarely.
    #[serde(default)]
    pub(crate) parts: Option<PartsFiles>,
}

/// The files of what visitors use rarely; the widget's boot script names them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct PartsFiles {
    /// What wasm-bindgen wrote.
    pub(crate) js: String,
    /// The program.
    pub(crate) wasm: String,
    /// Its styles.
    pub(crate) css: String,
}

impl PartsFiles {
    /// What the boot script calls them, and their addresses beside it.
    fn names(&self) -> [(&'static str, String); 3] {
        [("PARTS_JS", &self.js), ("PARTS_WASM", &self.wasm), ("PARTS_CSS", &self.css)]
            .map(|(name, path)| (name, format!("./{}", file_name(path))))
    }
}

/// One application's files.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AppFiles {
    /// Its document.
    pub(crate) html: String,
    /// The script that starts it.
    pub(crate) boot: String,
    /// What wasm-bindgen wrote.
    pub(crate) js: String,
    /// The program.
    pub(crate) wasm: String,
    /// What of it comes later.
    #[serde(default)]
    pub(crate) later: Option<String>,
    /// Its styles, in one file.
    pub(crate) css: Option<String>,
}

/// One of the two Leptos applications.
#[derive(Clone, Copy)]
struct App {
    /// The crate, the program and the folder.
    name: &'static str,
    /// Its document, which is Trunk's as well.
    document: &'static str,
}

const APPS: [App; 2] = [
    App { name: "widget", document: "index.html" },
    App { name: "console", document: "console/index.html" },
];

const LOADER: &str = "widget/loader/widget.js";
/// Styles of what the loader draws.
const LAUNCHER: &str = "widget/loader/launcher.css";
/// What a page may have beside the loader, in one script, with its styles.
const EXTRAS: [&str; 3] =
    ["widget/loader/rules.js", "widget/loader/extras.js", "widget/loader/greeting.css"];
/// Run in the widget's document before its program.
const FRAME: [&str; 7] = [
    "widget/loader/frame.js",
    "widget/loader/visitor.js",
    "widget/loader/queue.js",
    "widget/loader/sound.js",
    "widget/loader/parts.js",
    "widget/loader/first.js",
    "widget/loader/offline.js",
];
/// Run beside the widget's documents, so that they open without a network.
const WORKER: &str = "widget/loader/worker.js";
/// The program of what visitors use rarely, and its styles.
const PARTS: &str = "parts";
const PARTS_STYLES: [&str; 2] = ["parts/styles/parts.css", "ui/styles/rich.css"];
/// A file for each language: the widget's words and the parts'. Folder here, folder there.
const TEXTS: [(&str, &str); 2] = [("widget/texts", "texts"), ("parts/texts", "parts")];

/// Brings the tools, then builds.
pub(crate) fn build() -> Result<Manifest> {
    build_with(&setup::for_web()?)
}

/// Builds what changed.
pub(crate) fn build_with(tools: &WebTools) -> Result<Manifest> {
    step("web: browser files", || {
        fs::create_dir_all(paths::notes())?;
        let guard = File::create(paths::notes().join("web.lock"))?;
        if guard.try_lock().is_err() {
            println!("  waiting for another `cargo xtask` that builds the same");
            guard.lock().context("cannot lock target/xtask/web.lock")?;
        }
        let inputs = stamp::of_inputs(tools.rust)?;
        if stamp::is_current(&inputs) {
            println!("  unchanged");
            return manifest();
        }
        let makers = stamp::of_makers()?;
        build_all(tools, &makers)?;
        stamp::keep(&inputs, &makers)?;
        manifest()
    })
}

/// What the last build made.
pub(crate) fn manifest() -> Result<Manifest> {
    let path = paths::web().join("manifest.json");
    let text = fs::read(&path)
        .with_context(|| format!("{} is missing: run `cargo xtask web`", paths::shown(&path)))?;
    Ok(serde_json::from_slice(&text)?)
}

fn build_all(tools: &WebTools, makers: &str) -> Result<()> {
    let root = paths::root();
    let watch = Stopwatch::start();
    compile::programs(tools, &["widget", PARTS])?;
    // By itself: in one go with the widget, that would carry the agent's half of `client`.
    compile::programs(tools, &["console"])?;
    println!("  compiled, {}", watch.read());

    let watch = Stopwatch::start();
    let assets = Assets::begin(&tools.bin, makers)?;
    let mut manifest =
        Manifest { parts: Some(build_parts(tools, &assets)?), ..Manifest::default() };
    let parts = manifest.parts.clone().unwrap_or_default();
    // The optimiser uses one core; there are as many applications as cores on a small machine.
    let built: Vec<Result<AppFiles>> = thread::scope(|scope| {
        let works: Vec<_> = APPS
            .iter()
            .map(|app| scope.spawn(|| build_app(tools, &assets, *app, &parts).context(app.name)))
            .collect();
        works
            .into_iter()
            .map(|work| work.join().expect("cannot fail: errors are returned"))
            .collect()
    });
    for (app, files) in APPS.iter().zip(built) {
        let slot = if app.name == "widget" { &mut manifest.widget } else { &mut manifest.console };
        *slot = Some(files?);
    }
    if root.join(LOADER).is_file() {
        let script = fs::read_to_string(root.join(LOADER))?;
        assets.loader(&script, &fs::read_to_string(root.join(LAUNCHER))?)?;
        manifest.loader = Some("widget.js".to_owned());
        let [rules, script, styles] = EXTRAS.map(|it| fs::read_to_string(root.join(it)));
        assets.extras(&[rules?, script?].concat(), &styles?)?;
        manifest.extras = Some("extras.js".to_owned());
    } else {
        println!("  !! loader: left out, {LOADER} is missing");
    }
    for (from, to) in TEXTS {
        languages(&assets, &root.join(from), to)?;
    }
    if let Some(widget) = &manifest.widget {
        build_worker(&assets, widget)?;
    }
    assets.publish(&manifest)?;
    println!("  bound, shrunk and compressed, {}", watch.read());
    Ok(())
}

/// Makes the files of what visitors use rarely.
fn build_parts(tools: &WebTools, assets: &Assets) -> Result<PartsFiles> {
    let bound = compile::bind(tools, assets.makers(), PARTS)?;
    let wasm = assets.hashed(PARTS, "wasm", &bound.wasm)?;
    let js = assets.hashed(PARTS, "js", &assets.minify(&bound.js, "js")?)?;
    let css = assets.styles(PARTS, &paths::root(), &PARTS_STYLES.map(str::to_owned))?;
    Ok(PartsFiles { js, wasm, css: css.unwrap_or_default() })
}

/// Makes one application's files.
fn build_app(tools: &WebTools, assets: &Assets, app: App, parts: &PartsFiles) -> Result<AppFiles> {
    let bound = compile::bind(tools, assets.makers(), app.name)?;
    let name = app.name;
    let wasm = assets.hashed(name, "wasm", &bound.wasm)?;
    let later = bound.later.map(|it| assets.hashed(&format!("{name}-later"), "wasm", &it));
    let later = later.transpose()?;
    let names = later.iter().map(|it| ("LATER_WASM", format!("./{}", file_name(it))));
    let js = assets.script(name, &String::from_utf8(bound.js)?, &names.collect::<Vec<_>>())?;
    for (path, text) in &bound.snippets {
        assets.at(&format!("assets/{path}"), text)?;
    }
    let mut first = String::new();
    for file in FRAME.iter().filter(|_| name == "widget") {
        first.push_str(&fs::read_to_string(paths::root().join(file))?);
    }
    let boot = document::boot_script(file_name(&js), file_name(&wasm), later.is_some(), &first);
    let boot = assets.script(&format!("{name}-boot"), &boot, &parts.names())?;

    let source = paths::root().join(app.document);
    let text = fs::read_to_string(&source)?;
    let folder = source.parent().unwrap_or(Path::new("."));
    let wishes = document::wishes(&text).with_context(|| app.document.to_owned())?;
    let css = assets.styles(name, folder, &wishes.css)?;
    let icons = wishes.icons.iter().map(|icon| assets.copied(folder, icon));
    let icons = icons.collect::<Result<Vec<_>>>()?;
    let files = AppFiles { html: format!("{name}/index.html"), boot, js, wasm, later, css };
    let page = document::finish(&text, &files, &icons)?;
    assets.at(&files.html, page.as_bytes())?;
    Ok(files)
}

/// Makes the service worker, which is another one whenever a file of the widget is.
fn build_worker(assets: &Assets, widget: &AppFiles) -> Result<()> {
    let AppFiles { boot, js, wasm, later, css, .. } = widget;
    let files = [boot, js, wasm].into_iter().chain(later).chain(css);
    let files: Vec<String> = files.map(|it| format!("/{it}")).collect();
    let script = fs::read_to_string(paths::root().join(WORKER))?;
    let version = format!("{:016x}", fingerprint(files.iter().map(String::as_bytes)));
    assets.fixed(
        "widget/worker.js",
        &script,
        &[("FILES", json!(files)), ("VERSION", json!(version))],
    )
}

/// Takes over the widget's words, without what only people read.
fn languages(assets: &Assets, folder: &Path, to: &str) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| paths::shown(folder))? {
        let path = entry?.path();
        let words: serde_json::Value =
            serde_json::from_slice(&fs::read(&path)?).with_context(|| paths::shown(&path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        assets.at(&format!("{to}/{name}"), &serde_json::to_vec(&words)?)?;
    }
    Ok(())
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
