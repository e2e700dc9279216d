//! Packs hold stickers in an order.

use super::Fixture;
use crate::{ErrorKind, PackId};

#[test]
fn a_pack_keeps_its_order_and_loses_what_is_deleted() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let (one, two, gone) = (fixture.add("one"), fixture.add("two"), fixture.add("gone"));
    let pack = library.create_pack(" Cats ", " ").unwrap();
    assert_eq!((pack.title.as_str(), pack.author.as_str()), ("Cats", ""));
    let all = [
        (two.clone(), "🐱".to_owned()),
        (gone.clone(), "🗑".to_owned()),
        (one.clone(), "😀".to_owned()),
    ];
    library.set_pack_stickers(&pack.id, &all).unwrap();
    assert_eq!(library.packs().unwrap()[0].count, 3);
    library.trash(&[gone]).unwrap();
    library.empty_trash().unwrap();
    let record = library.pack(&pack.id).unwrap().unwrap();
    assert_eq!(
        record.stickers,
        [(two, "🐱".to_owned()), (one.clone(), "😀".to_owned())]
    );

    let unknown = "01arz3ndektsv4rrffq69g5fav".parse().unwrap();
    let failure = library.set_pack_stickers(&pack.id, &[(one.clone(), String::new()), (unknown, String::new())]);
    assert_eq!(failure.unwrap_err().kind, ErrorKind::NotFound);
    assert_eq!(library.pack(&pack.id).unwrap().unwrap(), record, "nothing changed");
    library.delete_pack(&pack.id).unwrap();
    assert_eq!(library.pack(&pack.id).unwrap(), None);
    assert!(library.sticker(&one).unwrap().is_some());
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
        fixture.library.set_pack_stickers(&unknown, &[]).unwrap_err().kind,
        ErrorKind::NotFound
    );
    assert_eq!(
        fixture.library.create_pack("", "me").unwrap_err().kind,
        ErrorKind::Input
    );
}
