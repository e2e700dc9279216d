use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::enhance::words;
use super::super::lists::List;
use super::super::moods::{Facet, Mood};
use super::super::*;
use super::HashSet;

fn enhanced(prompt: &str) -> String {
    RuleEnhancer::default().enhance(prompt, 1)
}

fn additions(prompt: &str, seed: u64) -> Vec<String> {
    let enhanced = RuleEnhancer::default().enhance(prompt, seed);
    let added = enhanced.strip_prefix(prompt).unwrap();
    added.split(", ").skip(1).map(str::to_owned).collect()
}

#[test]
fn a_figure_with_a_mood_gets_all_four_and_they_fit_the_mood() {
    let sad = &Mood::all().iter().find(|mood| mood.words.contains(&"sad")).unwrap();
    for seed in 0..20 {
        let added = additions("a sad cat", seed);
        assert_eq!(added.len(), 4);
        for (facet, phrase) in Facet::ALL.into_iter().zip(&added) {
            assert!(sad.phrases(facet).contains(&phrase.as_str()), "{added:?}");
        }
    }
}

#[test]
fn what_the_prompt_speaks_of_is_left_alone() {
    let kinds = |prompt: &str| additions(prompt, 3).len();
    assert_eq!(kinds("a happy dog with a balloon"), 3); // no thing beside
    assert_eq!(kinds("a happy dog dancing"), 3); // no pose
    assert_eq!(kinds("a happy dog with closed eyes"), 2); // no expression
    assert_eq!(kinds("close-up of a happy dog"), 3); // no composition
    assert_eq!(kinds("a sleeping fox on a pillow holding a star, centered"), 0);
}

#[test]
fn two_moods_negations_and_prompts_without_a_figure_get_a_composition_only() {
    for prompt in [
        "a happy cat and a sad dog",
        "a cat that is not happy",
        "a robot without a face",
        "a lighthouse at sunset",
        "a hot dog",
        "crying with joy",
    ] {
        let added = additions(prompt, 6);
        assert_eq!(added.len(), 1, "{added:?}");
        assert!(
            added[0].contains("composition") || added[0].contains("silhouette"),
            "{added:?}"
        );
    }
}

#[test]
fn a_figure_without_a_mood_gets_no_mood() {
    let neutral = Mood::all().first().unwrap();
    for seed in 0..20 {
        let added = additions("two wolves", seed);
        assert!(
            neutral.phrases(Facet::Expression).contains(&added[0].as_str()),
            "{added:?}"
        );
    }
}

#[test]
fn marks_at_the_end_go_and_nothing_stays_nothing() {
    assert!(enhanced("A proud Lion. ").starts_with("A proud Lion, "));
    assert_eq!(enhanced("  "), "");
    assert_eq!(enhanced("..."), "");
}

#[test]
fn additions_stop_where_the_room_ends() {
    for room in 0..30 {
        let text = RuleEnhancer::with_room_for(room).enhance("a sleepy dragon", 4);
        assert!(text.split(' ').count() <= room.max(3), "{text}");
    }
}

#[test]
fn a_phrase_has_three_words_at_most_and_none_that_tells_another_mood() {
    for facet in Facet::ALL {
        for phrase in Mood::all().iter().flat_map(|mood| mood.phrases(facet)) {
            assert!(phrase.split(' ').count() <= 3, "{phrase}");
        }
    }
    let mut moods = BTreeMap::new();
    for (index, mood) in Mood::all().iter().enumerate() {
        for word in &mood.words {
            assert_eq!(moods.insert(*word, index), None, "{word}");
        }
        for facet in [Facet::Expression, Facet::Pose, Facet::Prop] {
            assert!(mood.phrases(facet).len() >= 2, "{:?}", mood.words);
        }
    }
    for mood in Mood::all() {
        for phrase in Facet::ALL.into_iter().flat_map(|facet| mood.phrases(facet)) {
            let strange = words(phrase)
                .into_iter()
                .find(|word| moods.contains_key(word.as_str()) && !mood.words.contains(&word.as_str()));
            assert_eq!(strange, None, "{phrase}");
        }
    }
    for emotion in List::Emotions.words() {
        assert!(moods.contains_key(emotion), "the enhancer does not know {emotion}");
    }
}

fn enhancing_twice_is_enhancing_once(prompt: &str, seeds: (u64, u64), room: usize) {
    let enhancer = RuleEnhancer::with_room_for(room);
    let once = enhancer.enhance(prompt, seeds.0);
    assert_eq!(once, enhancer.enhance(&once, seeds.1));
    assert!(
        once.starts_with(prompt.trim().trim_end_matches([',', '.', ';', ' '])),
        "{once}"
    );
}

#[test]
fn enhancing_our_own_prompts_twice_is_enhancing_them_once() {
    let draw = Draw {
        wording: Wording::Natural,
        seed: 1,
        exclude: &HashSet::new(),
    };
    for (index, prompt) in draw.plan(&evenly(400)).iter().enumerate() {
        enhancing_twice_is_enhancing_once(&prompt.text, (index as u64, 99), 8 + index % 20);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn enhancing_any_text_twice_is_enhancing_it_once(prompt in "(a |happy |sad |cat|dogs |[a-zé,. ]|\\PC){0,20}", first: u64, second: u64, room in 0usize..40) {
        let enhancer = RuleEnhancer::with_room_for(room);
        let once = enhancer.enhance(&prompt, first);
        prop_assert_eq!(&once, &enhancer.enhance(&once, second));
    }
}
