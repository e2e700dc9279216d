//! Libraries that earlier versions wrote.

use std::fs;
use std::slice::from_ref;

use rusqlite::Connection;

use super::png;
use crate::{Alignment, Bucket, JobState, Library, NewJob, Origin, Query, StickerId};

/// What a library held when its database had this version: SQL alone, for the code of that day is gone.
const VERSION_1: &str = "
    INSERT INTO sticker VALUES
        (1, '01arz3ndektsv4rrffq69g5fav', 1469918176385, 512, 512, 'made', 1, 'strong', 4, -1, 'emotion', 'cpu', NULL, 'aa', 'a red cat'),
        (2, '01arz3ndektsv4rrffq69g5fax', 1469918176386, 512, 256, 'imported', 0, NULL, NULL, NULL, NULL, NULL, 1469918176999, 'bb', '一只猫');
    INSERT INTO sticker_detail VALUES
        (1, 10, 'cc', 'ugly', 'built-in', 'dd', '{\"seed\": 1}', NULL),
        (2, 20, 'ee', '', NULL, NULL, NULL, 'Steps: 4');
    INSERT INTO tag VALUES (1, 'Pets', 'pets');
    INSERT INTO sticker_tag VALUES (1, 1), (2, 1);
    INSERT INTO style_set VALUES (1, '01arz3ndektsv4rrffq69g5faz', 'My Set', 'my set', 1469918176387);
    INSERT INTO set_sticker VALUES (1, 1);
    INSERT INTO words (rowid, prompt, tags) VALUES (1, 'a red cat', 'Pets'), (2, ' 一  只  猫 ', 'Pets');
    PRAGMA user_version = 1;";

#[test]
fn a_library_of_version_1_opens_whole() {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(folder.path().join("library.sqlite")).unwrap();
    database.execute_batch(include_str!("../schema/1.sql")).unwrap();
    database.execute_batch(VERSION_1).unwrap();
    drop(database);
    let ids = ["01arz3ndektsv4rrffq69g5fav", "01arz3ndektsv4rrffq69g5fax"];
    for id in ids {
        let shard = folder.path().join("stickers").join(&id[24..]);
        fs::create_dir_all(&shard).unwrap();
        fs::write(shard.join(format!("{id}.png")), png(id)).unwrap();
    }

    let opened = Library::open(folder.path()).unwrap();
    assert!(opened.repairs.is_empty(), "{:?}", opened.repairs);
    let library = opened.library;
    let [cat, imported] = ids.map(|id| id.parse::<StickerId>().unwrap());
    let record = library.sticker(&cat).unwrap().unwrap();
    let sticker = &record.sticker;
    assert_eq!(
        (sticker.prompt.as_str(), sticker.seed, sticker.favourite),
        ("a red cat", Some(u64::MAX), true)
    );
    assert_eq!(
        (sticker.rating.alignment, sticker.rating.quality),
        (Some(Alignment::Strong), Some(4))
    );
    assert_eq!((sticker.bucket, sticker.origin), (Some(Bucket::Emotion), Origin::Made));
    assert_eq!((record.bytes, record.sha256.as_str()), (10, "cc"));
    assert_eq!(record.recipe.as_deref(), Some("{\"seed\": 1}"));
    assert_eq!((record.tags, record.sets.len()), (vec!["Pets".to_owned()], 1));
    let trashed = library.sticker(&imported).unwrap().unwrap();
    assert_eq!(trashed.sticker.trashed_at, Some(1469918176999));
    assert_eq!(trashed.parameters.as_deref(), Some("Steps: 4"));
    let found = |text: &str, trash| {
        let text = text.to_owned();
        library
            .ids(&Query {
                text,
                trash,
                ..Query::default()
            })
            .unwrap()
    };
    assert_eq!(found("cat pets", false), from_ref(&cat));
    assert_eq!(found("猫", true), [imported]);

    // And what came later works on it.
    let new = NewJob {
        title: "",
        request: "{}",
        pictures: 1,
        prompts: &[],
    };
    let job = library.add_job(&new).unwrap();
    assert_eq!(job.state, JobState::Queued);
    let png = png("new");
    let mut new = super::new_sticker(&png, "new");
    new.job = Some((&job.id, 0));
    library.add(&new).unwrap();
    assert_eq!(library.empty_trash().unwrap(), 1);
    assert_eq!(library.facets().unwrap().total, 2);
}

/// A released migration is never changed: this is what version 1 and 2 are, whatever is added later.
#[test]
fn released_schemas_stay() {
    use sha2::{Digest, Sha256};
    let hash = |text: &str| crate::add::hexadecimal(&Sha256::digest(text))[..16].to_owned();
    assert_eq!(hash(include_str!("../schema/1.sql")), "0d36d050de4efd9d");
    assert_eq!(hash(include_str!("../schema/2.sql")), "b4fd12e1cda99cde");
}
