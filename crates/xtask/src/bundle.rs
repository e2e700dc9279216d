//! `cargo xtask bundle`: the packages that a person installs.

use crate::{
    Outcome,
    child::{Child, cargo},
    page,
    stage::stage,
    system::{self, C_COMPILER, NODE, WINDOW},
    workspace_root,
};

/// Which build goes into the packages.
#[derive(Clone, Copy)]
pub enum Build {
    /// `release`: optimised as a whole; takes long.
    Shipped,
    /// The development build: to try the packages out.
    Development,
}

/// Builds the studio and packs it: .deb and .rpm on Linux, what tauri.conf.json says elsewhere.
pub fn bundle(build: Build) -> Outcome {
    system::install(&[C_COMPILER, WINDOW, NODE])?;
    page::build()?;
    let (profile, kind): (_, &[&str]) = match build {
        Build::Shipped => ("release", &[]),
        Build::Development => ("dev", &["--debug"]),
    };
    // Not by Tauri's command line: it builds the window alone, for which cargo would choose other features and compile burn once more.
    stage("build", || {
        cargo(["build", "--workspace", "--bins", "--profile", profile]).run()
    })?;
    stage("packages", || {
        let tauri = workspace_root().join("ui/node_modules/.bin/tauri");
        Child::new(tauri, ["bundle", "--ci"].iter().chain(kind).copied()).run()
    })
}
