//! Stickers are listed and looked up.

use std::fs;

use rusqlite::StatementStatus;

use super::Fixture;
use crate::filter::Filter;
use crate::stickers::{BY_FILE, listing};
use crate::{Query, StickerId};

#[test]
fn pages_tile_the_list() {
    let fixture = Fixture::new();
    for number in 0..7 {
        fixture.add(&format!("{number}"));
    }
    let page = |offset, limit| fixture.library.page(&Query::default(), offset, limit).unwrap();
    let ids = fixture.library.ids(&Query::default()).unwrap();
    let pages: Vec<StickerId> = [0, 3, 6]
        .iter()
        .flat_map(|&offset| page(offset, 3).stickers)
        .map(|sticker| sticker.id)
        .collect();
    assert_eq!(pages, ids);
    assert!(ids.is_sorted_by(|a, b| a > b), "newest first, and ids rise with time");
    let behind = page(100, 3);
    assert_eq!((behind.total, behind.offset, behind.stickers.len()), (7, 100, 0));
}

/// Each statement that stays prepared pushes another one out.
#[test]
fn one_statement_lists_every_page() {
    let fixture = Fixture::new();
    fixture.add("cat");
    for (offset, limit) in [(0, 10), (0, 20), (7, 20)] {
        fixture.library.page(&Query::default(), offset, limit).unwrap();
    }
    let runs = fixture.library.database.read(|transaction| {
        let text = listing(&Filter::of(&Query::default()));
        Ok(transaction.prepare_cached(&text)?.get_status(StatementStatus::Run))
    });
    assert_eq!(runs.unwrap(), 3);
}

#[test]
fn a_file_is_found_without_a_look_at_every_recipe() {
    let fixture = Fixture::new();
    let id = fixture.add("cat");
    let sha256 = fixture.library.sticker(&id).unwrap().unwrap().sha256;
    assert_eq!(fixture.library.find_by_file_sha256(&sha256).unwrap(), Some(id));
    let plan: Vec<String> = fixture
        .library
        .database
        .read(|transaction| {
            let mut statement = transaction.prepare(&format!("EXPLAIN QUERY PLAN {BY_FILE}"))?;
            let plan = statement
                .query_map([&sha256], |row| row.get("detail"))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(plan)
        })
        .unwrap();
    assert!(plan.iter().all(|step| !step.starts_with("SCAN")), "{plan:?}");
    assert!(plan[0].contains("sticker_detail_sha256"), "{plan:?}");
}

#[test]
fn pixels_are_found_outside_the_trash() {
    let fixture = Fixture::new();
    let sticker = fixture.add_with("", |new| new.pixels_sha256 = "12ab").id;
    assert_eq!(fixture.library.find_by_sha256("12ab").unwrap(), Some(sticker.clone()));
    assert_eq!(fixture.library.find_by_sha256("12").unwrap(), None);
    fixture.library.trash(&[sticker]).unwrap();
    assert_eq!(fixture.library.find_by_sha256("12ab").unwrap(), None);
}

#[test]
fn a_missing_thumbnail_is_written_again() {
    let fixture = Fixture::new();
    let id = fixture.add("cat");
    let thumbnail = fixture.library.thumbnail(&id);
    fs::remove_file(&thumbnail).unwrap();
    let (fixture, repairs) = fixture.reopened(|_| {});
    assert!(repairs.is_empty(), "a missing thumbnail is no fault");
    fixture.library.write_thumbnail(&id, b"new").unwrap();
    assert_eq!(fs::read(thumbnail).unwrap(), b"new");
}

#[test]
fn an_unknown_sticker_is_none() {
    let fixture = Fixture::new();
    let id: StickerId = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    assert_eq!(fixture.library.sticker(&id).unwrap(), None);
}

#[test]
fn a_finished_sticker_remembers_its_source_even_when_that_is_gone() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let source = fixture.add("cat");
    assert_eq!(library.sticker(&source).unwrap().unwrap().finished, None);
    let png = super::png("finished");
    let mut new = super::new_sticker(&png, "cat");
    new.finished = Some((&source, "{}"));
    let finished = library.add(&new).unwrap().id;
    library.trash(std::slice::from_ref(&source)).unwrap();
    library.empty_trash().unwrap();
    let record = library.sticker(&finished).unwrap().unwrap();
    assert_eq!(record.finished, Some((source, "{}".to_owned())));
}
