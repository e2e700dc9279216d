use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::lists::List;
use super::templates::templates;
use super::*;

mod enhancer;

const WORDINGS: [Wording; 2] = [Wording::Natural, Wording::Simple];

fn texts(prompts: &[Prompt]) -> Vec<&str> {
    prompts.iter().map(|prompt| prompt.text.as_str()).collect()
}

#[test]
fn the_lists_have_the_sizes_of_the_paper_or_more() {
    let size = |list: List| list.words().len();
    assert_eq!(size(List::Emotions), 36);
    let lines = |file: &'static str| super::lists::lines(file).count();
    assert_eq!(lines(include_str!("words/people.txt")), 8);
    assert!(lines(include_str!("words/occupations.txt")) >= 22);
    assert!(lines(include_str!("words/animals.txt")) >= 83);
    assert!(size(List::Actions) >= 60 && size(List::PairActions) >= 30 && size(List::Things) >= 150);
    assert!(size(List::Scenes) >= 60 && size(List::Settings) + size(List::Places) >= 60);
}

#[test]
fn a_bucket_makes_as_many_different_prompts_as_it_says() {
    for wording in WORDINGS {
        for bucket in Bucket::ALL {
            let made: Vec<String> = templates(bucket, wording)
                .iter()
                .flat_map(super::template::Template::texts)
                .collect();
            let different: HashSet<&String> = made.iter().collect();
            assert_eq!(
                (made.len(), different.len()),
                (capacity(bucket, wording), made.len()),
                "{bucket} {wording:?}"
            );
        }
    }
}

#[test]
fn every_text_is_clean() {
    for (wording, bucket) in WORDINGS
        .into_iter()
        .flat_map(|wording| Bucket::ALL.map(|bucket| (wording, bucket)))
    {
        let draw = Draw {
            wording,
            seed: 5,
            exclude: &HashSet::new(),
        };
        for prompt in draw.prompts(bucket, 1000) {
            let text = prompt.text;
            assert!(
                text.is_ascii() && text == text.trim() && !text.contains("  "),
                "{text:?}"
            );
            assert!(text.split(' ').count() <= 14, "{text:?}");
            let twice = text
                .split(' ')
                .collect::<Vec<_>>()
                .windows(2)
                .any(|pair| pair[0] == pair[1]);
            assert!(!twice, "{text:?}");
            assert!(
                !["a", "an", "with", "holding", "in"].contains(&text.rsplit(' ').next().unwrap()),
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_draw_deals_every_emotion_before_one_comes_again() {
    let emotions = |prompts: &[Prompt]| -> BTreeSet<String> {
        let emotion = |prompt: &Prompt| prompt.text.split(' ').nth(1).unwrap().to_owned();
        prompts.iter().map(emotion).collect()
    };
    let drawn = prompts(Bucket::Emotion, 72, 9);
    assert_eq!(emotions(&drawn[..36]).len(), 36);
    assert_eq!(emotions(&drawn[36..]).len(), 36);
}

#[test]
fn a_seed_gives_the_same_prompts_and_a_longer_draw_begins_with_the_shorter() {
    for bucket in Bucket::ALL {
        let short = prompts(bucket, 20, 7);
        assert_eq!(short, prompts(bucket, 50, 7)[..20]);
        assert_ne!(short, prompts(bucket, 20, 8));
    }
}

#[test]
fn these_are_the_prompts_of_seed_one() {
    // A change here changes what every stored seed means.
    let drawn = Draw {
        wording: Wording::Natural,
        seed: 1,
        exclude: &HashSet::new(),
    }
    .plan(&evenly(8));
    assert_eq!(
        texts(&drawn),
        [
            "a loving beaver",
            "a frog singing into a microphone",
            "two crocodiles holding hands with each other",
            "a sailboat in the snow",
            "a shy snail",
            "a baby juggling three balls",
            "a juggler painting a picture with a penguin",
            "a koala in outer space"
        ]
    );
}

#[test]
fn a_bucket_gives_all_it_has_and_then_fewer() {
    let none = HashSet::new();
    let draw = Draw {
        wording: Wording::Simple,
        seed: 2,
        exclude: &none,
    };
    let all = draw.prompts(Bucket::Emotion, usize::MAX);
    let different: HashSet<String> = all.iter().map(|prompt| prompt.text.clone()).collect();
    assert_eq!((all.len(), different.len()), (27 * 31, 27 * 31));
    let rest = Draw {
        exclude: &different,
        ..draw
    };
    assert_eq!(rest.prompts(Bucket::Emotion, 1), []);
}

#[test]
fn what_is_excluded_does_not_come_whatever_its_capitals_and_spaces() {
    let first = prompts(Bucket::Scene, 60, 4);
    let exclude = first
        .iter()
        .map(|prompt| format!(" {}  ", prompt.text.to_uppercase()))
        .collect();
    let second = Draw {
        wording: Wording::Natural,
        seed: 4,
        exclude: &exclude,
    }
    .prompts(Bucket::Scene, 60);
    let both: HashSet<&Prompt> = first.iter().chain(&second).collect();
    assert_eq!((second.len(), both.len()), (60, 120));
}

#[test]
fn a_plan_has_the_counts_asked_for_and_is_balanced_from_its_beginning() {
    let draw = Draw {
        wording: Wording::Natural,
        seed: 3,
        exclude: &HashSet::new(),
    };
    let plan = draw.plan(&[
        (Bucket::Emotion, 40),
        (Bucket::Scene, 20),
        (Bucket::Pair, 10),
        (Bucket::Pair, 10),
    ]);
    let counts = |prompts: &[Prompt]| {
        let mut counts = BTreeMap::new();
        for prompt in prompts {
            *counts.entry(prompt.bucket).or_insert(0) += 1;
        }
        counts
    };
    let whole = BTreeMap::from([(Bucket::Emotion, 40), (Bucket::Pair, 20), (Bucket::Scene, 20)]);
    assert_eq!(counts(&plan), whole);
    for half in [8, 20, 40, 60] {
        for (bucket, count) in counts(&plan[..half]) {
            let share = whole[&bucket] * half as i32 / 80;
            assert!((count - share).abs() <= 1, "{count} of {bucket} in the first {half}");
        }
    }
    assert_eq!(evenly(6).map(|(_, count)| count), [2, 2, 1, 1]);
}

#[test]
fn buckets_are_named_as_in_files() {
    for bucket in Bucket::ALL {
        assert_eq!(serde_json::to_string(&bucket).unwrap(), format!("\"{bucket}\""));
        assert_eq!(bucket.as_str().parse(), Ok(bucket));
    }
    let wrong = "Scenes".parse::<Bucket>().unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "there is no prompt bucket `Scenes`; use emotion, action, pair or scene"
    );
}
