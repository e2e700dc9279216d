use super::*;

#[test]
fn an_archive_by_webdataset_is_read() {
    let root = folder(&[("00000.tar", include_bytes!("../../fixtures/webdataset.tar"))]);
    let (set, _) = read(root.path(), &()).unwrap();
    let expected: Vec<_> = (0..6)
        .map(|place| {
            (
                format!("part/{place:04}"),
                format!("prompt {place}"),
                format!("bucket {}", place % 2),
            )
        })
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, caption, bucket)| (&**name, &**caption, Some(&**bucket)))
        .collect();
    assert_eq!(rows(&set), expected);
    assert_eq!(
        set.examples[1].picture.decode().unwrap().get_pixel(0, 0).0,
        [40, 90, 200, 128]
    );
    assert_eq!(rows(&read(&root.path().join("00000.tar"), &()).unwrap().0), expected);
}

#[test]
fn keys_that_several_shards_have_get_the_shards_name() {
    let shard: &[u8] = include_bytes!("../../fixtures/webdataset.tar");
    let root = folder(&[("train-0.tar", shard), ("train-1.tar", shard)]);
    let (set, _) = read(root.path(), &()).unwrap();
    assert_eq!(
        (&*set.examples[0].name, &*set.examples[6].name),
        ("train-0/part/0000", "train-1/part/0000")
    );
}

#[test]
fn a_hostile_archive_loses_only_what_is_bad_in_it() {
    let root = folder(&[("in/hostile.tar", include_bytes!("../../fixtures/hostile.tar"))]);
    let (set, findings) = read(&root.path().join("in"), &()).unwrap();
    let expected = [
        ("a", "good a", None),
        ("b", "good b", None),
        ("c", "good c", None),
        ("name-\u{fffd}", "a name that is no UTF-8", None),
    ];
    assert_eq!(rows(&set), expected);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let refused = ["../x.png", "../x.txt", "/etc/y.png", "link.png", "hard.png"];
    assert!(
        findings.contains(&Finding::Refused { names: names(&refused) }),
        "{findings:?}"
    );
    assert!(findings.contains(&Finding::Repeated {
        names: names(&["a.png"])
    }));
    assert!(findings.contains(&Finding::PictureMissing {
        names: names(&["alone"])
    }));
    assert!(findings.contains(&Finding::CaptionMissing {
        names: names(&["silent", "latin"])
    }));
    assert!(findings.contains(&Finding::CaptionUnreadable {
        names: names(&["latin"])
    }));
    assert!(told(&findings).contains("1 picture left out (the file is empty): empty"));
    assert!(told(&findings).contains("1 picture left out (the picture is damaged: "));
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "nothing is unpacked");
}

#[test]
fn a_header_that_promises_ten_gigabytes_costs_neither_memory_nor_what_came_before() {
    let root = folder(&[("big.tar", include_bytes!("../../fixtures/ten_gigabytes.tar"))]);
    let (set, findings) = read(root.path(), &()).unwrap();
    assert_eq!(set.examples.len(), 4);
    let text = told(&findings);
    assert!(text.contains("(the file is too large): huge.png"), "{text}");
    assert!(text.contains("the archive is damaged, get it again"), "{text}");
}

#[test]
fn an_archive_cut_anywhere_gives_its_first_samples_or_a_sentence() {
    let whole: &[u8] = include_bytes!("../../fixtures/webdataset.tar");
    for length in (0..whole.len()).step_by(700) {
        let root = folder(&[("cut.tar", &whole[..length])]);
        match read(root.path(), &()) {
            Ok((set, _)) => assert!(set.examples.len() >= 4),
            Err(DataError::TooFew { usable, .. }) => assert!(usable < 4),
            Err(DataError::NoPictures { .. }) => assert!(length < 1024),
            Err(other) => panic!("{length}: {other}"),
        }
    }
}
