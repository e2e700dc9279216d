use super::*;

#[test]
fn kohyas_configuration_falls_back_from_subset_to_dataset_to_general() {
    let config = br#"
[general]
caption_extension = ".caption"
shuffle_caption = true
[[datasets]]
resolution = 512
caption_prefix = "flat sticker,"
  [[datasets.subsets]]
  image_dir = "cats"
  class_tokens = "sks cat"
  num_repeats = 3
  [[datasets.subsets]]
  image_dir = "other"
  caption_extension = ".txt"
  caption_prefix = ""
  [[datasets.subsets]]
  is_reg = true
  image_dir = "reg"
"#;
    let root = folder(&[
        ("set.toml", config),
        ("reg/r.png", &png(5)),
        ("other/deeper/e.png", &png(6)),
    ]);
    pictures(root.path(), ["cats/a", "cats/b", "other/c", "other/d"], None);
    fs::write(root.path().join("cats/a.caption"), "first line\r\nsecond\r\n").unwrap();
    fs::write(root.path().join("cats/b.txt"), "not this suffix").unwrap();
    for stem in ["c", "d"] {
        fs::write(root.path().join(format!("other/{stem}.txt")), stem).unwrap();
    }
    let (set, findings) = read(root.path(), &()).unwrap();
    let expected = [
        ("cats/a.png", "flat sticker, first line", Some("sks cat")),
        ("cats/b.png", "flat sticker, sks cat", Some("sks cat")),
        ("other/c.png", "c", None),
        ("other/d.png", "d", None),
    ];
    assert_eq!(rows(&set), expected);
    assert!(findings.contains(&Finding::RepeatsIgnored {
        names: vec!["cats".to_owned()]
    }));
    assert!(findings.contains(&Finding::Regularisation {
        names: vec!["reg".to_owned()]
    }));
}

#[test]
fn kohyas_metadata_file_gives_captions_and_tags() {
    let root = folder(&[
        ("set.toml", b"[[datasets]]\n[[datasets.subsets]]\nimage_dir = 'images'\nmetadata_file = 'meta.json'\n"),
        ("meta.json", br#"{"a": {"caption": "a cat", "tags": "red, flat"}, "b.png": {"tags": "blue"}, "c": {"caption": "c"}, "d": {}}"#),
        ("images/d.txt", b"beside d"),
    ]);
    pictures(&root.path().join("images"), ["a", "b", "c", "d"], None);
    let (set, _) = read(root.path(), &()).unwrap();
    let captions: Vec<_> = set.examples.iter().map(|example| &*example.caption).collect();
    assert_eq!(captions, ["a cat, red, flat", "blue", "c", "beside d"]);
}

#[test]
fn a_configuration_leads_elsewhere_only_if_it_is_named() {
    let images = tempfile::tempdir().unwrap();
    pictures(images.path(), ["a", "b", "c", "d"], Some("txt"));
    let config = format!(
        "[[datasets]]\n[[datasets.subsets]]\nimage_dir = '{}'\n",
        images.path().display()
    );
    let root = folder(&[("set.toml", config.as_bytes())]);
    assert!(matches!(read(root.path(), &()), Err(DataError::Outside { .. })));
    let (set, _) = read(&root.path().join("set.toml"), &()).unwrap();
    assert_eq!(set.examples.len(), 4);
}

#[test]
fn kohyas_folders_give_their_concept_where_a_caption_is_missing() {
    let root = tempfile::tempdir().unwrap();
    pictures(
        root.path(),
        ["10_red cat/a", "10_red cat/b", "2_dog_on_sofa/c", "2_dog_on_sofa/d"],
        None,
    );
    fs::write(root.path().join("10_red cat/a.txt"), "beside").unwrap();
    let (set, findings) = read(root.path(), &()).unwrap();
    let expected = [
        ("10_red cat/a.png", "beside", Some("red cat")),
        ("10_red cat/b.png", "red cat", Some("red cat")),
        ("2_dog_on_sofa/c.png", "dog_on_sofa", Some("dog_on_sofa")),
        ("2_dog_on_sofa/d.png", "dog_on_sofa", Some("dog_on_sofa")),
    ];
    assert_eq!(rows(&set), expected);
    assert!(findings.contains(&Finding::RepeatsIgnored {
        names: vec!["10_red cat".to_owned()]
    }));
}

#[test]
fn a_caption_extension_leads_nowhere_else() {
    let config = b"[general]\ncaption_extension = '/../../secret.txt'\n[[datasets]]\n[[datasets.subsets]]\nimage_dir = 'images'\n";
    let root = folder(&[("set.toml", config), ("secret.txt", b"secret")]);
    pictures(&root.path().join("images"), ["a", "b", "c", "d"], None);
    let error = read(root.path(), &()).unwrap_err().to_string();
    assert!(error.starts_with("'caption_extension' is no suffix"), "{error}");
}

#[test]
fn a_folder_may_be_written_with_a_dot_and_a_slash() {
    let config = b"[[datasets]]\n[[datasets.subsets]]\nimage_dir = './images/'\n";
    let root = folder(&[("set.toml", config)]);
    pictures(&root.path().join("images"), ["a", "b", "c", "d"], Some("caption"));
    let (set, _) = read(root.path(), &()).unwrap();
    assert_eq!(rows(&set)[0], ("images/a.png", "beside a", None));
}
