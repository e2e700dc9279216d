//! What the program says about itself.

use crate::support::Sandbox;

const GENERATE_OPTIONS: [&str; 20] = [
    "--prompts",
    "-n",
    "--seed",
    "--steps",
    "--guidance",
    "--negative",
    "--style",
    "--sampler",
    "--size",
    "--init",
    "--strength",
    "--transparent",
    "--model",
    "--lora",
    "--device",
    "--out",
    "--sheet",
    "--no-recipe",
    "--json",
    "--help",
];

#[test]
fn the_help_names_every_command() {
    let ended = Sandbox::new().run(["--help"]);
    ended.lines();
    for command in [
        "generate", "recreate", "finish", "pack", "sheet", "inspect", "devices", "bench",
    ] {
        assert!(
            ended.stdout.contains(&format!("\n  {command} ")),
            "{command}: {}",
            ended.stdout
        );
    }
}

#[test]
fn every_command_has_a_help() {
    for command in [
        "generate", "recreate", "finish", "pack", "sheet", "inspect", "devices", "bench",
    ] {
        let ended = Sandbox::new().run([command, "--help"]);
        assert!(
            ended
                .lines()
                .iter()
                .any(|line| line.starts_with(&format!("Usage: sticker {command}"))),
            "{command}"
        );
    }
}

#[test]
fn the_help_of_generate_names_every_option() {
    let ended = Sandbox::new().run(["generate", "--help"]);
    for option in GENERATE_OPTIONS {
        assert!(ended.stdout.contains(option), "{option} is missing: {}", ended.stdout);
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(
        Sandbox::new().run(["--version"]).lines(),
        [format!("sticker {}", env!("CARGO_PKG_VERSION"))]
    );
}

#[test]
fn the_cpu_is_always_a_device() {
    let sandbox = Sandbox::new();
    let ended = sandbox.run(["devices", "--json"]);
    let devices: Vec<serde_json::Value> = ended
        .lines()
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let cpu = devices.iter().find(|device| device["choice"] == "cpu").unwrap();
    for key in ["name", "backend", "memory_bytes", "f16"] {
        assert!(!cpu[key].is_null(), "{key}: {cpu}");
    }
    assert_eq!(
        devices.iter().filter(|device| device["chosen_by_auto"] == true).count(),
        1
    );

    let table = sandbox.run(["devices"]);
    assert!(
        table
            .lines()
            .iter()
            .any(|line| line.contains("cpu") && line.contains(cpu["name"].as_str().unwrap()))
    );
}

#[test]
fn bench_prints_json() {
    let sandbox = Sandbox::new();
    let model = crate::support::fixture_folder(crate::support::TINY);
    let mut command = sandbox.command(["bench", "--only", "model", "--device", "cpu", "--steps", "2", "--model"]);
    let ended = crate::support::Ended::of(command.arg(model).output().unwrap());
    ended.lines();
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let step = &report["model"]["step_ms"];
    let number = |value: &serde_json::Value| value.as_f64().unwrap_or_else(|| panic!("no number in {report}"));
    assert!(number(&step["min"]) > 0.0);
    assert!(number(&step["min"]) <= number(&step["median"]) && number(&step["median"]) <= number(&step["max"]));
    for value in [
        &report["model"]["load_seconds"],
        &report["model"]["decode_ms"]["median"],
        &report["model"]["peak_rss_mb"],
    ] {
        assert!(number(value) > 0.0, "{report}");
    }
    for text in ["model", "device", "precision"] {
        assert!(report["model"][text].is_string(), "{text}: {report}");
    }
    assert!(report["random_sd15"].is_null(), "only the model was asked for");
}
