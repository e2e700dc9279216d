//! Random deeds on a library and on a plain model of it: both must list and count alike.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use library::{
    Alignment, Bucket, BucketCoverage, Library, NewSticker, Order, Origin, Query, Rating, SetId, StickerId, UsedAdapter,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::FileFailurePersistence;

mod common;

use common::png::png;

/// Each with the words that it is found by.
const WORDS: [(&str, &[&str]); 8] = [
    ("cat", &["cat"]),
    ("Catalogue", &["catalogue"]),
    ("red", &["red"]),
    ("Élan", &["elan"]),
    ("猫", &["猫"]),
    ("一只猫", &["一", "只", "猫"]),
    ("猫cat🎉", &["猫", "cat", "🎉"]),
    ("well-known", &["well", "known"]),
];
const TAGS: [&str; 4] = ["Pets", "pets", "Ünder", "礼物"];
const DEVICES: [&str; 2] = ["cpu", "gpu"];
const ADAPTERS: [&str; 2] = ["aa", "bb"];

#[derive(Clone, Debug)]
struct Entry {
    id: StickerId,
    created_at: i64,
    words: Vec<usize>,
    /// By their folded names.
    tags: BTreeMap<String, String>,
    favourite: bool,
    rating: Rating,
    origin: Origin,
    bucket: Option<Bucket>,
    device: Option<&'static str>,
    adapter: Option<&'static str>,
    sets: BTreeSet<SetId>,
    trashed: bool,
}

#[derive(Debug, Default)]
struct Model {
    /// In the order of their coming.
    stickers: Vec<Entry>,
    sets: Vec<(SetId, String)>,
}

#[derive(Clone, Debug)]
enum Deed {
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
struct Question(Query, Option<Index>);

fn deed() -> impl Strategy<Value = Deed> {
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

fn alignment() -> impl Strategy<Value = Alignment> {
    select(Alignment::ALL)
}

fn origin() -> impl Strategy<Value = Origin> {
    select(Origin::ALL)
}

fn bucket() -> impl Strategy<Value = Bucket> {
    select(Bucket::ALL)
}

fn question() -> impl Strategy<Value = Question> {
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

impl Model {
    fn pick(&self, indices: &[Index]) -> Vec<usize> {
        let count = self.stickers.len();
        indices
            .iter()
            .filter(|_| count > 0)
            .map(|index| index.index(count))
            .collect()
    }

    fn set(&self, index: Index) -> Option<SetId> {
        (!self.sets.is_empty()).then(|| index.get(&self.sets).0.clone())
    }

    /// Does the deed on both.
    fn apply(&mut self, library: &Library, deed: Deed) {
        let ids = |model: &Self, picked: &[usize]| -> Vec<StickerId> {
            picked.iter().map(|&one| model.stickers[one].id.clone()).collect()
        };
        match deed {
            Deed::Add(words, origin, bucket, device, adapter) => {
                self.add(library, words, origin, bucket, device, adapter);
            }
            Deed::Favourite(some, on) => {
                let picked = self.pick(&some);
                library.set_favourite(&ids(self, &picked), on).unwrap();
                for one in picked {
                    self.stickers[one].favourite = on;
                }
            }
            Deed::Rate(some, alignment, quality) => {
                let picked = self.pick(&some);
                let rating = Rating { alignment, quality };
                library.rate(&ids(self, &picked), rating).unwrap();
                for one in picked {
                    self.stickers[one].rating = rating;
                }
            }
            Deed::Tags(some, add, remove) => {
                let picked = self.pick(&some);
                let strings = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
                library
                    .change_tags(&ids(self, &picked), &strings(&add), &strings(&remove))
                    .unwrap();
                self.change_tags(&picked, &add, &remove);
            }
            Deed::Trash(some) => {
                let picked = self.pick(&some);
                library.trash(&ids(self, &picked)).unwrap();
                for one in picked {
                    self.stickers[one].trashed = true;
                }
            }
            Deed::Restore(some) => {
                let picked = self.pick(&some);
                library.restore(&ids(self, &picked)).unwrap();
                for one in picked {
                    self.stickers[one].trashed = false;
                }
            }
            Deed::EmptyTrash => {
                let before = self.stickers.len();
                self.stickers.retain(|sticker| !sticker.trashed);
                assert_eq!(library.empty_trash().unwrap() as usize, before - self.stickers.len());
            }
            Deed::CreateSet(name) => match library.create_set(name) {
                Ok(set) => self.sets.push((set.id, name.to_owned())),
                Err(_) => assert!(self.sets.iter().any(|(_, taken)| taken == name)),
            },
            Deed::DeleteSet(index) => {
                if let Some(set) = self.set(index) {
                    library.delete_set(&set).unwrap();
                    self.sets.retain(|(id, _)| *id != set);
                    for sticker in &mut self.stickers {
                        sticker.sets.retain(|one| *one != set);
                    }
                }
            }
            Deed::AddToSet(index, some) => {
                if let Some(set) = self.set(index) {
                    let picked = self.pick(&some);
                    library.add_to_set(&set, &ids(self, &picked)).unwrap();
                    for one in picked {
                        self.stickers[one].sets.extend([set.clone()]);
                    }
                }
            }
            Deed::RemoveFromSet(index, some) => {
                if let Some(set) = self.set(index) {
                    let picked = self.pick(&some);
                    library.remove_from_set(&set, &ids(self, &picked)).unwrap();
                    for one in picked {
                        self.stickers[one].sets.retain(|own| *own != set);
                    }
                }
            }
            Deed::Reopen => unreachable!("the caller does it"),
        }
    }

    fn add(
        &mut self,
        library: &Library,
        words: Vec<usize>,
        origin: Origin,
        bucket: Option<Bucket>,
        device: Option<&'static str>,
        adapter: Option<&'static str>,
    ) {
        let prompt = words.iter().map(|&word| WORDS[word].0).collect::<Vec<_>>().join(" ");
        let file = png(&prompt);
        let adapters: Vec<UsedAdapter<'_>> = adapter
            .into_iter()
            .map(|sha256| UsedAdapter {
                name: sha256,
                sha256,
                weight: 1.0,
            })
            .collect();
        let sticker = library
            .add(&NewSticker {
                origin,
                bucket,
                device,
                adapters: &adapters,
                ..common::new_sticker(&file, &prompt)
            })
            .unwrap();
        self.stickers.push(Entry {
            id: sticker.id,
            created_at: sticker.created_at,
            words,
            tags: BTreeMap::new(),
            favourite: false,
            rating: Rating::default(),
            origin,
            bucket,
            device,
            adapter,
            sets: BTreeSet::new(),
            trashed: false,
        });
    }

    fn change_tags(&mut self, picked: &[usize], add: &[&str], remove: &[&str]) {
        for &one in picked {
            for tag in remove {
                self.stickers[one].tags.remove(&tag.to_lowercase());
            }
        }
        for tag in add {
            let folded = tag.to_lowercase();
            let known = self
                .stickers
                .iter()
                .find_map(|sticker| sticker.tags.get(&folded))
                .cloned();
            let spelt = known.unwrap_or_else(|| (*tag).to_owned());
            for &one in picked {
                self.stickers[one].tags.insert(folded.clone(), spelt.clone());
            }
        }
    }

    fn find(&self, query: &Query) -> Vec<StickerId> {
        let mut found: Vec<&Entry> = self
            .stickers
            .iter()
            .rev()
            .filter(|sticker| sticker.fits(query))
            .collect();
        match query.order {
            Order::Newest => {}
            Order::Oldest => found.reverse(),
            Order::Best => found.sort_by_key(|sticker| {
                let alignment = match sticker.rating.alignment {
                    Some(Alignment::Strong) => 0,
                    Some(Alignment::Weak) => 1,
                    None => 2,
                    Some(Alignment::Fail) => 3,
                };
                (5 - sticker.rating.quality.unwrap_or(0), alignment, !sticker.favourite)
            }),
        }
        found.into_iter().map(|sticker| sticker.id.clone()).collect()
    }

    fn check_counts(&self, library: &Library) {
        let shown: Vec<&Entry> = self.stickers.iter().filter(|sticker| !sticker.trashed).collect();
        let count = |fits: &dyn Fn(&Entry) -> bool| shown.iter().filter(|sticker| fits(sticker)).count() as u32;
        let facets = library.facets().unwrap();
        assert_eq!(facets.total, shown.len() as u32);
        assert_eq!(facets.favourites, count(&|sticker| sticker.favourite));
        assert_eq!(facets.unrated, count(&|sticker| !sticker.is_rated()));
        assert_eq!(facets.trashed as usize, self.stickers.len() - shown.len());
        let mut sets: Vec<_> = self
            .sets
            .iter()
            .map(|(id, name)| (name.clone(), count(&|sticker| sticker.sets.contains(id))))
            .collect();
        sets.sort_by_key(|(name, _)| name.to_lowercase());
        assert_eq!(
            facets
                .sets
                .into_iter()
                .map(|set| (set.name, set.count))
                .collect::<Vec<_>>(),
            sets
        );
        let mut tags = BTreeMap::new();
        for (folded, name) in shown.iter().flat_map(|sticker| &sticker.tags) {
            tags.entry(folded).or_insert((name.clone(), 0)).1 += 1;
        }
        let found: Vec<_> = facets.tags.into_iter().map(|tag| (tag.name, tag.count)).collect();
        assert_eq!(found, tags.into_values().collect::<Vec<_>>());
        for (name, found) in facets.devices.iter().map(|device| (device.name.as_str(), device.count)) {
            assert_eq!(found, count(&|sticker| sticker.device == Some(name)));
        }
        for (sha256, found) in facets
            .adapters
            .iter()
            .map(|adapter| (adapter.sha256.as_str(), adapter.count))
        {
            assert_eq!(found, count(&|sticker| sticker.adapter == Some(sha256)));
        }
        let coverage: Vec<BucketCoverage> = Bucket::ALL
            .iter()
            .map(|&bucket| BucketCoverage {
                bucket,
                total: count(&|sticker| sticker.bucket == Some(bucket)),
                rated: count(&|sticker| sticker.bucket == Some(bucket) && sticker.is_rated()),
                strong: count(&|sticker| {
                    sticker.bucket == Some(bucket) && sticker.rating.alignment == Some(Alignment::Strong)
                }),
            })
            .collect();
        assert_eq!(library.coverage().unwrap(), coverage);
    }
}

impl Entry {
    fn is_rated(&self) -> bool {
        self.rating != Rating::default()
    }

    fn fits(&self, query: &Query) -> bool {
        let same = |asked: &Option<String>, own: Option<&str>| asked.is_none() || asked.as_deref() == own;
        self.trashed == query.trash
            && query.favourite.is_none_or(|on| on == self.favourite)
            && (query.alignment.is_empty() || self.rating.alignment.is_some_and(|one| query.alignment.contains(&one)))
            && query
                .min_quality
                .is_none_or(|least| self.rating.quality.is_some_and(|quality| quality >= least))
            && query.unrated.is_none_or(|unrated| unrated != self.is_rated())
            && query.set.as_ref().is_none_or(|set| self.sets.contains(set))
            && query
                .tag
                .as_ref()
                .is_none_or(|tag| self.tags.contains_key(&tag.to_lowercase()))
            && same(&query.adapter, self.adapter)
            && same(&query.device, self.device)
            && query.bucket.is_none_or(|bucket| Some(bucket) == self.bucket)
            && query.origin.is_none_or(|origin| origin == self.origin)
            && query.from.is_none_or(|from| self.created_at >= from)
            && query.to.is_none_or(|to| self.created_at < to)
            && self.has_words(&query.text)
    }

    /// All words of the text in the prompt or in the tags, the last one perhaps unfinished.
    fn has_words(&self, text: &str) -> bool {
        let prompt: Vec<&str> = self.words.iter().flat_map(|&word| WORDS[word].1).copied().collect();
        let tags: Vec<&str> = self.tags.keys().flat_map(|tag| tag_words(tag)).collect();
        let asked: Vec<Vec<&str>> = text
            .split_whitespace()
            .map(query_words)
            .filter(|words| !words.is_empty())
            .collect();
        asked.iter().enumerate().all(|(place, words)| {
            let unfinished = place + 1 == asked.len();
            [&prompt, &tags].into_iter().any(|own| {
                own.windows(words.len()).any(|own| {
                    let (Some((last, first)), Some((own_last, own_first))) = (words.split_last(), own.split_last())
                    else {
                        return false;
                    };
                    first == own_first
                        && if unfinished {
                            own_last.starts_with(last)
                        } else {
                            own_last == last
                        }
                })
            })
        })
    }
}

fn tag_words(folded: &str) -> Vec<&'static str> {
    match folded {
        "pets" => vec!["pets"],
        "ünder" => vec!["under"],
        _ => vec!["礼", "物"],
    }
}

fn query_words(text: &str) -> Vec<&'static str> {
    match text {
        "cat" | "CAT" => vec!["cat"],
        "ca" => vec!["ca"],
        "red" => vec!["red"],
        "elan" => vec!["elan"],
        "Él" => vec!["el"],
        "猫" => vec!["猫"],
        "只猫" => vec!["只", "猫"],
        "猫cat" => vec!["猫", "cat"],
        "🎉" => vec!["🎉"],
        "well-k" => vec!["well", "k"],
        "pet" => vec!["pet"],
        "礼" => vec!["礼"],
        _ => vec![],
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        max_shrink_iters: 400,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_library_lists_and_counts_as_a_plain_list_does(
        deeds in vec((deed(), vec(question(), 1..4), 0..4u32, 1..4u32), 1..40)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut library = common::open(folder.path());
        let mut model = Model::default();
        for (deed, questions, offset, limit) in deeds {
            if matches!(deed, Deed::Reopen) {
                drop(library);
                library = common::open(folder.path());
            } else {
                model.apply(&library, deed);
            }
            model.check_counts(&library);
            for Question(mut query, set) in questions {
                query.set = set.and_then(|index| model.set(index));
                let expected = model.find(&query);
                prop_assert_eq!(&library.ids(&query).unwrap(), &expected, "{:?}", &query);
                let page = library.page(&query, offset, limit).unwrap();
                prop_assert_eq!(page.total as usize, expected.len());
                let part: Vec<StickerId> = page.stickers.iter().map(|sticker| sticker.id.clone()).collect();
                let expected: Vec<StickerId> = expected.into_iter().skip(offset as usize).take(limit as usize).collect();
                prop_assert_eq!(part, expected);
                for sticker in &page.stickers {
                    let entry = model.stickers.iter().find(|entry| entry.id == sticker.id).unwrap();
                    prop_assert_eq!((sticker.favourite, sticker.rating, sticker.trashed_at.is_some()), (entry.favourite, entry.rating, entry.trashed));
                    let record = library.sticker(&sticker.id).unwrap().unwrap();
                    prop_assert_eq!(&record.sticker, sticker);
                    prop_assert_eq!(record.tags, entry.tags.values().cloned().collect::<Vec<_>>());
                    prop_assert_eq!(record.sets.into_iter().collect::<BTreeSet<_>>(), entry.sets.clone());
                }
            }
        }
    }
}
