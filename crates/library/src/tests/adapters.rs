//! Adapters come in, are used and go.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::Fixture;
use crate::add::hexadecimal;
use crate::{ErrorKind, NewAdapter, UsedAdapter};

fn new<'a>(file: &'a Path, sha256: &'a str) -> NewAdapter<'a> {
    NewAdapter {
        name: "felt",
        file,
        sha256,
        bytes: 7,
        rank: Some(8),
        form: "kohya".to_owned(),
    }
}

#[test]
fn an_adapter_is_copied_once() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("felt.safetensors");
    fs::write(&file, b"weights").unwrap();
    let sha256 = hexadecimal(&Sha256::digest(b"weights"));
    let adapter = library.add_adapter(&new(&file, &sha256)).unwrap();
    assert_eq!(
        (adapter.bytes, adapter.rank, adapter.form.as_str(), adapter.uses),
        (7, Some(8), "kohya", 0)
    );
    assert_eq!(fs::read(library.adapter_file(&adapter.id)).unwrap(), b"weights");

    let used = [UsedAdapter {
        name: "felt",
        sha256: &sha256,
        weight: 0.8,
    }];
    fixture.add_with("a cat", |new| new.adapters = &used);
    fs::remove_file(library.adapter_file(&adapter.id)).unwrap();
    let again = library.add_adapter(&new(&file, &sha256)).unwrap();
    assert_eq!((&again.id, again.uses), (&adapter.id, 1));
    assert!(library.adapter_file(&adapter.id).exists(), "a lost file comes back");

    library.rename_adapter(&adapter.id, " soft felt ").unwrap();
    assert_eq!(library.adapter(&adapter.id).unwrap().unwrap().name, "soft felt");
    assert_eq!(library.facets().unwrap().adapters[0].name, "soft felt");
    assert_eq!(
        library.rename_adapter(&adapter.id, "").unwrap_err().kind,
        ErrorKind::Input
    );
    library.delete_adapter(&adapter.id).unwrap();
    assert!(library.adapters().unwrap().is_empty() && !library.adapter_file(&adapter.id).exists());
    assert_eq!(
        library.facets().unwrap().adapters[0].name,
        "felt",
        "the sticker remembers"
    );
    assert_eq!(
        library.delete_adapter(&adapter.id).unwrap_err().kind,
        ErrorKind::NotFound
    );
}

#[test]
fn a_file_that_is_not_what_was_looked_at_is_refused() {
    let fixture = Fixture::new();
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("felt.safetensors");
    let add = || fixture.library.add_adapter(&new(&file, "00"));
    assert!(add().unwrap_err().to_string().ends_with("felt.safetensors"));
    fs::write(&file, b"changed").unwrap();
    assert!(add().unwrap_err().to_string().contains("changed while it was read"));
    assert!(fixture.library.adapters().unwrap().is_empty());
    let (fixture, repairs) = fixture.reopened(|_| {});
    assert!(repairs.is_empty(), "{repairs:?}");
    assert_eq!(fs::read_dir(fixture.folder.path().join("adapters")).unwrap().count(), 0);
}
