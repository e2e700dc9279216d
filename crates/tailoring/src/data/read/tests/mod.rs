mod archives;
mod kohya;

use std::fs;
use std::path::Path;

use image::{ImageFormat, Rgba, RgbaImage};
use tempfile::TempDir;

use super::super::{PictureSource, check};
use super::*;

/// A PNG that looks like no other of another number.
fn png(number: u32) -> Vec<u8> {
    let picture = RgbaImage::from_fn(24, 24, |x, y| {
        let bit = (number.wrapping_mul(2654435761) >> ((x / 6 + y / 6 * 4) % 32)) & 1;
        Rgba([
            (bit * 255) as u8,
            (number * 37 % 256) as u8,
            90,
            if x < 3 { 0 } else { 255 },
        ])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    root
}

/// Four PNGs by name, with a caption file each where `caption` is some suffix.
fn pictures(root: &Path, stems: [&str; 4], caption: Option<&str>) {
    for (number, stem) in stems.into_iter().enumerate() {
        let path = root.join(format!("{stem}.png"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, png(number as u32 + stem.len() as u32)).unwrap();
        if let Some(suffix) = caption {
            fs::write(path.with_extension(suffix), format!("beside {stem}")).unwrap();
        }
    }
}

type Row<'a> = (&'a str, &'a str, Option<&'a str>);

fn rows(set: &DataSet) -> Vec<Row<'_>> {
    let examples = set.examples.iter();
    examples
        .map(|example| (&*example.name, &*example.caption, example.bucket.as_deref()))
        .collect()
}

fn told(findings: &[Finding]) -> String {
    findings.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n")
}

struct Recipes;

impl Captions for Recipes {
    fn caption(&self, name: &str, bytes: &[u8]) -> Option<String> {
        Some(format!("recipe of {name}")).filter(|_| bytes.starts_with(b"\x89PNG"))
    }
}

/// With a byte order mark, CRLF, an empty line, a picture that is not there and one that is listed twice.
const LIST: &str = concat!(
    "\u{feff}{\"file_name\": \"a.png\", \"text\": \"listed a\", \"bucket\": \"cats\"}\r\n\r\n",
    "{\"file_name\":\"sub/b.png\"}\r\n{\"file_name\": \"gone.png\", \"text\": \"x\"}\n",
    "{\"file_name\": \"a.png\", \"text\": \"again\"}\n",
);

#[test]
fn a_caption_comes_from_the_list_then_from_beside_then_from_the_caller() {
    let root = folder(&[
        ("train/metadata.jsonl", LIST.as_bytes()),
        ("train/a.txt", b"not this"),
        ("train/sub/b.caption", b"\xef\xbb\xbfbeside b,\r\n second line\r\n"),
    ]);
    pictures(&root.path().join("train"), ["a", "sub/b", "c", "d"], None);
    let (set, findings) = read(root.path(), &Recipes).unwrap();
    let expected = [
        ("train/a.png", "listed a", Some("cats")),
        ("train/c.png", "recipe of train/c.png", None),
        ("train/d.png", "recipe of train/d.png", None),
        ("train/sub/b.png", "beside b, second line", None),
    ];
    assert_eq!(rows(&set), expected);
    assert!(findings.contains(&Finding::PictureMissing {
        names: vec!["train/gone.png".to_owned()]
    }));
    assert!(findings.contains(&Finding::Repeated {
        names: vec!["train/a.png".to_owned()]
    }));
    assert!(findings.contains(&Finding::TooFew { usable: 4 }));
}

#[test]
fn a_metadata_csv_is_read() {
    let root = folder(&[(
        "metadata.csv",
        b"file_name,prompt\r\na.png,\"a cat, \"\"red\"\"\"\r\nb.png,b\r\nc.png,c\r\nd.png,d\r\n",
    )]);
    pictures(root.path(), ["a", "b", "c", "d"], None);
    let (set, _) = read(root.path(), &()).unwrap();
    assert_eq!(rows(&set)[0], ("a.png", "a cat, \"red\"", None));
    assert_eq!(set.examples.len(), 4);
}

#[test]
fn a_list_that_leads_out_of_its_folder_is_refused_whole() {
    for name in [
        "../secret.png",
        "/etc/secret.png",
        "a/../../b.png",
        "C:\\\\x.png",
        "..\\\\x.png",
    ] {
        let line = format!("{{\"file_name\": \"{name}\", \"text\": \"x\"}}");
        let root = folder(&[("metadata.jsonl", line.as_bytes())]);
        pictures(root.path(), ["a", "b", "c", "d"], Some("txt"));
        let error = read(root.path(), &()).unwrap_err();
        assert!(matches!(error, DataError::Outside { .. }), "{name}: {error}");
    }
}

#[test]
fn a_broken_list_is_named_with_its_line() {
    for (list, expected) in [
        ("{\"file_name\": \"a.png\"}\n{oh no", "line 2 is no JSON object"),
        ("{\"text\": \"x\"}", "an entry has no text 'file_name'"),
        ("[1]", "line 1 is no JSON object"),
    ] {
        let root = folder(&[("metadata.jsonl", list.as_bytes())]);
        pictures(root.path(), ["a", "b", "c", "d"], None);
        let error = read(root.path(), &()).unwrap_err().to_string();
        assert!(error.contains(expected) && error.ends_with("metadata.jsonl"), "{error}");
    }
    let root = folder(&[("metadata.csv", b"file_name,text\na.png\n")]);
    let error = read(root.path(), &()).unwrap_err().to_string();
    assert!(error.contains("line 2 has 1 values for 2 columns"), "{error}");
}

#[test]
fn folders_of_a_plain_folder_are_buckets_and_splits_are_not() {
    let root = tempfile::tempdir().unwrap();
    pictures(
        root.path(),
        ["train/cats/a", "train/dogs/b", "c", "test/d"],
        Some("txt"),
    );
    let (set, _) = read(root.path(), &()).unwrap();
    let buckets: Vec<_> = set
        .examples
        .iter()
        .map(|example| (&*example.name, example.bucket.as_deref()))
        .collect();
    let expected = [
        ("c.png", None),
        ("test/d.png", None),
        ("train/cats/a.png", Some("cats")),
        ("train/dogs/b.png", Some("dogs")),
    ];
    assert_eq!(buckets, expected);
}

#[test]
fn what_cannot_be_used_is_left_out_and_named() {
    let root = folder(&[
        ("empty.png", b""),
        ("empty.txt", b"nothing"),
        ("junk.webp", b"not a picture"),
        ("moving.gif", b"GIF89a"),
        ("latin.png", &png(9)),
        ("latin.txt", b"\xe9t\xe9"),
        ("silent.png", &png(8)),
        ("silent.txt", b" \r\n"),
        ("a-masklabel.png", &png(7)),
        (".hidden.png", &png(6)),
        ("notes.md", b"# notes"),
    ]);
    pictures(root.path(), ["a", "b", "c", "d"], Some("txt"));
    let (set, findings) = read(root.path(), &()).unwrap();
    assert_eq!(set.examples.len(), 4);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert!(findings.contains(&Finding::CaptionMissing {
        names: names(&["latin.png", "silent.png"])
    }));
    assert!(findings.contains(&Finding::CaptionUnreadable {
        names: names(&["latin.png"])
    }));
    let empty = "the file is empty".to_owned();
    assert!(findings.contains(&Finding::Unreadable {
        reason: empty,
        names: names(&["empty.png"])
    }));
    assert!(
        told(&findings).contains(
            "2 pictures left out (it is no PNG, JPEG or WebP, save it as one of these): junk.webp, moving.gif"
        )
    );
}

#[test]
fn a_picture_that_claims_too_many_pixels_is_not_decoded() {
    // The header of a PNG of 60,000 x 60,000 pixels, and nothing else.
    let mut bytes = png(1);
    bytes[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    let error = decode(&bytes).unwrap_err();
    assert_eq!(error, "the picture has 60000 x 60000 pixels, make it smaller");
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

#[test]
fn fewer_than_four_pictures_are_refused_and_it_says_why() {
    let root = folder(&[("a.png", &png(1)), ("a.txt", b"a"), ("b.png", &png(2))]);
    let error = read(root.path(), &()).unwrap_err();
    let expected = "only 1 picture can be used, and a set needs at least 4; add some; 1 picture left out for want of a caption; write \
                    one for each: b.png";
    assert_eq!(error.to_string(), expected);
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(read(empty.path(), &()), Err(DataError::NoPictures { .. })));
    assert!(matches!(
        read(&empty.path().join("absent"), &()),
        Err(DataError::Read { .. })
    ));
}

#[test]
fn a_prompt_with_more_than_a_quarter_is_told_and_so_are_copies() {
    let root = tempfile::tempdir().unwrap();
    for number in 0..20 {
        fs::write(root.path().join(format!("{number:02}.png")), png(number.max(1))).unwrap();
        let prompt = if number < 6 {
            "The Same ".to_owned()
        } else {
            format!("prompt {number}")
        };
        fs::write(root.path().join(format!("{number:02}.txt")), prompt).unwrap();
    }
    let (_, findings) = read(root.path(), &()).unwrap();
    let text = told(&findings);
    assert!(
        text.contains("6 pictures, more than a quarter, have the prompt 'the same'"),
        "{text}"
    );
    assert!(
        text.contains("2 pictures look alike, keep the best of them: 00.png, 01.png"),
        "{text}"
    );
    assert!(!text.contains("are few"), "{text}");
}

#[cfg(unix)]
#[test]
fn names_that_are_no_utf_8_are_told_apart() {
    use std::os::unix::ffi::OsStrExt;
    let root = tempfile::tempdir().unwrap();
    for (number, name) in [&b"\xfe"[..], b"\xff", b"c", b"d"].into_iter().enumerate() {
        let file = root.path().join(std::ffi::OsStr::from_bytes(name));
        fs::write(file.with_extension("png"), png(number as u32)).unwrap();
        fs::write(file.with_extension("txt"), format!("prompt {number}")).unwrap();
    }
    let (set, _) = read(root.path(), &()).unwrap();
    let names: Vec<_> = set.examples.iter().map(|example| &*example.name).collect();
    assert_eq!(names, ["c.png", "d.png", "\u{fffd}.png", "\u{fffd}.png (2)"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_not_followed_in_circles() {
    let root = tempfile::tempdir().unwrap();
    pictures(root.path(), ["a", "b", "c", "d"], Some("txt"));
    std::os::unix::fs::symlink(root.path(), root.path().join("again")).unwrap();
    assert_eq!(read(root.path(), &()).unwrap().0.examples.len(), 4);
}

#[test]
fn a_set_put_together_elsewhere_is_checked_the_same_way() {
    let root = tempfile::tempdir().unwrap();
    pictures(root.path(), ["a", "b", "c", "d"], Some("txt"));
    let (mut set, findings) = read(root.path(), &()).unwrap();
    assert_eq!(check(&set).unwrap(), findings);
    set.examples[0].picture = PictureSource::File(root.path().join("gone.png"));
    let Err(DataError::TooFew { usable: 3, findings }) = check(&set) else {
        panic!("three pictures are too few");
    };
    assert_eq!(findings[0].names(), ["a.png"]);
}
