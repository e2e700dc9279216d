use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::{Example, PictureSource};
use super::*;

/// A set of pictures with these prompts and buckets; the pictures are never looked at.
fn set(pictures: &[(&str, Option<&str>)]) -> DataSet {
    let examples = pictures.iter().enumerate().map(|(place, (caption, bucket))| Example {
        name: format!("{place}.png"),
        picture: PictureSource::Bytes(Vec::new().into()),
        caption: (*caption).to_owned(),
        bucket: bucket.map(str::to_owned),
    });
    let examples = examples.collect();
    DataSet { examples }
}

#[test]
fn the_generator_is_splitmix64() {
    // The first values of seed 1234567, from the reference implementation of Vigna (Rosetta Code prints them too).
    let mut generator = Generator::new(1234567);
    let expected = [6457827717110365317, 3203168211198807973, 9817491932198370423];
    assert_eq!([generator.next(), generator.next(), generator.next()], expected);
}

#[test]
fn pictures_of_one_prompt_stay_together_however_it_is_written() {
    let set = set(&[
        ("A happy  cat.", None),
        ("a happy cat", None),
        ("a Happy cat!", None),
        ("a dog", None),
    ]);
    for seed in 0..20 {
        let split = split(&set, 0.5, seed);
        let cats = split.held_out.iter().filter(|place| **place < 3).count();
        assert!(cats == 0 || cats == 3, "{split:?}");
        assert!(!split.train.is_empty());
    }
}

#[test]
fn a_single_prompt_is_trained_on_even_if_all_is_to_be_held_out() {
    let split = split(&set(&[("a cat", None); 5]), 1.0, 3);
    assert_eq!((split.train.len(), split.held_out.len()), (5, 0));
}

#[test]
fn another_seed_holds_out_other_prompts() {
    let prompts: Vec<_> = (0..40).map(|place| format!("prompt {place}")).collect();
    let set = set(&prompts.iter().map(|prompt| (prompt.as_str(), None)).collect::<Vec<_>>());
    let choices: BTreeSet<_> = (0..10).map(|seed| split(&set, 0.1, seed).held_out).collect();
    assert_eq!(choices.len(), 10);
    assert!(choices.iter().all(|held_out| held_out.len() == 4));
}

#[test]
fn every_bucket_gives_the_same_until_it_has_no_more() {
    let mut pictures = vec![("", Some("many")); 10];
    pictures.extend([("", Some("two")); 2]);
    pictures.extend([("", None); 5]);
    let set = set(&pictures);
    let chosen = balanced(&set, 12, 7);
    let of = |bucket: Option<&str>| {
        let of_bucket = chosen
            .iter()
            .filter(|place| set.examples[**place].bucket.as_deref() == bucket);
        of_bucket.count()
    };
    assert_eq!([of(Some("many")), of(Some("two")), of(None)], [5, 2, 5]);
    assert_eq!(balanced(&set, 99, 7), (0..17).collect::<Vec<_>>());
    assert_ne!(chosen, balanced(&set, 12, 8));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_split_has_every_picture_once_and_is_near_the_share(
        prompts in proptest::collection::vec(0_u8..12, 1..60), held_out in 0.0..=1.0_f64, seed: u64,
    ) {
        let names: Vec<_> = prompts.iter().map(u8::to_string).collect();
        let set = set(&names.iter().map(|name| (name.as_str(), None)).collect::<Vec<_>>());
        let split = split(&set, held_out, seed);
        prop_assert_eq!(&split, &super::split(&set, held_out, seed));
        let mut all = [split.train.clone(), split.held_out.clone()].concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..prompts.len()).collect::<Vec<_>>());
        let side = |places: &[usize]| places.iter().map(|place| prompts[*place]).collect::<BTreeSet<_>>();
        prop_assert!(side(&split.train).is_disjoint(&side(&split.held_out)));
        prop_assert!(!split.train.is_empty());
        let largest = (0..12).map(|prompt| prompts.iter().map(|own| usize::from(*own == prompt)).sum::<usize>()).max().unwrap_or(0);
        let off = (split.held_out.len() as f64 - held_out * prompts.len() as f64).abs();
        prop_assert!(off <= largest as f64, "{off} off");
    }

    #[test]
    fn a_choice_is_as_even_as_the_supply_allows(
        buckets in proptest::collection::vec(0_u8..6, 1..60), count in 0_usize..70, seed: u64,
    ) {
        let names: Vec<_> = buckets.iter().map(u8::to_string).collect();
        let set = set(&names.iter().map(|name| ("", Some(name.as_str()))).collect::<Vec<_>>());
        let chosen = balanced(&set, count, seed);
        prop_assert_eq!(chosen.len(), count.min(buckets.len()));
        prop_assert!(chosen.windows(2).all(|pair| pair[0] < pair[1]));
        let taken = |bucket: u8| chosen.iter().filter(|place| buckets[**place] == bucket).count();
        let most = (0..6).map(taken).max().unwrap_or(0);
        for bucket in 0..6 {
            let supply: usize = buckets.iter().map(|own| usize::from(*own == bucket)).sum();
            prop_assert!(taken(bucket) == supply || taken(bucket) + 1 >= most);
        }
    }
}
