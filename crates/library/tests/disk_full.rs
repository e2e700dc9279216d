//! A disk that is really full, or read-only. The faults that need no disk of their own are tested in `src/tests/faults.rs`.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::Command;

use library::{ErrorKind, Library, Query};
use tempfile::TempDir;

mod common;

use common::png::{is_whole, png};

/// A small disk in memory.
struct Disk(TempDir);

impl Disk {
    fn mount() -> Self {
        let folder = tempfile::tempdir().unwrap();
        run("mount", &["-t", "tmpfs", "-o", "size=2m", "tmpfs"], folder.path());
        Self(folder)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &[], self.0.path());
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) {
    let output = Command::new(program).args(arguments).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "it mounts a tmpfs, which only root may: run it with --ignored as root"]
fn a_full_disk_is_told_and_the_library_goes_on() {
    let disk = Disk::mount();
    let folder = disk.0.path();
    let filler = folder.join("filler");
    fs::write(&filler, vec![1; 1 << 20]).unwrap();
    let library = common::open(folder);
    let big = png(&"big ".repeat(25_000));
    let mut added = Vec::new();
    let error = loop {
        match library.add(&common::new_sticker(&big, "big")) {
            Ok(sticker) => added.push(sticker.id),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind, ErrorKind::Full, "{error}");
    // The last bytes go into the database: tags, notes and sets meet the end of the disk, too.
    let failure = (0..10_000)
        .find_map(|number| library.set_note(&number.to_string(), &"x".repeat(3000)).err())
        .unwrap();
    assert_eq!(failure.kind, ErrorKind::Full, "{failure}");
    for failure in [
        library.add(&common::new_sticker(&png("small"), "small")).map(drop),
        library.change_tags(&added, &["a tag".to_owned()], &[]),
        library.create_set("set").map(drop),
    ] {
        if let Err(error) = failure {
            assert_eq!(error.kind, ErrorKind::Full, "{error}");
        }
    }
    check(&library);

    fs::remove_file(&filler).unwrap();
    library.trash(&added[..1]).unwrap();
    assert_eq!(library.empty_trash().unwrap(), 1);
    let small = library.add(&common::new_sticker(&big, "after")).unwrap();
    check(&library);
    drop(library);
    let library = common::open(folder);
    assert!(library.sticker(&small.id).unwrap().is_some());
    check(&library);
}

fn check(library: &Library) {
    let ids = library.ids(&Query::default()).unwrap();
    for id in &ids {
        assert!(is_whole(&fs::read(library.file(id)).unwrap()));
    }
    assert_eq!(library.facets().unwrap().total as usize, ids.len());
}

#[test]
#[ignore = "it mounts a tmpfs, which only root may: run it with --ignored as root"]
fn opening_on_a_full_disk_is_told() {
    let disk = Disk::mount();
    let filler = disk.0.path().join("filler");
    for left in [0, 4096, 40_000, 100_000] {
        fs::write(&filler, vec![1; (2 << 20) - left]).unwrap();
        let folder = disk.0.path().join("library");
        let error = Library::open(&folder).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Full, "{left} bytes: {error}");
        fs::write(&filler, "").unwrap();
        common::add(&common::open(&folder), "cat");
        fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
#[ignore = "it mounts a tmpfs, which only root may: run it with --ignored as root"]
fn a_read_only_disk_is_told() {
    let disk = Disk::mount();
    let folder = disk.0.path();
    common::add(&common::open(folder), "cat");
    run("mount", &["-o", "remount,ro"], folder);
    let error = Library::open(folder).unwrap_err();
    assert_eq!(error.kind, ErrorKind::ReadOnly, "{error}");
}
