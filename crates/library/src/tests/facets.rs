//! Counts.

use super::{Fixture, strings};
use crate::{Alignment, Bucket, Rating, UsedAdapter};

#[test]
fn the_trash_is_not_counted() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let felt = |name| {
        [UsedAdapter {
            name,
            sha256: "ab",
            weight: 1.0,
        }]
    };
    let add = |adapters| {
        let sticker = fixture.add_with("cat", |new| {
            new.adapters = adapters;
            new.device = Some("cpu");
            new.bucket = Some(Bucket::Action);
        });
        sticker.id
    };
    let (old, new) = (felt("old name"), felt("felt"));
    let ids = [add(&old), add(&new), add(&new)];
    library.change_tags(&ids, &strings(&["b", "A"]), &[]).unwrap();
    library
        .change_tags(&ids[2..], &strings(&["only in the trash"]), &[])
        .unwrap();
    library.set_favourite(&ids[1..], true).unwrap();
    library
        .rate(
            &ids[..1],
            Rating {
                alignment: Some(Alignment::Strong),
                quality: None,
            },
        )
        .unwrap();
    library.trash(&ids[2..]).unwrap();

    let facets = library.facets().unwrap();
    assert_eq!(
        (facets.total, facets.favourites, facets.unrated, facets.trashed),
        (2, 1, 1, 1)
    );
    let counts: Vec<_> = facets
        .tags
        .iter()
        .chain(&facets.devices)
        .map(|one| (one.name.as_str(), one.count))
        .collect();
    assert_eq!(counts, [("A", 2), ("b", 2), ("cpu", 2)]);
    assert_eq!(facets.adapters.len(), 1);
    assert_eq!(
        (facets.adapters[0].name.as_str(), facets.adapters[0].count),
        ("felt", 2)
    );
    let coverage = library.coverage().unwrap();
    let numbers: Vec<_> = coverage
        .iter()
        .map(|one| (one.bucket, one.total, one.rated, one.strong))
        .collect();
    assert_eq!(
        numbers,
        [
            (Bucket::Emotion, 0, 0, 0),
            (Bucket::Action, 2, 1, 1),
            (Bucket::Scene, 0, 0, 0)
        ]
    );
}
