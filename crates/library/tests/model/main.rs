//! Random deeds on a library and on a plain model of it: both must list and count alike.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeSet;

use library::StickerId;
use proptest::collection::vec;
use proptest::prelude::*;

mod answers;
#[path = "../common/mod.rs"]
mod common;
mod deeds;
mod plain;
mod words;

use deeds::{Deed, Question, deed, question};
use plain::Model;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32,
        max_shrink_iters: 400,
        failure_persistence: None,
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
