//! How a sticker's file is called: `SLUG-SEED.png`.

/// A slug holds no more characters than this.
const MAX_CHARACTERS: usize = 60;
/// File systems count bytes (most allow 255), and a Chinese character has three; seed, number and ending need some, too.
const MAX_BYTES: usize = 150;
/// What a prompt without letters or digits is called.
const NAMELESS: &str = "sticker";

/// The part of a file name that comes from the prompt: letters and digits of every script in lower case, all between
/// them one hyphen, cut at a sensible length. A prompt without any gives `sticker`.
pub fn slug(prompt: &str) -> String {
    let mut slug = String::new();
    for word in prompt
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let word = word.to_lowercase();
        if slug.is_empty() {
            slug.push_str(cut(&word, MAX_CHARACTERS, MAX_BYTES));
        } else if fits(&slug, &word) {
            slug.push('-');
            slug.push_str(&word);
        } else {
            break;
        }
    }
    if slug.is_empty() { NAMELESS.to_owned() } else { slug }
}

/// The file name of a sticker; the second with the same slug and seed is `attempt` 2.
pub(crate) fn file_name(slug: &str, seed: u64, attempt: u32) -> String {
    match attempt {
        0 | 1 => format!("{slug}-{seed}.png"),
        number => format!("{slug}-{seed}-{number}.png"),
    }
}

fn fits(slug: &str, word: &str) -> bool {
    slug.chars().count() + 1 + word.chars().count() <= MAX_CHARACTERS && slug.len() + 1 + word.len() <= MAX_BYTES
}

/// The longest beginning of `word` within both limits.
fn cut(word: &str, characters: usize, bytes: usize) -> &str {
    let end = word
        .char_indices()
        .map(|(start, character)| start + character.len_utf8())
        .take(characters)
        .take_while(|&end| end <= bytes)
        .last()
        .unwrap_or(0);
    &word[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_by_hyphens_in_lower_case() {
        assert_eq!(slug("A Red  cat, with SUNGLASSES!"), "a-red-cat-with-sunglasses");
        assert_eq!(
            slug("../../etc/passwd"),
            "etc-passwd",
            "a prompt never leaves the folder"
        );
    }

    #[test]
    fn letters_of_every_script_are_kept() {
        assert_eq!(slug("一只戴墨镜的猫"), "一只戴墨镜的猫");
        assert_eq!(slug("Ünïcode Straße"), "ünïcode-straße");
    }

    #[test]
    fn a_prompt_without_letters_is_a_sticker() {
        for prompt in ["", "   ", "!?", "😀"] {
            assert_eq!(slug(prompt), "sticker");
        }
    }

    #[test]
    fn a_long_prompt_is_cut_at_a_word() {
        let slug = slug(&"wonderful ".repeat(20));
        assert_eq!(slug, "wonderful-wonderful-wonderful-wonderful-wonderful-wonderful");
        assert!(slug.chars().count() <= MAX_CHARACTERS);
    }

    #[test]
    fn a_long_word_is_cut_at_a_character() {
        assert_eq!(slug(&"x".repeat(500)).len(), MAX_CHARACTERS);
        let chinese = slug(&"猫".repeat(500));
        assert_eq!(chinese.chars().count(), 50, "150 bytes of three each");
    }

    #[test]
    fn the_second_of_a_name_is_numbered_two() {
        assert_eq!(file_name("cat", 7, 1), "cat-7.png");
        assert_eq!(file_name("cat", 7, 2), "cat-7-2.png");
    }
}
