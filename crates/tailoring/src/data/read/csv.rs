//! Comma-separated values (RFC 4180).

/// The rows of a text with the line each begins at, from 1. Quotes hold commas, line breaks and doubled quotes; empty lines are left out.
/// An error is a sentence.
pub(super) fn rows(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    let mut rows = Vec::new();
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    let (mut line, mut begin) = (1, 1);
    let mut row = Vec::new();
    let mut field = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if field.is_empty() => {
                let over = quoted(&mut letters, &mut field);
                line += over.ok_or_else(|| format!("line {begin}: a quote is not closed"))?;
            }
            ',' => row.push(std::mem::take(&mut field)),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' => {
                line += 1;
                finish(&mut rows, &mut row, &mut field, begin);
                begin = line;
            }
            other => field.push(other),
        }
    }
    finish(&mut rows, &mut row, &mut field, begin);
    Ok(rows)
}

/// Reads to the closing quote; how many lines it went over, `None` where there is no such quote.
fn quoted(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, field: &mut String) -> Option<usize> {
    let mut lines = 0;
    loop {
        match letters.next()? {
            '"' if letters.next_if_eq(&'"').is_none() => return Some(lines),
            letter => {
                lines += usize::from(letter == '\n');
                field.push(letter);
            }
        }
    }
}

fn finish(rows: &mut Vec<(usize, Vec<String>)>, row: &mut Vec<String>, field: &mut String, begin: usize) {
    row.push(std::mem::take(field));
    let row = std::mem::take(row);
    if row.len() > 1 || !row[0].is_empty() {
        rows.push((begin, row));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<Vec<String>> {
        rows(text).unwrap().into_iter().map(|(_, row)| row).collect()
    }

    #[test]
    fn quotes_hold_commas_line_breaks_and_quotes() {
        let text = "file_name,text\r\na.png,\"a cat, \"\"happy\"\"\r\nand red\"\r\n\r\nb.png,\n";
        let rows = rows(text).unwrap();
        assert_eq!(
            rows[1],
            (2, vec!["a.png".to_owned(), "a cat, \"happy\"\r\nand red".to_owned()])
        );
        assert_eq!(rows[2], (5, vec!["b.png".to_owned(), String::new()]));
        assert_eq!(rows.len(), 3);
    }

    #[test]
    fn a_byte_order_mark_and_a_missing_last_line_break_are_no_matter() {
        assert_eq!(fields("\u{feff}a,b\n1,2"), [["a", "b"], ["1", "2"]]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_named_with_its_line() {
        assert_eq!(rows("a\n\"b\nc").unwrap_err(), "line 2: a quote is not closed");
    }
}
