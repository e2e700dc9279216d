//! LoRA files on the command line.

use std::fs;

use serde_json::Value;

use crate::support::png_file::PngFile;
use crate::support::{Sandbox, fixture_lora};

/// The pixels and the recipe's adapters of a sticker made with these `--lora` arguments.
fn made_with(sandbox: &Sandbox, loras: &[String]) -> (Vec<u8>, Value) {
    let mut command = sandbox.generate_command(["cat", "--seed", "1", "--steps", "3", "--json"]);
    for lora in loras {
        command.args(["--lora", lora]);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{loras:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    (
        PngFile::read(sandbox.path(line["path"].as_str().unwrap())).rgba,
        line["recipe"]["adapters"].clone(),
    )
}

fn lora(name: &str, weight: &str) -> String {
    format!("{}{weight}", fixture_lora(name).display())
}

#[test]
fn a_lora_changes_the_picture_and_a_weight_of_0_does_not() {
    let sandbox = Sandbox::new();
    let (without, none) = made_with(&sandbox, &[]);
    assert_eq!(none, serde_json::json!([]));
    for name in ["kohya.safetensors", "peft.safetensors"] {
        let (whole, _) = made_with(&sandbox, &[lora(name, "")]);
        let (part, adapters) = made_with(&sandbox, &[lora(name, ":0.8")]);
        let (zero, _) = made_with(&sandbox, &[lora(name, ":0")]);
        assert!(whole != without && part != without && part != whole, "{name}");
        assert!(zero == without, "{name}");
        assert_eq!(adapters[0]["name"], name.trim_end_matches(".safetensors"));
        assert!(
            (adapters[0]["weight"].as_f64().unwrap() - 0.8).abs() < 1e-6,
            "{adapters}"
        );
    }
}

#[test]
fn several_loras_add_up() {
    let sandbox = Sandbox::new();
    let (kohya, peft) = (lora("kohya.safetensors", ":0.5"), lora("peft.safetensors", ":-0.5"));
    let (one, _) = made_with(&sandbox, std::slice::from_ref(&kohya));
    let (both, adapters) = made_with(&sandbox, &[kohya, peft]);
    assert!(one != both);
    assert_eq!(adapters.as_array().unwrap().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_name_with_a_colon_is_a_name() {
    let sandbox = Sandbox::new();
    fs::copy(fixture_lora("kohya.safetensors"), sandbox.path("a:b.safetensors")).unwrap();
    let weight = |argument: &str| {
        made_with(&sandbox, &[argument.to_owned()]).1[0]["weight"]
            .as_f64()
            .unwrap()
    };
    assert_eq!(weight("a:b.safetensors"), 1.0);
    assert_eq!(weight("a:b.safetensors:0.5"), 0.5);
}
