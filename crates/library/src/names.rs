//! What people may call things.

use crate::Error;

/// The trimmed name, when it has 1 to `longest` characters and no control characters.
pub(crate) fn checked<'a>(what: &str, name: &'a str, longest: usize) -> Result<&'a str, Error> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > longest {
        return Err(Error::input(format!(
            "{what} needs 1 to {longest} characters, this has {length}"
        )));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::input(format!("{what} has no control characters: {name:?}")));
    }
    Ok(name)
}

/// Two names that differ only in case fold to one.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn names_are_trimmed_and_measured_in_characters() {
        assert_eq!(checked("a tag", "  一只猫 ", 3).unwrap(), "一只猫");
        for bad in ["", " \t ", "四个字了", "a\nb", "a\0b"] {
            assert_eq!(checked("a tag", bad, 3).unwrap_err().kind, ErrorKind::Input, "{bad:?}");
        }
    }

    #[test]
    fn every_script_is_folded() {
        assert_eq!(folded("ÜBER Кот"), folded("über кОТ"));
    }
}
