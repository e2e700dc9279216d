//! The little English grammar that templates need. What the word lists hold is checked against the package `inflect`.

/// Words that begin with a vowel and are spoken with a consonant.
const SPOKEN_WITH_CONSONANT: [&str; 12] = [
    "unicorn",
    "unicycle",
    "uniform",
    "universe",
    "university",
    "ukulele",
    "used",
    "useful",
    "utensil",
    "euro",
    "one",
    "once",
];
/// Words that begin with a consonant and are spoken with a vowel.
const SPOKEN_WITH_VOWEL: [&str; 5] = ["heir", "honest", "honor", "hour", "x-ray"];
/// Plurals that no rule makes.
const PLURALS: [(&str, &str); 16] = [
    ("bison", "bison"),
    ("child", "children"),
    ("deer", "deer"),
    ("elf", "elves"),
    ("fish", "fish"),
    ("goldfish", "goldfish"),
    ("goose", "geese"),
    ("jellyfish", "jellyfish"),
    ("man", "men"),
    ("moose", "moose"),
    ("mouse", "mice"),
    ("ox", "oxen"),
    ("sheep", "sheep"),
    ("starfish", "starfish"),
    ("superhero", "superheroes"),
    ("wolf", "wolves"),
];

/// "a" or "an", as the word that follows wants it.
pub(super) fn article(word: &str) -> &'static str {
    let word = word.to_lowercase();
    let begins_with = |beginnings: &[&str]| beginnings.iter().any(|beginning| word.starts_with(beginning));
    let vowel = word.starts_with(['a', 'e', 'i', 'o', 'u']);
    if begins_with(&SPOKEN_WITH_VOWEL) || vowel && !begins_with(&SPOKEN_WITH_CONSONANT) {
        "an"
    } else {
        "a"
    }
}

/// The plural of a noun phrase: "polar bear" to "polar bears", "police officer" to "police officers", "snowman" to
/// "snowmen".
pub(super) fn plural(noun: &str) -> String {
    let (before, word) = noun
        .rsplit_once(' ')
        .map_or(("", noun), |(before, word)| (before, word));
    let word = plural_word(word);
    if before.is_empty() {
        word
    } else {
        format!("{before} {word}")
    }
}

fn plural_word(word: &str) -> String {
    if let Some((_, plural)) = PLURALS.iter().find(|(singular, _)| *singular == word) {
        return (*plural).to_owned();
    }
    if let Some(stem) = word.strip_suffix("man") {
        return format!("{stem}men");
    }
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(is_vowel) => format!("{stem}ies"),
        _ if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

/// The -ing form of a verb phrase, whose first word is the verb: "ride a bicycle" to "riding a bicycle".
pub(super) fn progressive(phrase: &str) -> String {
    match phrase.split_once(' ') {
        Some((verb, rest)) => format!("{} {rest}", progressive_verb(verb)),
        None => progressive_verb(phrase),
    }
}

fn progressive_verb(verb: &str) -> String {
    if let Some(stem) = verb.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    if let Some(stem) = verb.strip_suffix('e').filter(|stem| !stem.ends_with(['e', 'o', 'y'])) {
        return format!("{stem}ing");
    }
    match verb.chars().last() {
        Some(last) if doubles(verb) => format!("{verb}{last}ing"),
        _ => format!("{verb}ing"),
    }
}

/// Whether a verb doubles its last letter: one syllable that ends in consonant, vowel, consonant.
fn doubles(verb: &str) -> bool {
    let letters: Vec<char> = verb.chars().collect();
    let syllables = verb
        .split(|letter| !is_vowel(letter))
        .filter(|vowels| !vowels.is_empty());
    let [.., before, vowel, last] = letters.as_slice() else {
        return false;
    };
    syllables.count() == 1 && !is_vowel(*before) && is_vowel(*vowel) && !is_vowel(*last) && !"wxy".contains(*last)
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use super::super::lists::List;
    use super::*;

    /// Written by `fixtures/write_grammar.py` with the package `inflect`.
    fn reference(part: &str) -> Map<String, Value> {
        let fixture: Value = serde_json::from_str(include_str!("fixtures/grammar.json")).unwrap();
        fixture[part].as_object().unwrap().clone()
    }

    #[test]
    fn articles_are_those_of_inflect() {
        let expected = reference("articles");
        let lists = [
            List::Emotions,
            List::Characters,
            List::Things,
            List::Places,
            List::SimpleHeld,
        ];
        for word in lists.into_iter().flat_map(List::words) {
            let phrase = format!("{} {word}", article(word));
            assert_eq!(Some(phrase.as_str()), expected[*word].as_str());
        }
    }

    #[test]
    fn plurals_are_those_of_inflect() {
        let expected = reference("plurals");
        for word in List::Figures.words() {
            assert_eq!(Some(plural(word).as_str()), expected[*word].as_str());
        }
    }

    #[test]
    fn progressive_forms_are_those_of_inflect() {
        let expected = reference("progressives");
        for phrase in [List::Actions, List::PairActions].into_iter().flat_map(List::words) {
            let verb = phrase.split(' ').next().unwrap();
            assert_eq!(Some(progressive_verb(verb).as_str()), expected[verb].as_str());
            assert!(progressive(phrase).ends_with(&phrase[verb.len()..]));
        }
    }
}
