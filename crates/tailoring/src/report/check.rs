//! Whether a report agrees with itself.

use std::collections::BTreeSet;

use super::{Cell, Error, Report, Row, SCHEMA};

impl Report {
    /// Refuses what cannot be written or read back: numbers that are not finite, names of columns and rows that are not there,
    /// paths that lead out of the folder.
    pub fn check(&self) -> Result<(), Error> {
        if self.schema != SCHEMA {
            return Err(Error::Schema {
                expected: SCHEMA,
                found: u64::from(self.schema),
            });
        }
        self.columns()?;
        for row in self.rows.iter().chain(&self.sweep) {
            self.row(row)?;
        }
        if self.sweep.iter().any(|row| row.cut.is_none()) {
            return Err(invalid("a row of the sweep has no cut"));
        }
        self.pairs()?;
        self.sheets()
    }

    fn columns(&self) -> Result<(), Error> {
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return Err(invalid("its confidence does not lie between 0 and 1"));
        }
        let mut seen = BTreeSet::new();
        for column in &self.columns {
            if !is_identifier(&column.id) || !seen.insert(&column.id) {
                return Err(Error::Invalid(format!(
                    "the column {:?} needs another id: small letters, digits and _, each once",
                    column.id
                )));
            }
        }
        Ok(())
    }

    fn row(&self, row: &Row) -> Result<(), Error> {
        if !is_identifier(&row.name) {
            return Err(Error::Invalid(format!(
                "the row {:?} needs another name: small letters, digits and _",
                row.name
            )));
        }
        if row.cut.is_some_and(|cut| !(0.0..=1.0).contains(&cut)) {
            return Err(Error::Invalid(format!(
                "the cut of the row {} lies outside 0 to 1",
                row.name
            )));
        }
        for (id, cell) in &row.cells {
            if self.column(id).is_none() {
                return Err(Error::Invalid(format!(
                    "the row {} has a figure of no column, {id:?}",
                    row.name
                )));
            }
            if !is_sound(cell) {
                return Err(Error::Invalid(format!(
                    "the figure {id} of the row {} is broken",
                    row.name
                )));
            }
        }
        Ok(())
    }

    fn pairs(&self) -> Result<(), Error> {
        let is_row = |row: usize| row < self.rows.len();
        for comparison in &self.comparisons {
            let numbers = [comparison.difference, comparison.low, comparison.high];
            let sound = numbers.iter().all(|number| number.is_finite()) && comparison.low <= comparison.high;
            let p_value = comparison.p_value.is_none_or(|p_value| (0.0..=1.0).contains(&p_value));
            let named = self.column(&comparison.column).is_some();
            if !(sound && p_value && named && is_row(comparison.first) && is_row(comparison.second)) {
                return Err(invalid("a comparison is broken or names no row or column of it"));
            }
        }
        let sound = |share: &Option<Cell>| share.as_ref().is_none_or(is_sound);
        if !self
            .wins
            .iter()
            .all(|wins| is_row(wins.first) && is_row(wins.second) && sound(&wins.share))
        {
            return Err(invalid("a count of wins is broken or names no row of it"));
        }
        Ok(())
    }

    fn sheets(&self) -> Result<(), Error> {
        for sheet in &self.sheets {
            if sheet.row >= self.rows.len() || !is_safe_path(&sheet.path) {
                return Err(Error::Invalid(format!(
                    "the sheet needs a row of it and a PNG's path within its folder: {:?}",
                    sheet.path
                )));
            }
        }
        Ok(())
    }
}

fn invalid(what: &str) -> Error {
    Error::Invalid(what.to_owned())
}

/// An interval need not hold its figure (BCa), but must be one.
fn is_sound(cell: &Cell) -> bool {
    [cell.value, cell.low, cell.high, cell.relative_to_first.unwrap_or(0.0)]
        .iter()
        .all(|number| number.is_finite())
        && cell.low <= cell.high
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Parts of letters, digits, `-`, `_` and `.`, none of which begins with `.`: the same place on every system, and in a URL.
pub(super) fn is_safe_path(path: &str) -> bool {
    let is_part = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(allowed)
    };
    path.strip_suffix(".png").is_some() && path.split('/').all(is_part)
}
