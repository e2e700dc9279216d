//! `cargo xtask bundle`: the packages that a person installs.

use crate::{
    Outcome,
    child::Child,
    page,
    stage::stage,
    system::{self, C_COMPILER, NODE, WINDOW},
    workspace_root,
};

/// Which build goes into the packages.
#[derive(Clone, Copy)]
pub enum Build {
    /// `dist`: optimised as a whole; takes long.
    Shipped,
    /// The development build: to try the packages out.
    Development,
}

/// Builds the studio and packs it: .deb and .rpm on Linux, what tauri.conf.json says elsewhere.
pub fn bundle(build: Build) -> Outcome {
    system::install(&[C_COMPILER, WINDOW, NODE])?;
    page::build()?;
    let arguments: &[&str] = match build {
        Build::Shipped => &["build", "--ci", "--", "--locked", "--profile", "dist"],
        Build::Development => &["build", "--ci", "--debug", "--", "--locked"],
    };
    stage("packages", || {
        let tauri = workspace_root().join("ui/node_modules/.bin/tauri");
        Child::new(tauri, arguments.iter().copied()).run()
    })
}
