//! The program is killed, or the disk is full, between any two writes.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use super::{Fixture, is_whole, new_sticker, png};
use crate::{Error, ErrorKind, Library, NewAdapter, Query, StickerId, fault};

/// What is done up to a fault. Each begins with the library that `prepare` leaves.
type Deed = fn(&Library, &Path) -> Result<(), Error>;

const DEEDS: [(&str, Deed); 5] = [
    ("add", |library, _| {
        let png = png("added");
        library.add(&new_sticker(&png, "added")).map(drop)
    }),
    ("empty the trash", |library, _| library.empty_trash().map(drop)),
    ("add an adapter", |library, outside| add_adapter(library, outside, "2")),
    ("delete an adapter", |library, _| {
        let adapters = library.adapters()?;
        library.delete_adapter(&adapters[0].id)
    }),
    ("write a thumbnail", |library, _| {
        let ids = library.ids(&Query::default())?;
        library.write_thumbnail(&ids[0], b"new thumbnail")
    }),
];

const KEPT: [&str; 2] = ["kept", "trashed"];

fn prepare(fixture: &Fixture, outside: &Path) {
    fixture.add("kept");
    let trashed = fixture.add("trashed");
    fixture.library.trash(&[trashed]).unwrap();
    add_adapter(&fixture.library, outside, "1").unwrap();
}

fn add_adapter(library: &Library, outside: &Path, content: &str) -> Result<(), Error> {
    use sha2::{Digest, Sha256};
    let file = outside.join("adapter.safetensors");
    fs::write(&file, content).unwrap();
    let sha256 = crate::add::hexadecimal(&Sha256::digest(content));
    let new = NewAdapter {
        name: content,
        file: &file,
        sha256: &sha256,
        bytes: content.len() as u64,
        rank: None,
        form: "kohya".to_owned(),
    };
    library.add_adapter(&new).map(drop)
}

/// Every listed sticker has a whole picture, every adapter its file, and there is no other file but what was kept apart.
fn check(fixture: &Fixture, deed: &str, point: u32) {
    let library = &fixture.library;
    let context = format!("{deed}, point {point}");
    let ids = |trash| {
        library
            .ids(&Query {
                trash,
                ..Query::default()
            })
            .unwrap()
    };
    let listed: Vec<StickerId> = [ids(false), ids(true)].concat();
    for id in &listed {
        assert!(is_whole(&fs::read(library.file(id)).unwrap()), "{context}");
    }
    let adapters = library.adapters().unwrap();
    for adapter in &adapters {
        assert_eq!(
            fs::read_to_string(library.adapter_file(&adapter.id)).unwrap(),
            adapter.name,
            "{context}"
        );
    }
    let folder = fixture.folder.path();
    assert_eq!(files(&folder.join("stickers")).len(), listed.len(), "{context}");
    assert_eq!(files(&folder.join("adapters")).len(), adapters.len(), "{context}");
    assert_eq!(files(&folder.join("parts")).len(), 0, "{context}");
    for file in files(&folder.join("recovered")) {
        let whole =
            file.extension().is_some_and(|ending| ending == "safetensors") || is_whole(&fs::read(&file).unwrap());
        assert!(whole, "{context}: {}", file.display());
    }
    let mut prompts = fixture.prompts(&Query::default());
    prompts.extend(fixture.prompts(&Query {
        trash: true,
        ..Query::default()
    }));
    prompts.retain(|prompt| KEPT.contains(&prompt.as_str()));
    let emptied = deed == "empty the trash" && prompts == ["kept"];
    assert!(prompts == KEPT || emptied, "{context}: {prompts:?}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// Lets the `number`th point from now do `then`.
fn arm(number: u32, then: impl Fn() -> io::Result<()> + 'static) {
    let mut passed = 0;
    fault::arm(Some(Box::new(move |_| {
        passed += 1;
        if passed == number { then() } else { Ok(()) }
    })));
}

#[test]
fn a_full_disk_at_any_point_leaves_nothing_half_done() {
    let outside = tempfile::tempdir().unwrap();
    for (name, deed) in DEEDS {
        let mut failures = 0;
        for point in 1.. {
            let fixture = Fixture::new();
            prepare(&fixture, outside.path());
            arm(point, || Err(io::ErrorKind::StorageFull.into()));
            let result = deed(&fixture.library, outside.path());
            fault::arm(None);
            check_unless_tidying(&fixture, name, point);
            match result {
                Err(error) => {
                    assert_eq!(error.kind, ErrorKind::Full, "{name}, point {point}: {error}");
                    failures += 1;
                    deed(&fixture.library, outside.path()).unwrap();
                }
                Ok(()) if point > 20 => break,
                Ok(()) => {}
            }
            let (fixture, _) = fixture.reopened(|_| {});
            check(&fixture, name, point);
        }
        assert!(failures > 0, "{name}");
    }
}

/// Deleted files may stay until the next start; everything else is right at once.
fn check_unless_tidying(fixture: &Fixture, name: &str, point: u32) {
    if !["empty the trash", "delete an adapter"].contains(&name) {
        check(fixture, name, point);
    }
}

#[test]
fn a_database_without_room_says_so_and_goes_on() {
    let fixture = Fixture::new();
    fixture.add("kept");
    fixture
        .library
        .database
        .write(|transaction| {
            let pages: u32 = transaction.pragma_query_value(None, "page_count", |row| row.get(0))?;
            Ok(transaction.pragma_update(None, "max_page_count", pages)?)
        })
        .unwrap();
    let long = "many different words ".repeat(2000);
    let png = png("big");
    let error = fixture.library.add(&new_sticker(&png, &long)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Full);
    assert!(
        error
            .to_string()
            .starts_with("the disk is full; make room and try again: ")
    );
    assert_eq!(files(&fixture.folder.path().join("stickers")).len(), 1);
    assert_eq!(files(&fixture.folder.path().join("thumbnails")).len(), 1);
    fixture
        .library
        .database
        .write(|transaction| Ok(transaction.pragma_update(None, "max_page_count", 1 << 30)?))
        .unwrap();
    fixture.library.add(&new_sticker(&png, &long)).unwrap();
    assert_eq!(fixture.library.page(&Query::default(), 0, 0).unwrap().total, 2);
}

const FOLDER: &str = "LIBRARY_TEST_FOLDER";
const DEED: &str = "LIBRARY_TEST_DEED";
const POINT: &str = "LIBRARY_TEST_POINT";

#[test]
fn a_kill_at_any_point_leaves_nothing_half_done() {
    let outside = tempfile::tempdir().unwrap();
    for (index, (name, _)) in DEEDS.into_iter().enumerate() {
        let mut kills = 0;
        for point in 1.. {
            let fixture = Fixture::new();
            prepare(&fixture, outside.path());
            let (fixture, repairs) = fixture.reopened(|folder| {
                let child = Command::new(env::current_exe().unwrap())
                    .args(["--exact", "tests::faults::child", "--ignored"])
                    .env(FOLDER, folder)
                    .env(DEED, index.to_string())
                    .env(POINT, point.to_string())
                    .output()
                    .unwrap();
                kills += u32::from(!child.status.success());
            });
            check(&fixture, name, point);
            if kills < point {
                assert!(repairs.is_empty(), "{name}: {repairs:?}");
                break;
            }
        }
        assert!(kills > 2, "{name}: {kills}");
    }
}

#[test]
#[ignore = "it is the child that a_kill_at_any_point_leaves_nothing_half_done kills"]
fn child() {
    let Ok(folder) = env::var(FOLDER) else { return };
    let number = |name| env::var(name).unwrap().parse::<u32>().unwrap();
    let library = Library::open(Path::new(&folder)).unwrap().library;
    let outside = tempfile::tempdir().unwrap();
    arm(number(POINT), || process::abort());
    DEEDS[number(DEED) as usize].1(&library, outside.path()).unwrap();
}
