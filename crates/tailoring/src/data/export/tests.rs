use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use image::{Rgba, RgbaImage};

use super::super::{PictureSource, read};
use super::*;

const ALL: [(Format, &str); 3] = [
    (Format::ImageFolder, "image_folder"),
    (Format::Kohya, "kohya"),
    (Format::WebDataset, "web_dataset"),
];

fn encode(number: u32, format: ImageFormat) -> Arc<[u8]> {
    let picture = RgbaImage::from_fn(20 + number, 24, |x, y| {
        Rgba([
            (x * 12) as u8,
            (y * number * 5) as u8,
            (number * 40) as u8,
            if x + number < 9 { 0 } else { 255 },
        ])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    match format {
        ImageFormat::Jpeg => image::DynamicImage::from(picture)
            .into_rgb8()
            .write_to(&mut bytes, format)
            .unwrap(),
        _ => picture.write_to(&mut bytes, format).unwrap(),
    }
    bytes.into_inner().into()
}

/// Six pictures of all forms, with names, captions and buckets of the awkward sort.
fn set() -> DataSet {
    let examples = [
        (
            "train/The Cat.v2.png",
            "a \"red\" cat, sitting: très\u{a0}chic 猫",
            Some("emotion × character / \"cats\""),
            ImageFormat::Png,
        ),
        (
            "the cat.v2.webp",
            "<lora:x:1> # no comment",
            Some("emotion × character / \"cats\""),
            ImageFormat::Png,
        ),
        (
            "../../etc/passwd",
            "{\"text\": 'json'}",
            Some("emotion × character   \"cats\""),
            ImageFormat::WebP,
        ),
        ("con.jpg", "plain", None, ImageFormat::Jpeg),
        ("", "no name", None, ImageFormat::Png),
        ("猫.png", "a,comma", Some("dogs"), ImageFormat::Png),
    ];
    let examples = examples
        .into_iter()
        .enumerate()
        .map(|(number, (name, caption, bucket, format))| Example {
            name: name.to_owned(),
            picture: PictureSource::Bytes(encode(number as u32, format)),
            caption: caption.to_owned(),
            bucket: bucket.map(str::to_owned),
        });
    let examples = examples.collect();
    DataSet { examples }
}

type Content = (String, Option<String>, Vec<u8>);

/// What matters of a set, without names and order.
fn contents(set: &DataSet) -> Vec<Content> {
    let contents = set.examples.iter().map(|example| {
        (
            example.caption.clone(),
            example.bucket.clone(),
            example.picture.bytes().unwrap(),
        )
    });
    let mut contents: Vec<_> = contents.collect();
    contents.sort();
    contents
}

fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn every_form_is_read_back_with_its_captions_buckets_and_bytes() {
    for (format, name) in ALL {
        let root = tempfile::tempdir().unwrap();
        let destination = root.path().join(name);
        let exported = export(&set(), format, &destination).unwrap();
        let (back, _) = read(&destination, &()).unwrap();
        assert_eq!(contents(&back), contents(&set()), "{name}");
        let files = tree(&destination);
        assert_eq!(exported.pictures, 6);
        assert_eq!(exported.files, files.len());
        assert_eq!(
            exported.bytes,
            files.values().map(|bytes| bytes.len() as u64).sum::<u64>()
        );
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "nothing else is left");
    }
}

#[test]
fn a_form_of_a_form_is_the_same_and_so_is_a_second_export() {
    let root = tempfile::tempdir().unwrap();
    for (format, name) in ALL {
        let [first, second, third] = ["1", "2", "3"].map(|number| root.path().join(format!("{name}{number}")));
        export(&set(), format, &first).unwrap();
        export(&set(), format, &second).unwrap();
        assert_eq!(tree(&first), tree(&second), "{name}");
        let (back, _) = read(&first, &()).unwrap();
        for (other, _) in ALL {
            export(&back, other, &third).unwrap();
            assert_eq!(
                contents(&read(&third, &()).unwrap().0),
                contents(&set()),
                "{name} to {other:?}"
            );
            fs::remove_dir_all(&third).unwrap();
        }
    }
}

#[test]
fn a_destination_with_something_in_it_is_refused_and_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let taken = root.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("mine.txt"), "mine").unwrap();
    let file = taken.join("mine.txt");
    for destination in [&taken, &file, &PathBuf::from("/")] {
        let error = export(&set(), Format::ImageFolder, destination).unwrap_err();
        assert!(matches!(error, DataError::Destination { .. }), "{error}");
    }
    assert_eq!(
        tree(root.path()).into_iter().collect::<Vec<_>>(),
        [(PathBuf::from("taken/mine.txt"), b"mine".to_vec())]
    );
    let empty = root.path().join("empty");
    fs::create_dir(&empty).unwrap();
    export(&set(), Format::ImageFolder, &empty).unwrap();
    assert!(empty.join("train/metadata.jsonl").is_file());
}

#[test]
fn an_export_that_fails_leaves_nothing_behind() {
    for (format, name) in ALL {
        let root = tempfile::tempdir().unwrap();
        let mut set = set();
        set.examples[5].picture = PictureSource::File(root.path().join("gone.png"));
        let error = export(&set, format, &root.path().join("new")).unwrap_err();
        assert!(error.to_string().ends_with("gone.png"), "{error}");
        set.examples[5].picture = PictureSource::Bytes(b"no picture".as_slice().into());
        export(&set, format, &root.path().join("new")).unwrap_err();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0, "{name}");
    }
    assert!(matches!(
        export(&DataSet::default(), Format::Kohya, Path::new("x")),
        Err(DataError::NothingToWrite)
    ));
}

#[test]
fn shards_stay_below_their_limit_and_lose_nothing() {
    let root = tempfile::tempdir().unwrap();
    let destination = root.path().join("shards");
    let limit = 8192;
    let mut writer = Writer::new(&destination).unwrap();
    web_dataset::write(&set(), limit, &mut writer).unwrap();
    writer.publish().unwrap();
    let shards = tree(&destination);
    let names: Vec<_> = shards.keys().map(|path| path.to_str().unwrap()).collect();
    assert_eq!(names, ["00000.tar", "00001.tar", "00002.tar"][..names.len()]);
    assert!(shards.len() > 1);
    assert!(shards.values().all(|bytes| bytes.len() as u64 <= limit));
    assert_eq!(contents(&read(&destination, &()).unwrap().0), contents(&set()));
}

/// `[caption, bucket, width, height]` of every picture, as the other tools read them.
#[test]
#[ignore = "needs STICKER_PYTHON, a Python with datasets, webdataset, toml and Pillow; see fixtures/check_exports.py"]
fn the_tools_they_are_for_read_the_exports() {
    let root = tempfile::tempdir().unwrap();
    for (format, name) in ALL {
        export(&set(), format, &root.path().join(name)).unwrap();
    }
    let python = std::env::var_os("STICKER_PYTHON").unwrap();
    let script = include_str!("../fixtures/check_exports.py");
    let output = std::process::Command::new(python)
        .args(["-c", script])
        .arg(root.path())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    println!("{errors}");
    let read: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{errors}"));
    let rows = set().examples.into_iter().map(|example| {
        let picture = example.picture.decode().unwrap();
        serde_json::json!([example.caption, example.bucket, picture.width(), picture.height()])
    });
    let mut expected: Vec<_> = rows.collect();
    expected.sort_by_key(|row| row[0].as_str().map(str::to_owned));
    for (_, name) in ALL {
        assert_eq!(read[name], serde_json::Value::Array(expected.clone()), "{name}");
    }
}
