//! Every file under `shaders/kernels` is valid WGSL, whatever its placeholders are filled with. (`crates/effects` checks its own.)

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use naga::valid::{Capabilities, ValidationFlags, Validator};

/// What the kernels' launchers fill in: the name of a placeholder, and its values for f32 and f16.
const PLACEHOLDERS: [(&str, [&str; 2]); 3] = [
    ("enable", ["", "enable f16;"]),
    ("element", ["f32", "f16"]),
    ("workgroup", ["256", "64"]),
];
const ACTIVATIONS: [&str; 2] = ["y", "y / (1.0 + exp(-y))"];

fn shaders(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            shaders(&path, found);
        } else if path.extension() == Some(OsStr::new("wgsl")) {
            found.push(path);
        }
    }
}

fn filled(source: &str, precision: usize, activation: &str) -> String {
    let fill = |source: String, (name, values): &(&str, [&str; 2])| {
        source.replace(&format!("{{{{ {name} }}}}"), values[precision])
    };
    let source = PLACEHOLDERS.iter().fold(source.to_owned(), fill);
    source.replace("{{ activation }}", activation)
}

#[test]
fn every_kernel_is_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shaders/kernels");
    let mut files = Vec::new();
    shaders(&root, &mut files);
    assert!(!files.is_empty());
    for file in files {
        let name = file.file_name().unwrap().display();
        let source = std::fs::read_to_string(&file).unwrap();
        for precision in 0..2 {
            for activation in ACTIVATIONS {
                let source = filled(&source, precision, activation);
                assert!(
                    !source.contains("{{"),
                    "{name} has a placeholder this test does not know"
                );
                let module = naga::front::wgsl::parse_str(&source)
                    .unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(&source)));
                assert!(!module.entry_points.is_empty(), "{name} has nothing to run");
                Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16)
                    .validate(&module)
                    .unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(&source)));
            }
        }
    }
}
