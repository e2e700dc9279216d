//! What a person does to stickers.

use std::slice::from_ref;

use super::{Fixture, strings};
use crate::{ErrorKind, Query, Rating, StickerId};

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
