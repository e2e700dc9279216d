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
fn what_is_a_persons_own_stays() {
    let own = [
        "parts/film.mkv.part",
        "parts/.tmpmine.txt",
        "parts/folder/.tmpabcdef.part",
        "parts/.tmpfolder.part/x",
        "adapters/my style.safetensors",
        "adapters/01arz3ndektsv4rrffq69g5fav.safetensors/x",
        "stickers/av/holiday.png",
        "stickers/av/01arz3ndektsv4rrffq69g5fav.png/x",
        "stickers/holiday/01arz3ndektsv4rrffq69g5fav.png",
    ];
    let folder = tempfile::tempdir().unwrap();
    for path in own {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "a person's own").unwrap();
    }
    let opened = Library::open(folder.path()).unwrap();
    assert!(opened.repairs.is_empty(), "{:?}", opened.repairs);
    for path in own {
        assert!(folder.path().join(path).exists(), "{path}");
    }
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
        fs::write(folder.join("stickers/0a"), "a file like a shard").unwrap();
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
    let job: crate::JobId = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    let id = fixture
        .add_with("lost", |new| {
            new.recipe = Some(r#"{"seed": 7}"#);
            new.negative_prompt = "ugly";
            new.job = Some((&job, 3));
        })
        .id;
    let library = &fixture.library;
    let rating = crate::Rating {
        alignment: Some(crate::Alignment::Weak),
        quality: Some(4),
    };
    library.rate(from_ref(&id), rating).unwrap();
    library.set_favourite(from_ref(&id), true).unwrap();
    library
        .change_tags(from_ref(&id), &super::strings(&["pets"]), &[])
        .unwrap();
    let set = library.create_set("My Set").unwrap().id;
    library.add_to_set(&set, from_ref(&id)).unwrap();
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
    let created = json["createdAt"].clone();
    assert!(created.is_i64(), "{created}");
    assert_eq!(
        json,
        serde_json::json!({
            "id": id,
            "prompt": "lost",
            "negativePrompt": "ugly",
            "seed": null,
            "createdAt": created,
            "favourite": true,
            "rating": {"alignment": "weak", "quality": 4},
            "sets": ["My Set"],
            "tags": ["pets"],
            "job": job,
            "tile": 3,
            "recipe": {"seed": 7},
            "parameters": null,
        })
    );
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
        error.to_string().starts_with(
            "the pictures of 1 of 1 stickers are missing, maybe with the disk they are on; put them back,"
        ),
        "{error}"
    );
    assert!(!pictures.exists());
    // Where a disk is mounted there is a folder without it.
    fs::create_dir(&pictures).unwrap();
    assert_eq!(Library::open(folder.path()).unwrap_err(), error);
    fs::remove_dir(&pictures).unwrap();
    fs::rename(&away, &pictures).unwrap();
    let opened = Library::open(folder.path()).unwrap();
    assert!(opened.repairs.is_empty());
    assert!(opened.library.sticker(&id).unwrap().is_some());
}

/// Changes nothing before a person has had a word.
#[test]
fn many_pictures_do_not_go_missing_unasked() {
    let fixture = Fixture::new();
    let ids: Vec<_> = (0..14).map(|number| fixture.add(&number.to_string())).collect();
    fixture.library.trash(&ids[12..13]).unwrap();
    let files: Vec<_> = ids.iter().map(|id| fixture.library.file(id)).collect();
    // Deleted, but its file is not gone yet.
    let doomed = "01arz3ndektsv4rrffq69g5fav";
    let away = tempfile::tempdir().unwrap();
    let Fixture { library, folder } = fixture;
    drop(library);
    let database = rusqlite::Connection::open(folder.path().join("library.sqlite")).unwrap();
    database
        .execute("INSERT INTO doomed_file (id) VALUES (?1)", [doomed])
        .unwrap();
    drop(database);
    let stray = folder.path().join("stickers/zz/01arz3ndektsv4rrffq69g5fzz.png");
    fs::create_dir_all(stray.parent().unwrap()).unwrap();
    fs::write(&stray, png("stray")).unwrap();
    for (number, file) in files[..11].iter().enumerate() {
        fs::rename(file, away.path().join(number.to_string())).unwrap();
    }
    let error = Library::open(folder.path()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Damaged);
    assert!(
        error
            .to_string()
            .starts_with("the pictures of 11 of 14 stickers are missing"),
        "{error}"
    );
    assert!(stray.exists());
    let database = rusqlite::Connection::open(folder.path().join("library.sqlite")).unwrap();
    let counts: (u32, u32) = database
        .query_row(
            "SELECT (SELECT count(*) FROM sticker), (SELECT count(*) FROM doomed_file)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(counts, (14, 1));
    drop(database);

    // Ten may.
    fs::rename(away.path().join("10"), &files[10]).unwrap();
    let opened = Library::open(folder.path()).unwrap();
    assert_eq!(opened.repairs.len(), 3, "{:?}", opened.repairs);
    assert_eq!(opened.library.page(&Query::default(), 0, 0).unwrap().total, 3);
    drop(opened);

    // And all, when a person says so, once.
    fs::rename(folder.path().join("stickers"), away.path().join("stickers")).unwrap();
    let consent = folder.path().join("go-on-without-pictures");
    let error = Library::open(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("; put them back, or make an empty folder go-on-without-pictures to go on without"),
        "{error}"
    );
    fs::create_dir(&consent).unwrap();
    let opened = Library::open(folder.path()).unwrap();
    assert_eq!(opened.repairs.len(), 1, "{:?}", opened.repairs);
    assert_eq!(opened.library.page(&Query::default(), 0, 0).unwrap().total, 0);
    assert!(!consent.exists());
    let recovered = fs::read_dir(folder.path().join("recovered")).unwrap().count();
    assert_eq!(recovered, 15, "14 rows and a picture");
}

/// As EIO, EACCES and ESTALE are, which root does not get.
#[cfg(unix)]
#[test]
fn what_cannot_be_looked_at_is_not_missing() {
    let fixture = Fixture::new();
    let (first, second) = (fixture.add("first"), fixture.add("second"));
    let file = fixture.library.file(&first);
    let Fixture { library, folder } = fixture;
    drop(library);
    let away = folder.path().join("away");
    for path in [file.parent().unwrap(), &folder.path().join("stickers")] {
        fs::rename(path, &away).unwrap();
        std::os::unix::fs::symlink(path, path).unwrap();
        let error = Library::open(folder.path()).unwrap_err();
        assert!(
            error.to_string().starts_with("could not look into the folder"),
            "{error}"
        );
        fs::remove_file(path).unwrap();
        fs::rename(&away, path).unwrap();
    }
    let opened = Library::open(folder.path()).unwrap();
    assert!(opened.repairs.is_empty(), "{:?}", opened.repairs);
    assert_eq!(opened.library.ids(&Query::default()).unwrap(), [second, first]);
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
    fixture.add("dog");
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
    database
        .execute("UPDATE sticker SET id = '../../x' WHERE number = 1", [])
        .unwrap();
    drop(database);
    let error = Library::open(folder.path()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Input);
    assert!(folder.path().join("x.png").exists());
}
