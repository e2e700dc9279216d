//! Random deeds and questions.

use library::{Alignment, Bucket, Order, Origin, Query};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::words::{ADAPTERS, DEVICES, TAGS, WORDS};

#[derive(Clone, Debug)]
pub enum Deed {
    Add(
        Vec<usize>,
        Origin,
        Option<Bucket>,
        Option<&'static str>,
        Option<&'static str>,
    ),
    Favourite(Vec<Index>, bool),
    Rate(Vec<Index>, Option<Alignment>, Option<u8>),
    Tags(Vec<Index>, Vec<&'static str>, Vec<&'static str>),
    Trash(Vec<Index>),
    Restore(Vec<Index>),
    EmptyTrash,
    CreateSet(&'static str),
    DeleteSet(Index),
    AddToSet(Index, Vec<Index>),
    RemoveFromSet(Index, Vec<Index>),
    Reopen,
}

/// A query whose set is the nth of those that are there.
#[derive(Clone, Debug)]
pub struct Question(pub Query, pub Option<Index>);

pub fn deed() -> impl Strategy<Value = Deed> {
    let some = || vec(any::<Index>(), 1..4);
    let tags = || vec(select(&TAGS), 0..3);
    prop_oneof![
        6 => (vec(0..WORDS.len(), 0..4), origin(), of(bucket()), of(select(&DEVICES)), of(select(&ADAPTERS)))
            .prop_map(|(words, origin, bucket, device, adapter)| Deed::Add(words, origin, bucket, device, adapter)),
        2 => (some(), any::<bool>()).prop_map(|(some, on)| Deed::Favourite(some, on)),
        2 => (some(), of(alignment()), of(1..=5u8)).prop_map(|(some, alignment, quality)| Deed::Rate(some, alignment, quality)),
        3 => (some(), tags(), tags()).prop_map(|(some, add, remove)| Deed::Tags(some, add, remove)),
        2 => some().prop_map(Deed::Trash),
        1 => some().prop_map(Deed::Restore),
        1 => Just(Deed::EmptyTrash),
        1 => select(&["one", "two", "Ärger"]).prop_map(Deed::CreateSet),
        1 => any::<Index>().prop_map(Deed::DeleteSet),
        2 => (any::<Index>(), some()).prop_map(|(set, some)| Deed::AddToSet(set, some)),
        1 => (any::<Index>(), some()).prop_map(|(set, some)| Deed::RemoveFromSet(set, some)),
        1 => Just(Deed::Reopen),
    ]
}

pub fn alignment() -> impl Strategy<Value = Alignment> {
    select(Alignment::ALL)
}

pub fn origin() -> impl Strategy<Value = Origin> {
    select(Origin::ALL)
}

pub fn bucket() -> impl Strategy<Value = Bucket> {
    select(Bucket::ALL)
}

pub fn question() -> impl Strategy<Value = Question> {
    let order = select(&[Order::Newest, Order::Oldest, Order::Best]);
    let texts = vec(
        select(&[
            "cat", "CAT", "ca", "red", "elan", "Él", "猫", "只猫", "猫cat", "🎉", "well-k", "pet", "礼", "!",
        ]),
        0..3,
    );
    let rare = |strategy| proptest::option::weighted(0.2, strategy);
    (
        (
            texts,
            of(any::<bool>()),
            vec(alignment(), 0..2),
            of(0..6u8),
            of(any::<bool>()),
        ),
        (
            rare(any::<Index>()),
            of(select(&ADAPTERS)),
            of(select(&TAGS)),
            of(select(&DEVICES)),
        ),
        (of(bucket()), of(origin()), any::<bool>(), order),
        // Most parts away, or nothing is ever found.
        any::<[bool; 10]>(),
        any::<[bool; 10]>(),
    )
        .prop_map(
            |((texts, favourite, alignment, quality, unrated), (set, adapter, tag, device), rest, one, two)| {
                let keep = |number: usize| one[number] && two[number];
                let text = |text: &str| text.to_owned();
                let query = Query {
                    text: if keep(0) { texts.join(" ") } else { String::new() },
                    favourite: favourite.filter(|_| keep(1)),
                    alignment: if keep(2) { alignment } else { Vec::new() },
                    min_quality: quality.filter(|_| keep(3)),
                    unrated: unrated.filter(|_| keep(4)),
                    adapter: adapter.filter(|_| keep(5)).map(text),
                    tag: tag.filter(|_| keep(6)).map(text),
                    device: device.filter(|_| keep(7)).map(text),
                    bucket: rest.0.filter(|_| keep(8)),
                    origin: rest.1.filter(|_| keep(9)),
                    trash: rest.2 && keep(1),
                    order: rest.3,
                    ..Query::default()
                };
                Question(query, set)
            },
        )
}
