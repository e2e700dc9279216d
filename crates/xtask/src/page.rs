//! The window's page: its packages, its build and its own checks, all through npm.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{Outcome, child::Child, stage::stage, workspace_root};

const LOCK: &str = "package-lock.json";

fn folder() -> PathBuf {
    workspace_root().join("ui")
}

/// npm, in the page's folder.
pub fn npm<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Child {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    Child::new(program, arguments).in_folder(&folder()).env("NO_COLOR", "1")
}

/// Builds the page where something in it is newer than what was built. The program embeds it, so this comes before cargo.
pub fn build() -> Outcome {
    stage("page", || {
        install()?;
        let built = folder().join("dist/index.html");
        let newest = sources().iter().filter_map(|path| newest(path)).max();
        if newest.is_some_and(|newest| changed(&built).is_some_and(|built| newest <= built)) {
            return Ok(());
        }
        npm(["run", "--silent", "build", "--", "--logLevel", "warn"]).run()
    })
}

/// Installs the packages of the lock file, unless the very same ones were installed before.
pub fn install() -> Outcome {
    let lock = folder().join(LOCK);
    let installed = folder().join("node_modules/.installed-lock.json");
    if fs::read(&lock)? == fs::read(&installed).unwrap_or_default() {
        return Ok(());
    }
    // Not `npm ci`: it refuses a lock file without the packages of other platforms, which a registry need not have.
    npm(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel", "error"]).run()?;
    fs::copy(lock, installed)?;
    Ok(())
}

/// What the built page is made of.
fn sources() -> Vec<PathBuf> {
    let parts = [
        "src",
        "index.html",
        LOCK,
        "vite.config.ts",
        "svelte.config.js",
        "tsconfig.json",
    ];
    parts.iter().map(|part| folder().join(part)).collect()
}

fn newest(path: &Path) -> Option<SystemTime> {
    let own = changed(path);
    let Ok(entries) = fs::read_dir(path) else { return own };
    entries
        .flatten()
        .filter_map(|entry| newest(&entry.path()))
        .chain(own)
        .max()
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|file| file.modified()).ok()
}
