//! `cargo xtask test`: everything that CI checks.

use crate::{
    Features, Outcome,
    child::{Child, cargo},
    lint::lint,
    stage::stage,
    system::{self, C_COMPILER, SOFTWARE_GPU, VULKAN_LOADER},
};

/// Lints, builds, and runs the tests of the workspace.
pub fn test(features: Features) -> Outcome {
    lint(features)?;
    stage("system packages", || match features {
        Features::Default => system::install(&[C_COMPILER, VULKAN_LOADER, SOFTWARE_GPU]),
        Features::Quick => system::install(&[C_COMPILER]),
    })?;
    // The programs with the tests in one call: cargo chooses the features of all dependencies per call, and the tests of the CLI
    // start the program that lies beside them.
    stage("build", || {
        cargo(workspace(&["build", "--bins", "--tests"], features)).run()
    })?;
    let mut totals = Totals::default();
    let outcome = stage("tests", || {
        let tests = cargo(workspace(&["test", "--no-fail-fast"], features));
        on_software_gpu(tests).run_watched(|line| totals.add(line))
    });
    println!("{totals}");
    outcome?;
    if totals.passed == 0 {
        Err("No test ran.".into())
    } else {
        Ok(())
    }
}

fn workspace<'a>(command: &'a [&'a str], features: Features) -> impl Iterator<Item = &'a str> {
    command
        .iter()
        .copied()
        .chain(["--workspace"])
        .chain(features.cargo_arguments().iter().copied())
}

/// Shows the tests lavapipe only: the same driver everywhere, so that tolerances are the same, too. A driver that is named in the
/// environment, to test a real GPU, is kept.
fn on_software_gpu(tests: Child) -> Child {
    let variables = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];
    if variables.iter().any(|name| std::env::var_os(name).is_some()) {
        return tests;
    }
    match system::lavapipe_manifest() {
        // The second name is the one that loaders before 1.3.207 know.
        Some(manifest) => variables.iter().fold(tests, |tests, name| tests.env(name, &manifest)),
        None => tests,
    }
}

/// The sum of what the test programs report: cargo prints one line for each of them.
#[derive(Default)]
struct Totals {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Totals {
    /// Adds a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; ...`; other lines count nothing.
    fn add(&mut self, line: &str) {
        let Some(counts) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for count in counts.1.split("; ") {
            let Some((number, what)) = count.split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<usize>() else { continue };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.ignored
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_are_the_sum_over_all_test_programs() {
        let mut totals = Totals::default();
        for line in [
            "running 4 tests",
            "test one ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 40 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s",
        ] {
            totals.add(line);
        }
        assert_eq!(totals.to_string(), "43 passed, 2 failed, 1 skipped");
    }
}
