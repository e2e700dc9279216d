//! One character in several moods.

/// The moods that the form offers; a person may write others. From the emotions of "Text-to-Sticker" (arXiv 2311.10794)'s prompt buckets.
pub(crate) const MOODS: &[&str] = &[
    "happy",
    "sad",
    "angry",
    "surprised",
    "sleepy",
    "in love",
    "laughing",
    "crying",
    "scared",
    "proud",
    "shy",
    "bored",
    "excited",
    "confused",
    "grumpy",
    "cool",
    "sick",
    "worried",
    "silly",
    "thankful",
];

/// The prompt with the mood before the character: "a cat" becomes "an angry cat". Moods of several words follow it: "a cat in love".
pub(super) fn with_mood(prompt: &str, mood: &str) -> String {
    let (prompt, mood) = (prompt.trim(), mood.trim());
    if mood.is_empty() || mood.contains(' ') {
        return format!("{prompt} {mood}").trim().to_owned();
    }
    let (article, character) = match prompt.split_once(' ') {
        Some((first, rest)) if ["a", "an"].contains(&first.to_lowercase().as_str()) => (Some(indefinite(mood)), rest),
        Some((first, rest)) if first.eq_ignore_ascii_case("the") => (Some(first), rest),
        _ => (None, prompt),
    };
    match article {
        Some(article) => format!("{article} {mood} {character}"),
        None => format!("{mood} {character}"),
    }
}

/// "owl" becomes "an owl".
pub(crate) fn with_article(noun: &str) -> String {
    format!("{} {noun}", indefinite(noun))
}

fn indefinite(word: &str) -> &'static str {
    let word = word.to_lowercase();
    // A unicorn begins with a consonant that one only hears.
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) && !word.starts_with("uni") {
        "an"
    } else {
        "a"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mood_stands_before_the_character() {
        for (prompt, mood, expected) in [
            ("a cat", "angry", "an angry cat"),
            ("an owl", "sad", "a sad owl"),
            ("the old owl", "sad", "the sad old owl"),
            ("cat with sunglasses", "happy", "happy cat with sunglasses"),
            ("a cat", "in love", "a cat in love"),
            ("a cat", " ", "a cat"),
            ("a unicorn", "shy", "a shy unicorn"),
        ] {
            assert_eq!(with_mood(prompt, mood), expected);
        }
    }

    #[test]
    fn the_article_is_the_one_that_is_spoken() {
        for (noun, expected) in [
            ("owl", "an owl"),
            ("unicorn singing", "a unicorn singing"),
            ("fox", "a fox"),
        ] {
            assert_eq!(with_article(noun), expected);
        }
    }
}
