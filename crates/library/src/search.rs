//! Text for the full-text index, and a person's words as its query.

/// `text` as the index gets it: every character of a script without spaces is a word of its own, so that 猫 finds 一只猫.
pub(crate) fn indexed(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for character in text.chars() {
        if stands_alone(character) {
            spaced.extend([' ', character, ' ']);
        } else {
            spaced.push(character);
        }
    }
    spaced
}

/// The FTS5 query for all words of `text`, the last one perhaps unfinished; `None` when there is no word in it.
/// Every word is quoted, so nothing in it is syntax; one of several characters that stand alone is a phrase.
pub(crate) fn expression(text: &str) -> Option<String> {
    // FTS5 reads its query as a C string, and a quote would end ours.
    let words: Vec<String> = text
        .split(|character: char| character.is_whitespace() || character.is_control() || character == '"')
        .filter(|word| {
            word.chars()
                .any(|character| character.is_alphanumeric() || stands_alone(character))
        })
        .map(|word| format!("\"{}\"", indexed(word)))
        .collect();
    (!words.is_empty()).then(|| words.join(" ") + " *")
}

/// Scripts written without spaces, and emoji.
fn stands_alone(character: char) -> bool {
    matches!(character,
        '\u{2600}'..='\u{27bf}' // symbols and dingbats
        | '\u{3040}'..='\u{30ff}' // kana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // Chinese characters
        | '\u{ac00}'..='\u{d7af}' // hangul
        | '\u{1f300}'..='\u{1faff}' // emoji
        | '\u{20000}'..='\u{323af}') // rare Chinese characters
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn finds(indexed_text: &str, query: &str) -> bool {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("schema/1.sql")).unwrap();
        connection
            .execute(
                "INSERT INTO words (rowid, prompt, tags) VALUES (1, ?1, '')",
                [indexed(indexed_text)],
            )
            .unwrap();
        connection
            .query_row(
                "SELECT count(*) FROM words WHERE words MATCH ?1",
                [expression(query).unwrap()],
                |row| row.get(0),
            )
            .unwrap()
    }

    #[test]
    fn every_word_must_occur_and_the_last_may_be_unfinished() {
        assert!(finds("A happy red cat", "red HAPPY"));
        assert!(finds("A happy red cat", "red ca"));
        assert!(!finds("A happy red cat", "re cat"));
        assert!(!finds("A happy red cat", "red dog"));
        assert!(finds("Crème brûlée", "creme BRULEE"));
    }

    #[test]
    fn chinese_is_found_by_a_part() {
        for query in ["猫", "一只", "戴墨镜", "一只 猫", "镜的猫"] {
            assert!(finds("一只戴墨镜的猫cat", query), "{query}");
        }
        assert!(!finds("一只戴墨镜的猫", "猫镜"), "a phrase, in its order");
        assert!(finds("一只戴墨镜的猫cat", "ca"));
        assert!(finds("ねこカフェ", "カフ"));
        assert!(finds("고양이 스티커", "양이"));
    }

    #[test]
    fn emoji_are_words() {
        assert!(finds("party 🎉🎈 time", "🎈"));
        assert!(!finds("party 🎉 time", "🎈"));
        assert!(finds("I ❤ cats", "❤"));
    }

    #[test]
    fn nothing_a_person_types_is_syntax() {
        for query in [
            "\"",
            "cat\"",
            "cat*",
            "^cat",
            "cat AND",
            "NOT cat",
            "OR",
            "NEAR(cat",
            "prompt:cat",
            "-cat",
            "{tags}:cat",
            "a\0b cat",
            "'; DROP TABLE sticker; --",
            "cat + dog",
            "(cat",
            "\\",
            "%",
            "_",
            "?1",
            "\u{301}a",
        ] {
            if let Some(expression) = expression(query) {
                let connection = Connection::open_in_memory().unwrap();
                connection.execute_batch(include_str!("schema/1.sql")).unwrap();
                let found: i64 = connection
                    .query_row(
                        "SELECT count(*) FROM words WHERE words MATCH ?1",
                        [&expression],
                        |row| row.get(0),
                    )
                    .unwrap_or_else(|error| panic!("{query:?} {expression:?}: {error}"));
                assert_eq!(found, 0);
            }
        }
        assert!(finds("a cat", "\"cat\""));
        assert!(finds("the AND gate", "AND"));
        assert!(finds("well-known cat", "well-known"));
    }

    #[test]
    fn signs_alone_are_no_words() {
        for query in ["", "  ", "!?", "\"\"", "-- **"] {
            assert_eq!(expression(query), None);
        }
    }
}
