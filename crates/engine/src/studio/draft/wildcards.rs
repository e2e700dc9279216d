//! Wildcards in a prompt: `{red|blue} cat` is two prompts. Braces may be nested; `\{`, `\|` and `\}` are the characters themselves.

/// A prompt may not stand for more than this many.
pub(super) const MAX_PROMPTS: usize = 10_000;
/// Nor for more bytes than this in all of them together.
const MAX_BYTES: usize = 16 << 20;
/// Deeper nesting than this is no prompt.
const MAX_DEPTH: usize = 16;

/// Every prompt that `text` stands for, in the order written: the last wildcard changes fastest. A text without wildcards
/// stands for itself.
///
/// # Errors
/// When a brace is missing, or there are more than [`MAX_PROMPTS`]; a sentence says so.
pub(super) fn expand(text: &str) -> Result<Vec<String>, String> {
    let mut parser = Parser {
        rest: text,
        chose: false,
    };
    let prompts = parser.sequence(0)?;
    match parser.rest.chars().next() {
        None if !parser.chose => Ok(prompts),
        None => Ok(prompts.iter().map(|prompt| tidy(prompt)).collect()),
        Some(_) => Err("a closing brace } has no opening one; write \\} for the character itself".to_owned()),
    }
}

/// A text that stands for exactly `prompt`, whatever characters are in it.
pub(in crate::studio) fn escape(prompt: &str) -> String {
    let mut text = String::with_capacity(prompt.len());
    for character in prompt.chars() {
        // A bar alone is a plain character already.
        if matches!(character, '{' | '}') || (character == '|' && text.ends_with('\\')) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

/// An empty choice, as in `{big |}cat`, must leave no double space.
fn tidy(prompt: &str) -> String {
    prompt
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

struct Parser<'a> {
    rest: &'a str,
    /// Whether there was a wildcard.
    chose: bool,
}

impl Parser<'_> {
    /// Texts and wildcards up to the end, or up to a `}` (or a `|` inside of braces), which is left standing.
    fn sequence(&mut self, depth: usize) -> Result<Vec<String>, String> {
        let mut prompts = vec![String::new()];
        while let Some(character) = self.rest.chars().next() {
            match character {
                '}' => break,
                '|' if depth > 0 => break,
                '{' => {
                    self.rest = &self.rest[1..];
                    self.chose = true;
                    prompts = combine(&prompts, &self.choices(depth + 1)?)?;
                }
                _ => {
                    let text = self.text(depth);
                    prompts = combine(&prompts, &[text])?;
                }
            }
        }
        Ok(prompts)
    }

    /// Everything up to the next brace or, inside of braces, bar.
    fn text(&mut self, depth: usize) -> String {
        let mut text = String::new();
        while let Some(character) = self.rest.chars().next() {
            if matches!(character, '{' | '}') || (character == '|' && depth > 0) {
                break;
            }
            text.push(self.literal(character));
        }
        text
    }

    /// What stands between braces, behind the opening one.
    fn choices(&mut self, depth: usize) -> Result<Vec<String>, String> {
        if depth > MAX_DEPTH {
            return Err(format!("wildcards are nested more than {MAX_DEPTH} deep"));
        }
        let mut choices = Vec::new();
        loop {
            choices.extend(self.sequence(depth)?);
            if choices.len() > MAX_PROMPTS {
                return Err(too_many());
            }
            let Some(end) = self.rest.chars().next() else {
                return Err("an opening brace { is not closed; write \\{ for the character itself".to_owned());
            };
            self.rest = &self.rest[1..];
            if end == '}' {
                return Ok(choices);
            }
        }
    }

    fn literal(&mut self, character: char) -> char {
        self.rest = &self.rest[character.len_utf8()..];
        match (character, self.rest.chars().next()) {
            ('\\', Some(escaped @ ('{' | '|' | '}'))) => {
                self.rest = &self.rest[1..];
                escaped
            }
            _ => character,
        }
    }
}

fn combine(beginnings: &[String], choices: &[String]) -> Result<Vec<String>, String> {
    if beginnings.len().saturating_mul(choices.len()) > MAX_PROMPTS {
        return Err(too_many());
    }
    let bytes = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
    if bytes(beginnings).saturating_mul(choices.len()) + bytes(choices).saturating_mul(beginnings.len()) > MAX_BYTES {
        return Err("the wildcards stand for too much text; use fewer or shorter ones".to_owned());
    }
    let all = beginnings
        .iter()
        .flat_map(|beginning| choices.iter().map(move |choice| format!("{beginning}{choice}")));
    Ok(all.collect())
}

fn too_many() -> String {
    format!("the wildcards stand for more than {MAX_PROMPTS} prompts; use fewer")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> Vec<String> {
        expand(text).unwrap()
    }

    #[test]
    fn a_prompt_without_wildcards_stands_for_itself() {
        assert_eq!(expanded("a red cat | dog"), ["a red cat | dog"]);
        assert_eq!(expanded(""), [""]);
        assert_eq!(expanded("一只猫"), ["一只猫"]);
    }

    #[test]
    fn the_last_wildcard_changes_fastest() {
        assert_eq!(
            expanded("{red|blue} cat with {hat|tie}"),
            [
                "red cat with hat",
                "red cat with tie",
                "blue cat with hat",
                "blue cat with tie"
            ]
        );
    }

    #[test]
    fn wildcards_nest_and_choices_may_be_empty() {
        assert_eq!(
            expanded("a {{dark|light} blue|red} cat"),
            ["a dark blue cat", "a light blue cat", "a red cat"]
        );
        assert_eq!(expanded("a {big|} cat"), ["a big cat", "a cat"]);
        assert_eq!(expanded("a {} cat"), ["a cat"]);
    }

    #[test]
    fn a_backslash_makes_braces_plain() {
        assert_eq!(
            expanded(r"a \{smile\} {x\|y|z} \o/"),
            [r"a {smile} x|y \o/", r"a {smile} z \o/"]
        );
    }

    #[test]
    fn a_missing_brace_and_an_explosion_are_told() {
        assert!(expand("a {red cat").unwrap_err().contains("not closed"));
        assert!(expand("a red} cat").unwrap_err().contains("no opening"));
        assert!(expand(&"{a|b}".repeat(40)).unwrap_err().contains("10000"));
        assert!(expand(&"{".repeat(5000)).unwrap_err().contains("nested"));
        for text in [
            format!("{} {}", "{a|b}".repeat(13), "x".repeat(15_000)),
            format!("{} {}", "x".repeat(15_000), "{a|b}".repeat(13)),
        ] {
            assert!(expand(&text).is_err());
        }
        let long = format!("{} {}", "x".repeat(15_000), "{a|b}".repeat(13));
        assert!(expand(&long).unwrap_err().contains("too much text"));
    }

    #[test]
    fn an_escaped_prompt_stands_for_itself() {
        for prompt in [
            r"a {smile} \o/ x|y \| z \{ \\} end\",
            "a  cat with  spaces",
            " { ",
            "|",
            "一只{猫}",
        ] {
            assert_eq!(expanded(&escape(prompt)), [prompt]);
        }
        assert_eq!(escape("a red cat | dog"), "a red cat | dog");
    }
}
