//! The arrows of ARCHITECTURE.md, checked on `cargo metadata`, and the promise that burn is compiled once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Which crates of this workspace each may know. A new crate comes in here and in ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("diffusion", &[]),
    ("library", &[]),
    ("packs", &[]),
    ("effects", &[]),
    ("tailoring", &["diffusion"]),
    ("engine", &["diffusion", "effects", "library", "packs", "tailoring"]),
    ("sticker-studio", &["engine"]),
    ("cli", &["engine"]),
    ("xtask", &[]),
    ("studio-tests", &["diffusion", "engine"]),
];

/// The crates that may name the tensor framework.
const KNOW_BURN: &[&str] = &["diffusion", "engine", "studio-tests", "tailoring"];

/// Where in `crates/engine/src` burn types may stand: the one GPU thread, and the opening of the device it computes on.
const GPU_THREAD: &[&str] = &["worker", "device"];

/// Parts of a window: no headless crate links them.
const WINDOW: &[&str] = &["tauri", "wry", "tao", "webkit2gtk", "gtk"];

fn workspace_root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests lie in the workspace").to_path_buf()
}

fn cargo(arguments: &[&str]) -> String {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(arguments)
        .current_dir(workspace_root())
        .output()
        .expect("cargo starts");
    assert!(
        output.status.success(),
        "cargo {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// What every crate of the workspace says it depends on, whatever the kind or the platform.
fn declared_dependencies() -> BTreeMap<String, Vec<Value>> {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]))
            .expect("cargo metadata writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let crates: BTreeMap<_, _> = packages
        .iter()
        .map(|package| {
            (
                text(&package["name"]),
                package["dependencies"].as_array().cloned().unwrap_or_default(),
            )
        })
        .collect();
    assert!(
        crates.contains_key("diffusion"),
        "cargo metadata lists the workspace: {:?}",
        crates.keys()
    );
    crates
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn is_burn(name: &str) -> bool {
    ["burn", "cubecl", "cubek"]
        .iter()
        .any(|family| name == *family || name.starts_with(&format!("{family}-")))
}

#[test]
fn every_crate_knows_only_the_crates_below_it() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let crates = declared_dependencies();
    let mut wrong = Vec::new();
    for (name, dependencies) in &crates {
        let Some(may_know) = arrows.get(name.as_str()) else {
            wrong.push(format!("{name} is not in the table of arrows"));
            continue;
        };
        let ours = dependencies
            .iter()
            .map(|it| text(&it["name"]))
            .filter(|it| crates.contains_key(it));
        wrong.extend(
            ours.filter(|it| !may_know.contains(&it.as_str()))
                .map(|it| format!("{name} must not depend on {it}")),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_model_and_the_gpu_thread_name_burn() {
    let crates = declared_dependencies();
    for (name, dependencies) in &crates {
        let burn: Vec<_> = dependencies
            .iter()
            .map(|it| text(&it["name"]))
            .filter(|it| is_burn(it))
            .collect();
        assert!(
            burn.is_empty() || KNOW_BURN.contains(&name.as_str()),
            "{name} must not depend on {burn:?}"
        );
    }
    let engine = workspace_root().join("crates/engine/src");
    let mut files = Vec::new();
    rust_files(&engine, &mut files);
    assert!(!files.is_empty(), "the engine has source files: {}", engine.display());
    for file in files {
        let inside = file.strip_prefix(&engine).expect("it was found there");
        let module = inside
            .iter()
            .next()
            .map(Path::new)
            .and_then(Path::file_stem)
            .and_then(OsStr::to_str);
        let source = std::fs::read_to_string(&file).expect("a source file is read");
        let names_burn = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .any(|line| {
                ["burn::", "burn_wgpu::", "cubecl::", "Tensor<"]
                    .iter()
                    .any(|name| line.contains(name))
            });
        let may = module.is_some_and(|module| GPU_THREAD.contains(&module));
        assert!(
            may || !names_burn,
            "only {GPU_THREAD:?} of the engine name burn types, not {}",
            inside.display()
        );
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a source folder is read") {
        let path = entry.expect("an entry is read").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension() == Some(OsStr::new("rs")) {
            found.push(path);
        }
    }
}

#[test]
fn burn_is_pinned_exactly() {
    for (name, dependencies) in declared_dependencies() {
        for dependency in dependencies.iter().filter(|it| is_burn(&text(&it["name"]))) {
            let (burn, version) = (text(&dependency["name"]), text(&dependency["req"]));
            assert!(
                version.starts_with('='),
                "{name} takes {burn} {version}: write =VERSION"
            );
        }
    }
}

#[test]
fn no_headless_crate_links_a_window() {
    let linked = cargo(&[
        "tree",
        "--workspace",
        "--exclude",
        "sticker-studio",
        "--offline",
        "--edges",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    let found: BTreeSet<_> = linked
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| {
            WINDOW
                .iter()
                .any(|part| name == part || name.starts_with(&format!("{part}-")))
        })
        .collect();
    assert!(found.is_empty(), "a window's crates are linked: {found:?}");
}

#[test]
fn only_the_app_package_names_tauri() {
    for (name, dependencies) in declared_dependencies() {
        let window: Vec<_> = dependencies
            .iter()
            .map(|it| text(&it["name"]))
            .filter(|it| {
                WINDOW
                    .iter()
                    .any(|part| it == part || it.starts_with(&format!("{part}-")))
            })
            .collect();
        assert!(
            name == "sticker-studio" || window.is_empty(),
            "{name} must not depend on {window:?}"
        );
    }
}

/// Cargo compiles a dependency once more for every other set of its features, and chooses the set by what a call builds. With tests and
/// without, the workspace has to agree, or burn is compiled twice.
#[test]
fn the_workspace_asks_for_the_same_features_with_tests_and_without() {
    let resolved = |edges| {
        let tree = [
            "tree",
            "--workspace",
            "--offline",
            "--prefix",
            "none",
            "--format",
            "{p} {f}",
            "--edges",
            edges,
        ];
        cargo(&tree)
            .lines()
            .map(|line| line.trim_end_matches(" (*)").to_owned())
            // Its feature `test` is for tests alone, and nothing is built on it but the window.
            .filter(|line| !line.starts_with("tauri v"))
            .collect::<BTreeSet<_>>()
    };
    let everything = resolved("normal,build,dev");
    let programs = resolved("normal,build");
    let twice: Vec<_> = programs.difference(&everything).collect();
    assert!(
        twice.is_empty(),
        "the tests turn features of these on; name them in [dependencies]: {twice:#?}"
    );
}
