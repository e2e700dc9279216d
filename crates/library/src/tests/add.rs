//! Stickers come in.

use std::fs;

use super::{Fixture, is_whole};
use crate::{Bucket, NewJob, Origin, UsedAdapter};

#[test]
fn what_goes_in_comes_out() {
    let fixture = Fixture::new();
    let adapters = [UsedAdapter {
        name: "felt",
        sha256: "ab",
        weight: 0.5,
    }];
    let sticker = fixture.add_with("a cat", |new| {
        new.origin = Origin::Imported;
        new.seed = Some(u64::MAX);
        new.recipe = Some("{}");
        new.parameters = Some("a cat\nSteps: 4");
        new.device = Some("cpu");
        new.bucket = Some(Bucket::Scene);
        new.adapters = &adapters;
    });
    assert_eq!((sticker.width, sticker.height), (512, 384));
    assert_eq!(sticker.seed, Some(u64::MAX));
    assert_eq!(sticker.bucket, Some(Bucket::Scene));
    let record = fixture.library.sticker(&sticker.id).unwrap().unwrap();
    assert_eq!(record.sticker, sticker);
    assert_eq!(record.recipe.as_deref(), Some("{}"));
    assert_eq!(record.parameters.as_deref(), Some("a cat\nSteps: 4"));
    let file = fs::read(fixture.library.file(&sticker.id)).unwrap();
    assert!(is_whole(&file));
    assert_eq!(record.bytes, file.len() as u64);
    assert_eq!(
        record.sha256,
        crate::add::hexadecimal(&<sha2::Sha256 as sha2::Digest>::digest(&file))
    );
    assert_eq!(fs::read(fixture.library.thumbnail(&sticker.id)).unwrap(), b"thumbnail");
}

#[test]
fn a_tile_has_one_sticker() {
    let fixture = Fixture::new();
    let job = NewJob {
        title: "",
        request: "{}",
        pictures: 2,
        prompts: &[],
    };
    let job = fixture.library.add_job(&job).unwrap().id;
    let first = fixture.add_with("first", |new| new.job = Some((&job, 1)));
    let again = fixture.add_with("again", |new| new.job = Some((&job, 1)));
    assert_eq!(again, first);
    let zeroth = fixture.add_with("zeroth", |new| new.job = Some((&job, 0)));
    let stickers = fixture.library.job_stickers(&job).unwrap();
    assert_eq!(stickers, [(0, zeroth.id), (1, first.id)]);
    assert_eq!(fixture.found("again"), [""; 0]);
}
