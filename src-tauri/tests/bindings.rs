//! `ui/src/bindings.ts` describes the commands as they are. `UPDATE_BINDINGS=1 cargo test --workspace --test bindings` writes it.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;

use specta_typescript::Typescript;

#[test]
fn the_page_knows_the_commands_as_they_are() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/bindings.ts");
    let folder = tempfile::tempdir().unwrap();
    let exported = folder.path().join("bindings.ts");
    sticker_studio::bindings::<tauri::test::MockRuntime>()
        .export(Typescript::default(), &exported)
        .unwrap();
    let current = fs::read_to_string(&exported).unwrap();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        fs::write(&committed, &current).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&committed).unwrap(),
        current,
        "run: UPDATE_BINDINGS=1 cargo test --workspace --test bindings"
    );
}

/// A command that is not in the permissions is refused in the window, and one that is only there is a leftover.
#[test]
fn the_permissions_allow_exactly_the_commands() {
    let read = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let bindings = read("ui/src/bindings.ts");
    let invoked = bindings
        .split("__TAURI_INVOKE")
        .skip(1)
        .filter_map(|call| call.split('"').nth(1));
    let mut commands: Vec<_> = invoked
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    let permissions = read("src-tauri/permissions/studio.toml");
    let lists = permissions
        .split("commands.allow = [")
        .skip(1)
        .filter_map(|list| list.split(']').next());
    let mut allowed: Vec<_> = lists.flat_map(|list| list.split('"').skip(1).step_by(2)).collect();
    commands.sort_unstable();
    commands.dedup();
    allowed.sort_unstable();
    assert!(commands.len() > 40, "{commands:?}");
    assert_eq!(commands, allowed);
}
