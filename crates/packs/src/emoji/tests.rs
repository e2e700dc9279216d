use super::chinese::CHINESE;
use super::english::ENGLISH;
use super::*;

fn first(text: &str) -> String {
    suggest_emoji(text).into_iter().next().unwrap_or_default()
}

#[test]
fn prompts_get_the_emoji_that_people_would_choose() {
    for (prompt, expected) in [
        ("a cat", "🐱"),
        ("Corgi puppies, die-cut sticker, white outline", "🐶"),
        ("two foxes hugging", "🦊"),
        ("a robot holding a red heart", "🤖"),
        ("a penguin giving a thumbs up", "🐧"),
        ("thumbs up", "👍"),
        ("hot dog", "🌭"),
        ("dancing", "💃"),
        ("a strawberry", "🍓"),
        ("mushrooms in the rain", "🍄"),
        ("一只可爱的熊猫", "🐼"),
        ("开心的小狗吃披萨", "😊"),
        ("party 🦖 time", "🦖"),
    ] {
        assert_eq!(first(prompt), expected, "{prompt}: {:?}", suggest_emoji(prompt));
    }
}

#[test]
fn each_thing_in_a_prompt_gets_its_best_before_one_gets_its_second() {
    assert_eq!(
        suggest_emoji("a happy cat eating pizza"),
        ["😊", "🐱", "😋", "🍕", "😄"]
    );
    assert_eq!(suggest_emoji("熊猫喝咖啡"), ["🐼", "🥤", "☕"]);
}

#[test]
fn words_of_style_and_nonsense_get_nothing() {
    for text in ["", "a cute sticker with a white outline", "qwrtz plmpf", "的", "!?"] {
        assert_eq!(suggest_emoji(text), [""; 0], "{text}");
    }
}

/// How many of the starter ideas get an emoji: it was all of them when this was written.
#[test]
fn every_starter_idea_gets_an_emoji() {
    let ideas: serde_json::Value = serde_json::from_str(include_str!("../../../../assets/prompts/ideas.json")).unwrap();
    for kind in ["characters", "emotions", "actions", "pair_actions", "scenes"] {
        for idea in ideas[kind].as_array().unwrap() {
            let idea = idea.as_str().unwrap();
            assert!(!suggest_emoji(idea).is_empty(), "{idea}");
        }
    }
}

#[test]
fn the_tables_hold_only_emoji_and_no_word_twice() {
    for table in [ENGLISH, CHINESE] {
        let mut words: Vec<_> = table.iter().map(|(word, _)| *word).collect();
        words.sort_unstable();
        assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "{words:?}");
        for (word, emoji) in table {
            assert!(split_emoji(emoji).iter().all(|part| is_emoji(part)), "{word} {emoji}");
        }
    }
}

#[test]
fn one_emoji_is_one_and_nothing_else_is() {
    for emoji in ["🙂", "❤️", "❤", "👍🏽", "👨‍👩‍👧‍👦", "🇨🇭", "🏴‍☠️", "1️⃣"]
    {
        assert!(is_emoji(emoji), "{emoji}");
    }
    for other in ["", "a", "1", ":cat:", "🙂🙂", " 🙂", "，"] {
        assert!(!is_emoji(other), "{other}");
    }
}

#[test]
fn typed_emoji_are_split_as_people_see_them() {
    assert_eq!(split_emoji(" 🐱,👨‍👩‍👧‍👦 🇨🇭👍🏽a"), ["🐱", "👨‍👩‍👧‍👦", "🇨🇭", "👍🏽", "a"]);
}

#[test]
fn the_picker_has_nine_groups_without_skin_tones() {
    let groups = emoji_groups();
    assert_eq!(groups.len(), 9);
    assert!(groups.iter().all(|group| group.emoji.len() > 50));
    let all: Vec<_> = groups.iter().flat_map(|group| &group.emoji).collect();
    assert!(
        all.iter()
            .any(|emoji| emoji.text == "👍" && emoji.keywords.contains(&"thumbsup".to_owned()))
    );
    assert!(
        all.iter()
            .all(|emoji| is_emoji(emoji.text) && !emoji.text.contains(['🏻', '🏿']))
    );
}
