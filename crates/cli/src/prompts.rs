//! The prompts of a command: those of the command line, then those of a file or of standard input.

use std::io::Read;
use std::path::Path;

use engine::Error;

/// The name that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// All prompts in order: `arguments`, then the lines of `file` (`-`: standard input).
///
/// # Errors
/// A file that cannot be read or is not UTF-8, and when there is no prompt at all.
pub fn gather(arguments: Vec<String>, file: Option<&Path>) -> Result<Vec<String>, Error> {
    let mut prompts = arguments;
    if let Some(path) = file {
        let found = prompts.len();
        prompts.extend(lines(&read(path)?));
        if prompts.len() == found {
            return Err(Error::input(format!(
                "there is no prompt in this file (blank lines and lines that start with # do not count): {}",
                name(path)
            )));
        }
    }
    Ok(prompts)
}

/// One prompt a line, without the space around it; blank lines and `#` comments are skipped.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
}

fn read(path: &Path) -> Result<String, Error> {
    let bytes = if path.as_os_str() == STANDARD_INPUT {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = bytes.map_err(|error| Error::input(format!("could not read the prompts ({error}): {}", name(path))))?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .split(|&byte| byte == b'\n')
            .count();
        Error::input(format!(
            "the prompts are not UTF-8 text (line {line}); save the file as UTF-8: {}",
            name(path)
        ))
    })
}

fn name(path: &Path) -> String {
    if path.as_os_str() == STANDARD_INPUT {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_and_comments_are_no_prompts() {
        let found: Vec<_> = lines("\u{feff}a cat\r\n\r\n  # a note\n  a dog #1 \n\n").collect();
        assert_eq!(found, ["a cat", "a dog #1"]);
    }

    #[test]
    fn an_empty_prompt_on_the_command_line_is_kept() {
        assert_eq!(
            gather(vec![String::new()], None).unwrap(),
            [""],
            "it asks for an unconditional picture"
        );
    }

    #[test]
    fn a_missing_file_is_named_last() {
        let error = gather(Vec::new(), Some(Path::new("no/such/prompts.txt"))).unwrap_err();
        assert_eq!(error.code, engine::ErrorCode::Input);
        assert!(error.message.ends_with(": no/such/prompts.txt"), "{}", error.message);
    }
}
