//! Who may open what.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use library::{Error, ErrorKind, Library, Query};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

mod common;

use common::{add, open};

const FOLDER: &str = "LIBRARY_TEST_FOLDER";

fn refused(folder: &Path) -> Error {
    Library::open(folder).unwrap_err()
}

/// Names and hashes of all files but the lock.
fn contents(folder: &Path) -> Vec<(String, String)> {
    let mut contents: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("library.lock"))
        .map(|path| {
            (
                path.display().to_string(),
                format!("{:?}", Sha256::digest(fs::read(&path).unwrap())),
            )
        })
        .collect();
    contents.sort();
    contents
}

#[test]
fn a_new_library_is_private_and_empty() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("a/b");
    let library = open(&folder);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(library.page(&Query::default(), 0, 100).unwrap().total, 0);
    drop(library);
    assert!(!folder.join("library.sqlite-wal").exists(), "a clean end leaves no log");

    let old = outside.path().join("old");
    fs::create_dir(&old).unwrap();
    fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
    add(&open(&old), "cat");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&old), 0o755, "it may be shared");
    assert_eq!(mode(&old.join("library.sqlite")), 0o600);
}

#[test]
fn one_program_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let library = open(folder.path());
    let error = refused(folder.path());
    assert_eq!(error.kind, ErrorKind::InUse);
    assert!(
        error.to_string().ends_with(&format!(": {}", folder.path().display())),
        "{error}"
    );
    drop(library);
    open(folder.path());
}

#[test]
fn another_process_keeps_the_library_until_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path());
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("it is open")));
    assert_eq!(refused(folder.path()).kind, ErrorKind::InUse);
    child.kill().unwrap();
    child.wait().unwrap();
    open(folder.path());
}

#[test]
#[ignore = "it is the child of another_process_keeps_the_library_until_it_ends"]
fn child() {
    let Ok(folder) = env::var(FOLDER) else { return };
    let _library = open(Path::new(&folder));
    println!("it is open");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

#[test]
fn a_newer_library_is_not_touched() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("50% of 猫s? #1");
    add(&open(&folder), "cat");
    let database = Connection::open(folder.join("library.sqlite")).unwrap();
    database.pragma_update(None, "user_version", 77).unwrap();
    drop(database);
    let before = contents(&folder);
    assert_eq!(before.len(), 1);
    let error = refused(&folder);
    assert_eq!(error.kind, ErrorKind::Newer);
    assert!(
        error
            .to_string()
            .contains("newer version of this program (format 77, this one knows 4)"),
        "{error}"
    );
    assert_eq!(contents(&folder), before);
}

#[test]
fn what_is_no_library_is_not_touched() {
    let foreign = tempfile::tempdir().unwrap();
    Connection::open(foreign.path().join("library.sqlite"))
        .unwrap()
        .execute_batch("CREATE TABLE music (id)")
        .unwrap();
    let text = tempfile::tempdir().unwrap();
    fs::write(
        text.path().join("library.sqlite"),
        "a letter to my mother ".repeat(1000),
    )
    .unwrap();
    let short = tempfile::tempdir().unwrap();
    fs::write(short.path().join("library.sqlite"), "x").unwrap();
    let negative = tempfile::tempdir().unwrap();
    Connection::open(negative.path().join("library.sqlite"))
        .unwrap()
        .pragma_update(None, "user_version", -1)
        .unwrap();
    for (folder, kind) in [
        (foreign, ErrorKind::Damaged),
        (text, ErrorKind::Damaged),
        (short, ErrorKind::Damaged),
        (negative, ErrorKind::Newer),
    ] {
        let before = contents(folder.path());
        let error = refused(folder.path());
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.to_string().ends_with("library.sqlite"), "{error}");
        assert_eq!(contents(folder.path()), before);
    }
}

#[test]
fn a_damaged_library_says_so_and_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let library = open(folder.path());
    for number in 0..200 {
        library.set_note(&number.to_string(), &"x".repeat(1000)).unwrap();
    }
    let ids: Vec<_> = (0..50)
        .map(|number| add(&library, &format!("{number} {}", "cat ".repeat(200))).id)
        .collect();
    drop(library);
    let path = folder.path().join("library.sqlite");
    let whole = fs::read(&path).unwrap();
    let mut kinds = Vec::new();
    // The header, the schema, and a page here and there.
    for place in [0, 100].into_iter().chain((4096..whole.len()).step_by(3 * 4096)) {
        let mut broken = whole.clone();
        for byte in &mut broken[place..(place + 2000).min(whole.len())] {
            *byte = !*byte;
        }
        fs::write(&path, &broken).unwrap();
        // Whatever it answers, it answers, and a library that opened tells of the damage when it comes to it.
        match Library::open(folder.path()) {
            Err(error) => kinds.push(error.kind),
            Ok(opened) => {
                for result in [
                    opened.library.facets().map(drop),
                    opened.library.page(&Query::default(), 0, 100).map(drop),
                    ids.iter().try_for_each(|id| opened.library.sticker(id).map(drop)),
                ] {
                    kinds.extend(result.err().map(|error| error.kind));
                }
            }
        }
        if place < 200 {
            assert_eq!(kinds, vec![ErrorKind::Damaged; kinds.len()]);
            assert!(fs::read(&path).unwrap() == broken, "written over");
        }
        for left in ["library.sqlite-wal", "library.sqlite-shm"] {
            drop(fs::remove_file(folder.path().join(left)));
        }
    }
    assert!(
        kinds.iter().filter(|&&kind| kind == ErrorKind::Damaged).count() > 2,
        "{kinds:?}"
    );
    assert!(
        kinds
            .iter()
            .all(|&kind| kind == ErrorKind::Damaged || kind == ErrorKind::Internal),
        "{kinds:?}"
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("library")] {
        let error = refused(&path);
        assert!(error.to_string().contains(&file.display().to_string()), "{error}");
    }
}
