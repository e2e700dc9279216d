//! `cargo xtask test`: everything that CI checks.

use crate::{
    Features, Outcome,
    child::{Child, cargo},
    lint::lint,
    page,
    stage::stage,
    system::{self, C_COMPILER, NODE, PAGE_TESTS, SOFTWARE_GPU, VULKAN_LOADER, WINDOW, WINDOW_TESTS},
    workspace_root,
};

/// Lints, builds, and runs the tests of the workspace, of the page and of the window.
pub fn test(features: Features) -> Outcome {
    lint(features)?;
    stage("system packages", || match features {
        Features::Default => system::install(&[
            C_COMPILER,
            VULKAN_LOADER,
            SOFTWARE_GPU,
            WINDOW,
            NODE,
            PAGE_TESTS,
            WINDOW_TESTS,
        ]),
        Features::Quick => system::install(&[C_COMPILER]),
    })?;
    // The programs with the tests in one call: cargo chooses the features of all dependencies per call, and the tests of the CLI
    // start the program that lies beside them.
    stage("build", || {
        cargo(workspace(&["build", "--bins", "--tests"], features)).run()
    })?;
    let mut totals = Totals::default();
    let outcome = run_all(features, &mut totals);
    println!("{totals}");
    outcome?;
    if totals.passed == 0 {
        Err("No test ran.".into())
    } else {
        Ok(())
    }
}

/// Runs every suite, also behind one that failed: the first failure is reported, all are seen.
fn run_all(features: Features, totals: &mut Totals) -> Outcome {
    let mut suites: Vec<(&str, Child)> = vec![(
        "cargo tests",
        on_software_gpu(cargo(workspace(&["test", "--no-fail-fast"], features))),
    )];
    if let Features::Default = features {
        suites.push(("page tests", page::npm(["run", "--silent", "test"])));
        suites.push(("page tests in Chromium", page::npm(["run", "--silent", "e2e"])));
        suites.push(("window tests", on_software_gpu(window_tests()?)));
    }
    let mut first_failure = Ok(());
    for (name, suite) in suites {
        let outcome = stage(name, || suite.run_watched(|line| totals.add(line)));
        first_failure = first_failure.and(outcome);
    }
    first_failure
}

/// The real program in a real window, on a display in memory. The files are named: what node takes for a test differs by version.
fn window_tests() -> Outcome<Child> {
    let folder = "tests/window";
    let mut files = Vec::new();
    for entry in std::fs::read_dir(workspace_root().join(folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".test.mjs") {
            files.push(format!("{folder}/{name}"));
        }
    }
    files.sort();
    let display = ["-a", "-s", "-screen 0 1280x900x24"];
    let node = ["node", "--test", "--test-concurrency=1", "--test-reporter=spec"];
    let arguments = display.into_iter().chain(node).chain(files.iter().map(String::as_str));
    Ok(Child::new("xvfb-run", arguments).env("NO_COLOR", "1"))
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

/// The sum of what the test programs report.
#[derive(Default)]
struct Totals {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Totals {
    /// Adds what a line reports; other lines count nothing. Such lines are, from cargo, node, Vitest and Playwright:
    ///
    /// ```text
    /// test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; ...
    /// ℹ pass 12
    ///       Tests  2 failed | 64 passed (66)
    ///   12 passed (1.2m)
    /// ```
    fn add(&mut self, line: &str) {
        let line = line.trim();
        if let Some(counts) = line.strip_prefix("test result: ") {
            let counts = counts.split_once(". ").map_or("", |(_, counts)| counts);
            counts.split("; ").for_each(|count| self.add_count(count));
        } else if let Some(count) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            if let Some((what, number)) = count.split_once(' ') {
                self.add_number(number, what);
            }
        } else if let Some(counts) = line.strip_prefix("Tests  ") {
            counts.split(" | ").for_each(|count| self.add_count(count));
        } else if line
            .split(' ')
            .nth(1)
            .is_some_and(|what| ["passed", "failed", "skipped", "flaky"].contains(&what))
        {
            self.add_count(line);
        }
    }

    /// `3 passed`, with whatever behind it.
    fn add_count(&mut self, count: &str) {
        let mut words = count.split(' ');
        if let (Some(number), Some(what)) = (words.next(), words.next()) {
            self.add_number(number, what);
        }
    }

    fn add_number(&mut self, number: &str, what: &str) {
        let Ok(number) = number.parse::<usize>() else { return };
        match what {
            "passed" | "pass" | "flaky" => self.passed += number,
            "failed" | "fail" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.ignored += number,
            _ => {}
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
            "ℹ tests 14",
            "ℹ pass 12",
            "ℹ fail 1",
            "ℹ skipped 1",
            "ℹ duration_ms 1234.5",
            "      Tests  2 failed | 64 passed (66)",
            " Test Files  3 passed (3)",
            "  30 passed (1.2m)",
            "  1 skipped",
        ] {
            totals.add(line);
        }
        assert_eq!(totals.to_string(), "149 passed, 5 failed, 3 skipped");
    }
}
