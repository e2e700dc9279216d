//! Packs hold stickers in an order.

use super::Fixture;
use crate::{ErrorKind, PackChange, PackId, PackSticker, StickerId};

fn change(stickers: &[(&StickerId, &str)], cover: Option<&StickerId>) -> PackChange {
    PackChange {
        title: " Cats ".to_owned(),
        author: "me".to_owned(),
        cover: cover.cloned(),
        stickers: stickers.iter().map(|&(sticker, emoji)| entry(sticker, emoji)).collect(),
    }
}

fn entry(sticker: &StickerId, emoji: &str) -> PackSticker {
    PackSticker {
        sticker: sticker.clone(),
        emoji: emoji.split_whitespace().map(str::to_owned).collect(),
        text: format!("a cat {emoji}"),
    }
}

#[test]
fn a_pack_keeps_its_order_and_loses_what_is_deleted() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let (one, two, gone) = (fixture.add("one"), fixture.add("two"), fixture.add("gone"));
    let pack = library.create_pack(" Dogs ", " ").unwrap();
    assert_eq!((pack.title.as_str(), pack.author.as_str()), ("Dogs", ""));
    let all = change(&[(&two, "🐱 😀"), (&gone, "🗑"), (&one, "")], Some(&gone));
    library.change_pack(&pack.id, &all).unwrap();
    let record = library.pack(&pack.id).unwrap().unwrap();
    assert_eq!(
        (record.pack.title.as_str(), record.pack.author.as_str()),
        ("Cats", "me")
    );
    assert_eq!((&record.cover, &record.stickers), (&Some(gone.clone()), &all.stickers));
    assert_eq!(library.packs().unwrap()[0].count, 3);

    library.trash(std::slice::from_ref(&gone)).unwrap();
    let without = |count| {
        let record = library.pack(&pack.id).unwrap().unwrap();
        assert_eq!(record.stickers, [entry(&two, "🐱 😀"), entry(&one, "")]);
        assert_eq!((record.cover, record.pack.count), (None, count));
    };
    without(2);
    library.restore(std::slice::from_ref(&gone)).unwrap();
    assert_eq!(
        library.pack(&pack.id).unwrap().unwrap(),
        record,
        "what comes out of the trash is in its place again"
    );
    library.trash(&[gone]).unwrap();
    library.empty_trash().unwrap();
    without(2);

    library.delete_pack(&pack.id).unwrap();
    assert_eq!(library.pack(&pack.id).unwrap(), None);
    assert!(library.sticker(&one).unwrap().is_some());
}

#[test]
fn a_change_keeps_what_is_in_the_trash() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let (one, two, gone) = (fixture.add("one"), fixture.add("two"), fixture.add("gone"));
    let pack = library.create_pack("Cats", "").unwrap();
    let all = change(&[(&gone, "🗑"), (&one, ""), (&two, "")], Some(&gone));
    library.change_pack(&pack.id, &all).unwrap();
    library.trash(std::slice::from_ref(&gone)).unwrap();
    for order in [[&two, &one], [&one, &two]] {
        library
            .change_pack(&pack.id, &change(&order.map(|id| (id, "")), None))
            .unwrap();
        assert_eq!(
            library.pack(&pack.id).unwrap().unwrap().stickers,
            order.map(|id| entry(id, ""))
        );
    }
    library.trash(std::slice::from_ref(&one)).unwrap();
    library.change_pack(&pack.id, &change(&[(&two, "")], None)).unwrap();
    library.restore(&[gone.clone(), one.clone()]).unwrap();
    let record = library.pack(&pack.id).unwrap().unwrap();
    assert_eq!(record.stickers, [entry(&two, ""), entry(&one, ""), entry(&gone, "🗑")]);
    assert_eq!(record.cover, Some(gone));
}

#[test]
fn a_pack_is_split_as_a_whole_or_not_at_all() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let (one, two) = (fixture.add("one"), fixture.add("two"));
    let pack = library.create_pack("Cats", "").unwrap();
    library
        .change_pack(&pack.id, &change(&[(&one, ""), (&two, "")], None))
        .unwrap();
    let unknown: StickerId = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    let before = library.pack(&pack.id).unwrap();
    let halves = |second| [change(&[(&one, "🐱")], None), change(&[(second, "🐱")], None)];
    assert!(library.split_pack(&pack.id, &halves(&unknown)).is_err());
    assert_eq!(
        (library.pack(&pack.id).unwrap(), library.packs().unwrap().len()),
        (before, 1)
    );
    let others = library.split_pack(&pack.id, &halves(&two)).unwrap();
    assert_eq!(library.pack(&pack.id).unwrap().unwrap().stickers, [entry(&one, "🐱")]);
    assert_eq!(library.pack(&others[0]).unwrap().unwrap().stickers, [entry(&two, "🐱")]);
    assert!(library.split_pack(&pack.id, &[]).is_err());
}

#[test]
fn a_change_that_cannot_be_made_changes_nothing() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let one = fixture.add("one");
    let pack = library.create_pack("Cats", "").unwrap();
    library.change_pack(&pack.id, &change(&[(&one, "🐱")], None)).unwrap();
    let record = library.pack(&pack.id).unwrap();
    let unknown = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    let long = PackSticker {
        text: "a".repeat(501),
        ..entry(&one, "")
    };
    let many = PackSticker {
        emoji: vec!["🐱".to_owned(); 300],
        ..entry(&one, "")
    };
    let failures = [
        (change(&[(&one, ""), (&unknown, "")], None), ErrorKind::NotFound),
        (
            PackChange {
                title: String::new(),
                ..change(&[], None)
            },
            ErrorKind::Input,
        ),
        (
            PackChange {
                stickers: vec![long],
                ..change(&[], None)
            },
            ErrorKind::Input,
        ),
        (
            PackChange {
                stickers: vec![many],
                ..change(&[], None)
            },
            ErrorKind::Input,
        ),
    ];
    for (change, kind) in failures {
        assert_eq!(library.change_pack(&pack.id, &change).unwrap_err().kind, kind);
        assert_eq!(library.pack(&pack.id).unwrap(), record);
    }
}

#[test]
fn an_unknown_pack_is_told() {
    let fixture = Fixture::new();
    let unknown: PackId = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    assert_eq!(
        fixture.library.delete_pack(&unknown).unwrap_err().kind,
        ErrorKind::NotFound
    );
    assert_eq!(
        fixture
            .library
            .change_pack(&unknown, &change(&[], None))
            .unwrap_err()
            .kind,
        ErrorKind::NotFound
    );
    assert_eq!(
        fixture.library.create_pack("", "me").unwrap_err().kind,
        ErrorKind::Input
    );
}
