//! Libraries that earlier versions wrote.

use std::fs;
use std::slice::from_ref;

use rusqlite::Connection;
use tempfile::TempDir;

use super::png;
use crate::{Alignment, Bucket, JobId, JobState, Library, NewJob, Origin, Query, StickerId};

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

/// What version 2 brought.
const VERSION_2: &str = "
    INSERT INTO adapter VALUES ('01arz3ndektsv4rrffq69g5fb1', 'felt', 'ff', 7, 8, 'kohya', 1469918176388);
    INSERT INTO sticker_adapter VALUES (1, 'ff', 'felt', 0.5);
    INSERT INTO pack VALUES ('01arz3ndektsv4rrffq69g5fb2', 'Cats', 'me', 1469918176389);
    INSERT INTO pack_sticker VALUES ('01arz3ndektsv4rrffq69g5fb2', 0, 1, '😀');
    INSERT INTO job VALUES ('01arz3ndektsv4rrffq69g5fb3', 1, 1469918176390, 'a job', 'done', '{}', 1, NULL);
    INSERT INTO job_prompt VALUES ('01arz3ndektsv4rrffq69g5fb3', 0, 'a red cat');
    UPDATE sticker SET job = '01arz3ndektsv4rrffq69g5fb3', tile = 0 WHERE number = 1;
    INSERT INTO note VALUES ('key', 'value');
    PRAGMA user_version = 2;";

const IDS: [&str; 2] = ["01arz3ndektsv4rrffq69g5fav", "01arz3ndektsv4rrffq69g5fax"];

/// The files of a library whose database these make.
fn written(steps: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(folder.path().join("library.sqlite")).unwrap();
    for step in steps {
        database.execute_batch(step).unwrap();
    }
    for id in IDS {
        let shard = folder.path().join("stickers").join(&id[24..]);
        fs::create_dir_all(&shard).unwrap();
        fs::write(shard.join(format!("{id}.png")), png(id)).unwrap();
    }
    folder
}

/// Opens it twice: the second time nothing is left to do.
fn opened(folder: &TempDir) -> Library {
    for _ in 0..2 {
        let opened = Library::open(folder.path()).unwrap();
        assert!(opened.repairs.is_empty(), "{:?}", opened.repairs);
    }
    Library::open(folder.path()).unwrap().library
}

#[test]
fn a_library_of_version_1_opens_whole() {
    let folder = written(&[include_str!("../schema/1.sql"), VERSION_1]);
    check(&opened(&folder));
}

#[test]
fn libraries_of_versions_2_and_3_open_whole() {
    let version_2 = [
        include_str!("../schema/1.sql"),
        VERSION_1,
        include_str!("../schema/2.sql"),
        VERSION_2,
    ];
    let version_3 = [include_str!("../schema/3.sql"), "PRAGMA user_version = 3;"];
    for steps in [version_2.to_vec(), [version_2.as_slice(), &version_3].concat()] {
        let folder = written(&steps);
        fs::create_dir(folder.path().join("adapters")).unwrap();
        fs::write(
            folder.path().join("adapters/01arz3ndektsv4rrffq69g5fb1.safetensors"),
            "weights",
        )
        .unwrap();
        check_2(&opened(&folder));
    }
}

/// What versions 1 and 2 held is all there.
fn check_2(library: &Library) {
    let adapters = library.adapters().unwrap();
    assert_eq!((adapters[0].name.as_str(), adapters[0].uses), ("felt", 1));
    let pack = library
        .pack(&"01arz3ndektsv4rrffq69g5fb2".parse().unwrap())
        .unwrap()
        .unwrap();
    assert_eq!((pack.pack.title.as_str(), pack.cover), ("Cats", None));
    assert_eq!(
        (pack.stickers[0].emoji.concat().as_str(), pack.stickers[0].text.as_str()),
        ("😀", "")
    );
    let job: JobId = "01arz3ndektsv4rrffq69g5fb3".parse().unwrap();
    let made = library
        .ids(&Query {
            job: Some(job),
            ..Query::default()
        })
        .unwrap();
    assert_eq!(made[0].as_str(), IDS[0]);
    assert_eq!(library.note("key").unwrap().as_deref(), Some("value"));
    check(library);
}

/// What version 1 held is all there.
fn check(library: &Library) {
    let [cat, imported] = IDS.map(|id| id.parse::<StickerId>().unwrap());
    assert_eq!(library.find_by_file_sha256("cc").unwrap().as_ref(), Some(&cat));
    assert_eq!(library.find_by_file_sha256("ff").unwrap(), None);
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

/// A released migration is never changed: this is what versions 1 to 4 are, whatever is added later.
#[test]
fn released_schemas_stay() {
    use sha2::{Digest, Sha256};
    let hash = |text: &str| crate::add::hexadecimal(&Sha256::digest(text))[..16].to_owned();
    assert_eq!(hash(include_str!("../schema/1.sql")), "0d36d050de4efd9d");
    assert_eq!(hash(include_str!("../schema/2.sql")), "b4fd12e1cda99cde");
    assert_eq!(hash(include_str!("../schema/3.sql")), "40c36c1aa7a0925a");
    assert_eq!(hash(include_str!("../schema/4.sql")), "0ff7655aeaf6ad9e");
}
