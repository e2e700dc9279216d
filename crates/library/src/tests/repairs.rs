//! What a start finds amiss.

use std::fs;
use std::slice::from_ref;

use super::{Fixture, png};
use crate::{ErrorKind, Library, Query};

#[test]
fn unfinished_files_go() {
    let (fixture, repairs) = Fixture::new().reopened(|folder| {
        fs::write(folder.join("parts/.tmpabc.part"), "half").unwrap();
        fs::write(folder.join("parts/.tmpdef.part"), "half").unwrap();
    });
    assert_eq!(repairs, ["2 unfinished files were removed"]);
    assert_eq!(fs::read_dir(fixture.folder.path().join("parts")).unwrap().count(), 0);
}

#[test]
fn a_picture_without_a_row_is_kept_apart() {
    let fixture = Fixture::new();
    fixture.add("listed");
    let (fixture, repairs) = fixture.reopened(|folder| {
        for (shard, id) in [
            ("av", "01arz3ndektsv4rrffq69g5fav"),
            ("zz", "01arz3ndektsv4rrffq69g5faw"),
        ] {
            fs::create_dir_all(folder.join("stickers").join(shard)).unwrap();
            fs::write(folder.join("stickers").join(shard).join(format!("{id}.png")), png(id)).unwrap();
        }
        fs::write(folder.join("stickers/zz/notes.txt"), "a person's own").unwrap();
        fs::write(folder.join("stickers/.directory"), "a desktop's own").unwrap();
    });
    let recovered = fixture.folder.path().join("recovered");
    assert_eq!(
        repairs,
        [format!(
            "2 pictures that were not in the library yet were kept: {}",
            recovered.display()
        )]
    );
    let id = "01arz3ndektsv4rrffq69g5fav";
    assert_eq!(fs::read(recovered.join(format!("{id}.png"))).unwrap(), png(id));
    assert!(fixture.folder.path().join("stickers/zz/notes.txt").exists());
    assert_eq!(fixture.prompts(&Query::default()), ["listed"]);
    let (_, repairs) = fixture.reopened(|_| {});
    assert!(repairs.is_empty(), "{repairs:?}");
}

#[test]
fn a_row_without_a_picture_leaves_its_recipe() {
    let fixture = Fixture::new();
    let kept = fixture.add("kept");
    let id = fixture.add_with("lost", |new| new.recipe = Some(r#"{"seed": 7}"#)).id;
    fixture.library.trash(from_ref(&id)).unwrap();
    let (picture, thumbnail) = (fixture.library.file(&id), fixture.library.thumbnail(&id));
    let (fixture, repairs) = fixture.reopened(|_| fs::remove_file(picture).unwrap());
    let recovered = fixture.folder.path().join("recovered");
    assert_eq!(
        repairs,
        [format!(
            "a sticker has lost its picture; how it was made was kept: {}",
            recovered.display()
        )]
    );
    let json = fs::read(recovered.join(format!("{id}.json"))).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&json["prompt"], &json["recipe"]["seed"]), (&"lost".into(), &7.into()));
    assert!(!thumbnail.exists());
    assert_eq!(fixture.library.sticker(&id).unwrap(), None);
    assert_eq!(fixture.library.ids(&Query::default()).unwrap(), [kept]);
    assert_eq!(fixture.found("lost"), [""; 0]);
}

#[test]
fn without_any_pictures_nothing_goes() {
    let fixture = Fixture::new();
    let id = fixture.add("cat");
    let Fixture { library, folder } = fixture;
    drop(library);
    let (pictures, away) = (folder.path().join("stickers"), folder.path().join("away"));
    fs::rename(&pictures, &away).unwrap();
    let error = Library::open(folder.path()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Damaged);
    assert!(
        error
            .to_string()
            .starts_with("the folder with the pictures of 1 stickers is missing; put it back")
    );
    fs::rename(&away, &pictures).unwrap();
    let opened = Library::open(folder.path()).unwrap();
    assert!(opened.repairs.is_empty());
    assert!(opened.library.sticker(&id).unwrap().is_some());
}

#[test]
fn adapters_are_matched_too() {
    let fixture = Fixture::new();
    let file = fixture.folder.path().join("felt.safetensors");
    fs::write(&file, "x").unwrap();
    let new = crate::NewAdapter {
        name: "felt",
        file: &file,
        sha256: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        bytes: 1,
        rank: None,
        form: "diffusers".to_owned(),
    };
    let id = fixture.library.add_adapter(&new).unwrap().id;
    let adapter = fixture.library.adapter_file(&id);
    let stray = "01arz3ndektsv4rrffq69g5fav.safetensors";
    let (fixture, repairs) =
        fixture.reopened(|folder| fs::rename(&adapter, folder.join("adapters").join(stray)).unwrap());
    let recovered = fixture.folder.path().join("recovered");
    let kept = format!(
        "an adapter that was not in the library yet was kept: {}",
        recovered.display()
    );
    assert_eq!(
        repairs,
        [kept.as_str(), "an adapter has lost its file; import it again"]
    );
    assert!(recovered.join(stray).exists());
    fixture.library.add_adapter(&new).unwrap();
    let (_, repairs) = fixture.reopened(|_| {});
    assert!(repairs.is_empty(), "{repairs:?}");
}

#[test]
fn a_hostile_row_names_no_file_outside() {
    let fixture = Fixture::new();
    fixture.add("cat");
    let (fixture, _) = fixture.reopened(|folder| {
        fs::write(folder.join("x.png"), "a person's own").unwrap();
        let database = rusqlite::Connection::open(folder.join("library.sqlite")).unwrap();
        database
            .execute("INSERT INTO doomed_file (id) VALUES ('../../x'), ('é')", [])
            .unwrap();
    });
    assert!(fixture.folder.path().join("x.png").exists());
    let Fixture { library, folder } = fixture;
    drop(library);
    let database = rusqlite::Connection::open(folder.path().join("library.sqlite")).unwrap();
    database.execute("UPDATE sticker SET id = '../../x'", []).unwrap();
    drop(database);
    let error = Library::open(folder.path()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Input);
    assert!(folder.path().join("x.png").exists());
}
