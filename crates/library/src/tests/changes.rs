//! What a person does to stickers.

use std::slice::from_ref;
use std::sync::Arc;
use std::{io, mem};

use super::{Fixture, new_sticker, png, strings};
use crate::{ErrorKind, Library, Query, Rating, StickerId, fault};

#[test]
fn only_the_trash_is_emptied() {
    let fixture = Fixture::new();
    let (kept, gone) = (fixture.add("kept"), fixture.add("gone"));
    let library = &fixture.library;
    library.change_tags(from_ref(&gone), &strings(&["old"]), &[]).unwrap();
    library.trash(&[kept.clone(), gone.clone()]).unwrap();
    library.restore(from_ref(&kept)).unwrap();
    let trash = Query {
        trash: true,
        ..Query::default()
    };
    assert_eq!(library.ids(&trash).unwrap(), from_ref(&gone));
    assert_eq!(library.ids(&Query::default()).unwrap(), from_ref(&kept));
    assert_eq!(library.empty_trash().unwrap(), 1);
    assert_eq!(library.empty_trash().unwrap(), 0);
    assert!(!library.file(&gone).exists() && !library.thumbnail(&gone).exists());
    assert!(library.file(&kept).exists() && library.thumbnail(&kept).exists());
    assert_eq!(library.sticker(&gone).unwrap(), None);
    assert!(library.facets().unwrap().tags.is_empty());
    let (_, repairs) = fixture.reopened(|_| {});
    assert!(repairs.is_empty(), "{repairs:?}");
}

/// While one thread removes files, another commits that more are to go, and does not come to remove them.
#[test]
fn what_another_thread_deletes_meanwhile_is_not_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let library = Arc::new(Library::open(folder.path()).unwrap().library);
    let png = png("x");
    let ids = ["first", "second"].map(|prompt| library.add(&new_sticker(&png, prompt)).unwrap().id);
    library.trash(&ids[..1]).unwrap();
    let (other, second) = (Arc::clone(&library), ids[1].clone());
    let mut begun = false;
    fault::arm(Some(Box::new(move |point| {
        if point == "before a file is removed" && !mem::replace(&mut begun, true) {
            let (library, id) = (Arc::clone(&other), second.clone());
            let thread = std::thread::Builder::new().name("other".to_owned());
            let thread = thread.spawn(move || {
                library.trash(&[id]).unwrap();
                fault::arm(Some(Box::new(|point| match point {
                    "before a file is removed" => Err(io::ErrorKind::PermissionDenied.into()),
                    _ => Ok(()),
                })));
                assert_eq!(library.empty_trash().unwrap(), 1);
            });
            thread.unwrap().join().unwrap();
        }
        Ok(())
    })));
    assert_eq!(library.empty_trash().unwrap(), 1);
    fault::arm(None);
    assert!(!library.file(&ids[0]).exists() && library.file(&ids[1]).exists());
    assert_eq!(library.remove_doomed_files().unwrap(), 1);
    assert!(!library.file(&ids[1]).exists());
    assert_eq!(library.remove_doomed_files().unwrap(), 0);
}

#[test]
fn the_trash_keeps_its_time() {
    let fixture = Fixture::new();
    let id = [fixture.add("cat")];
    let time = || fixture.library.sticker(&id[0]).unwrap().unwrap().sticker.trashed_at;
    fixture.library.trash(&id).unwrap();
    let first = time();
    std::thread::sleep(std::time::Duration::from_millis(3));
    fixture.library.trash(&id).unwrap();
    assert!(first.is_some() && time() == first);
}

#[test]
fn an_unknown_id_changes_nothing() {
    let fixture = Fixture::new();
    let unknown: StickerId = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    let ids = [fixture.add("cat"), unknown];
    let library = &fixture.library;
    for failure in [
        library.set_favourite(&ids, true),
        library.rate(
            &ids,
            Rating {
                alignment: None,
                quality: Some(1),
            },
        ),
        library.trash(&ids),
        library.change_tags(&ids, &strings(&["tag"]), &[]),
    ] {
        assert_eq!(failure.unwrap_err().kind, ErrorKind::NotFound);
    }
    let sticker = library.sticker(&ids[0]).unwrap().unwrap();
    assert!(!sticker.sticker.favourite && sticker.sticker.trashed_at.is_none() && sticker.tags.is_empty());
}

#[test]
fn quality_is_one_to_five() {
    let fixture = Fixture::new();
    let id = [fixture.add("cat")];
    for quality in [0, 6, 255] {
        let rating = Rating {
            alignment: None,
            quality: Some(quality),
        };
        assert_eq!(fixture.library.rate(&id, rating).unwrap_err().kind, ErrorKind::Input);
    }
}
