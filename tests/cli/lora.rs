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

/// The fixture's U-Net layers with more in its header: a safetensors file is a length, a header and the data.
fn with_metadata(sandbox: &Sandbox, name: &str, metadata: &[(&str, &str)]) -> String {
    let bytes = fs::read(fixture_lora("kohya.safetensors")).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    // The text encoder is asked once and knows no timesteps: its layers go by another name here.
    let header = String::from_utf8(bytes[8..8 + length].to_vec())
        .unwrap()
        .replace("lora_te_", "lora_xx_");
    let mut header: Value = serde_json::from_str(&header).unwrap();
    for (key, value) in metadata {
        header["__metadata__"][key] = (*value).into();
    }
    let header = header.to_string();
    let parts = [
        &(header.len() as u64).to_le_bytes()[..],
        header.as_bytes(),
        &bytes[8 + length..],
    ];
    let name = format!("{name}.safetensors");
    fs::write(sandbox.path(&name), parts.concat()).unwrap();
    name
}

fn with_range(sandbox: &Sandbox, range: &str) -> String {
    with_metadata(
        sandbox,
        &range.replace(',', "-"),
        &[("modelspec.timestep_range", range)],
    )
}

#[test]
fn a_lora_with_a_range_of_timesteps_acts_within_it() {
    let sandbox = Sandbox::new();
    let (without, _) = made_with(&sandbox, &[]);
    let (always, _) = made_with(&sandbox, &[with_metadata(&sandbox, "always", &[])]);
    let within = |range: &str| made_with(&sandbox, &[with_range(&sandbox, range)]).0;
    assert!(within("0,999") == always, "the whole schedule is no range");
    let (noisy, clean) = (within("500,999"), within("0,499"));
    assert!(noisy != always && noisy != without && clean != always && clean != without && noisy != clean);
    // Two halves make a whole: one adapter for each part of the schedule.
    let both = [with_range(&sandbox, "500,999"), with_range(&sandbox, "0,499.9")];
    assert!(made_with(&sandbox, &both).0 == always);
}

#[test]
fn a_range_that_is_none_is_refused() {
    let sandbox = Sandbox::new();
    for range in ["5", "900,100", "a,b"] {
        let file = with_range(&sandbox, range);
        sandbox.generate(["cat", "--lora", &file]).failed(3, "timestep_range");
    }
}
