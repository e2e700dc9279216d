//! Files, folders and disks that are not as needed: exit code 3, and nothing is written.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::model::Weights;
use crate::support::png_file::PngFile;
use crate::support::{Ended, Sandbox, fixture_lora};

#[test]
fn an_out_folder_that_cannot_be_written_is_found_before_the_work() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("file"), "mine").unwrap();
    for out in ["file", "file/below"] {
        let ended = sandbox.generate(["cat", "--out", out]);
        ended.failed(3, "folder").naming(Path::new(out));
        assert_eq!(
            ended.stderr.lines().count(),
            1,
            "no model was loaded for it: {}",
            ended.stderr
        );
    }
    assert_eq!(sandbox.names(), ["file"]);
    assert_eq!(fs::read(sandbox.path("file")).unwrap(), b"mine");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_system_that_takes_no_files() {
    let sandbox = Sandbox::new();
    sandbox
        .generate(["cat", "--out", "/proc/stickers"])
        .failed(3, "folder")
        .naming(Path::new("/proc/stickers"));
    assert!(sandbox.names().is_empty());
}

/// A file may grow to 1 KiB at most, and the signal for it is ignored: the write fails as it does on a full disk, with its own
/// error. A sticker of 16x16 pixels with its recipe is larger.
#[cfg(unix)]
#[test]
fn a_full_disk_leaves_no_half_of_a_file() {
    let sandbox = Sandbox::new();
    let sticker = sandbox.generate_command(["cat", "--out", "out", "-n", "2"]);
    let mut shell = Command::new("sh");
    sandbox.prepare(&mut shell);
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
        .arg(sticker.get_program())
        .args(sticker.get_args());
    Ended::of(shell.output().unwrap())
        .failed(3, "could not write")
        .naming(Path::new("out"));
    assert!(
        sandbox.names().iter().all(|name| name == "out"),
        "{:?}",
        sandbox.names()
    );
}

#[test]
fn a_sheet_that_cannot_be_written_is_found_before_the_work() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("file"), "").unwrap();
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox
        .generate(["cat", "--sheet", "file/sheet.png"])
        .failed(3, "folder")
        .naming(Path::new("file"));
    sandbox
        .generate(["cat", "--sheet", "folder"])
        .failed(3, "folder")
        .naming(Path::new("folder"));
    assert_eq!(sandbox.names(), ["file", "folder"]);
}

#[test]
fn prompts_that_cannot_be_read() {
    let sandbox = Sandbox::new();
    sandbox
        .generate(["--prompts", "none.txt"])
        .failed(3, "could not read the prompts")
        .naming(Path::new("none.txt"));
    fs::write(sandbox.path("blank.txt"), "\n# nothing\n  \n").unwrap();
    sandbox
        .generate(["--prompts", "blank.txt"])
        .failed(3, "no prompt")
        .naming(Path::new("blank.txt"));
    fs::write(sandbox.path("latin1.txt"), b"a cat\nun \xe9l\xe9phant\n").unwrap();
    sandbox
        .generate(["--prompts", "latin1.txt"])
        .failed(3, "line 2")
        .naming(Path::new("latin1.txt"));
    sandbox
        .generate_from(b"", ["--prompts", "-"])
        .failed(3, "no prompt")
        .naming(Path::new("standard input"));
    assert_eq!(sandbox.names(), ["blank.txt", "latin1.txt"]);
}

#[test]
fn a_picture_to_begin_with_that_is_none() {
    let sandbox = Sandbox::new();
    let begin = |file: &str| sandbox.generate(["cat", "--steps", "4", "--init", file]);
    begin("none.png").failed(3, "could not").naming(Path::new("none.png"));
    fs::write(sandbox.path("text.png"), "no picture").unwrap();
    begin("text.png").failed(3, "picture").naming(Path::new("text.png"));
    assert_eq!(sandbox.names(), ["text.png"]);
}

#[test]
fn a_lora_that_cannot_be_read() {
    let sandbox = Sandbox::new();
    sandbox
        .generate(["cat", "--lora", "none.safetensors:0.5"])
        .failed(3, "no such adapter file")
        .naming(Path::new("none.safetensors"));
    fs::write(sandbox.path("text.safetensors"), "no tensors at all").unwrap();
    sandbox
        .generate(["cat", "--lora", "text.safetensors"])
        .failed(3, "")
        .naming(Path::new("text.safetensors"));
    assert_eq!(sandbox.names(), ["text.safetensors"]);
}

#[test]
fn a_truncated_lora() {
    let sandbox = Sandbox::new();
    let bytes = fs::read(fixture_lora("kohya.safetensors")).unwrap();
    fs::write(sandbox.path("half.safetensors"), &bytes[..bytes.len() / 2]).unwrap();
    sandbox
        .generate(["cat", "--lora", "half.safetensors"])
        .failed(3, "")
        .naming(Path::new("half.safetensors"));
    assert_eq!(sandbox.names(), ["half.safetensors"]);
}

#[test]
fn a_lora_of_another_model() {
    let sandbox = Sandbox::new();
    let lora = sandbox.path("other.safetensors");
    let mut weights = Weights::read(&fixture_lora("kohya.safetensors"));
    weights.header = weights
        .header
        .into_iter()
        .map(|(name, tensor)| {
            (
                name.replace("lora_unet_down_blocks_0", "lora_unet_input_blocks_4"),
                tensor,
            )
        })
        .collect();
    weights.write(&lora);
    let ended = sandbox.generate(["cat", "--seed", "1", "--lora", "other.safetensors"]);
    assert_eq!(ended.lines(), ["./cat-1.png"], "what fits is applied");
    let warning = ended
        .stderr
        .lines()
        .find(|line| line.starts_with("warning: "))
        .unwrap_or_default();
    assert!(
        warning.contains("lora_unet_input_blocks_4"),
        "what does not fit is named: {}",
        ended.stderr
    );
}

#[test]
fn files_that_cannot_be_inspected() {
    let sandbox = Sandbox::new();
    sandbox
        .run(["inspect", "none.png"])
        .failed(3, "")
        .naming(Path::new("none.png"));
    fs::write(sandbox.path("notes.txt"), "no picture").unwrap();
    sandbox
        .run(["inspect", "notes.txt"])
        .failed(3, "")
        .naming(Path::new("notes.txt"));
    fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox
        .run(["inspect", "folder"])
        .failed(3, "model")
        .naming(Path::new("folder"));
}

#[test]
fn files_that_cannot_be_recreated() {
    let sandbox = Sandbox::new();
    sandbox
        .run(["recreate", "none.png"])
        .failed(3, "")
        .naming(Path::new("none.png"));
    fs::write(sandbox.path("text.png"), "no picture").unwrap();
    sandbox
        .run(["recreate", "text.png"])
        .failed(3, "PNG")
        .naming(Path::new("text.png"));
    PngFile::plain(16).write(sandbox.path("plain.png"));
    sandbox
        .run(["recreate", "plain.png"])
        .failed(3, "recipe")
        .naming(Path::new("plain.png"));
    assert_eq!(sandbox.names(), ["plain.png", "text.png"]);
}
