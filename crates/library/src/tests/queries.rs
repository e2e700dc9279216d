//! Every part of a query, by itself and together.

use super::{Fixture, strings};
use crate::{Alignment, Bucket, JobId, NewJob, Order, Origin, Query, Rating, SetId, Sticker, UsedAdapter};

/// One sticker that everything can be asked of, its job and its set, and before it another one.
fn prepare(fixture: &Fixture) -> (Sticker, JobId, SetId) {
    let library = &fixture.library;
    let job = NewJob {
        title: "",
        request: "{}",
        pictures: 1,
        prompts: &[],
    };
    let job = library.add_job(&job).unwrap().id;
    let adapters = [UsedAdapter {
        name: "felt",
        sha256: "ab",
        weight: 1.0,
    }];
    fixture.add("other");
    let one = fixture.add_with("one", |new| {
        new.origin = Origin::Imported;
        new.device = Some("cpu");
        new.bucket = Some(Bucket::Action);
        new.adapters = &adapters;
        new.job = Some((&job, 0));
    });
    let id = [one.id.clone()];
    let rating = Rating {
        alignment: Some(Alignment::Weak),
        quality: Some(3),
    };
    library.set_favourite(&id, true).unwrap();
    library.rate(&id, rating).unwrap();
    library.change_tags(&id, &strings(&["Two Words"]), &[]).unwrap();
    let set = library.create_set("set").unwrap().id;
    library.add_to_set(&set, &id).unwrap();
    (one, job, set)
}

#[test]
fn every_part_narrows() {
    let fixture = Fixture::new();
    let (one, job, set) = prepare(&fixture);
    let parts: [&dyn Fn(&mut Query); 13] = [
        &|query| query.favourite = Some(true),
        &|query| query.alignment = vec![Alignment::Strong, Alignment::Weak],
        &|query| query.min_quality = Some(3),
        &|query| query.unrated = Some(false),
        &|query| query.bucket = Some(Bucket::Action),
        &|query| query.origin = Some(Origin::Imported),
        &|query| query.text = "wor".to_owned(),
        &|query| query.tag = Some("two WORDS".to_owned()),
        &|query| query.adapter = Some("ab".to_owned()),
        &|query| query.device = Some("cpu".to_owned()),
        &|query| query.job = Some(job.clone()),
        &|query| query.set = Some(set.clone()),
        &|query| query.from = Some(one.created_at),
    ];
    let mut all = Query {
        to: Some(one.created_at + 1),
        ..Query::default()
    };
    for part in parts {
        let mut query = Query::default();
        part(&mut query);
        assert_eq!(fixture.prompts(&query), ["one"], "{query:?}");
        part(&mut all);
    }
    assert_eq!(fixture.prompts(&all), ["one"]);

    let others: [&dyn Fn(&mut Query); 4] = [
        &|query| query.favourite = Some(false),
        &|query| query.unrated = Some(true),
        &|query| query.origin = Some(Origin::Made),
        &|query| query.to = Some(one.created_at),
    ];
    for part in others {
        let mut query = Query::default();
        part(&mut query);
        assert_eq!(fixture.prompts(&query), ["other"], "{query:?}");
        part(&mut all);
        assert_eq!(fixture.prompts(&all), [""; 0], "{all:?}");
    }
}

#[test]
fn the_best_come_first() {
    let fixture = Fixture::new();
    let rated = |prompt: &str, alignment, quality| {
        let id = [fixture.add(prompt)];
        fixture.library.rate(&id, Rating { alignment, quality }).unwrap();
        id
    };
    rated("fail", Some(Alignment::Fail), None);
    rated("nothing, older", None, None);
    rated("nothing, newer", None, None);
    let liked = rated("liked", None, None);
    fixture.library.set_favourite(&liked, true).unwrap();
    rated("weak", Some(Alignment::Weak), None);
    rated("one star", Some(Alignment::Strong), Some(1));
    rated("five stars", None, Some(5));
    rated("strong", Some(Alignment::Strong), None);
    let best = Query {
        order: Order::Best,
        ..Query::default()
    };
    let order = [
        "five stars",
        "one star",
        "strong",
        "weak",
        "liked",
        "nothing, newer",
        "nothing, older",
        "fail",
    ];
    assert_eq!(fixture.prompts(&best), order);
}
