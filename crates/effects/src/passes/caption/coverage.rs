//! Which letters a font has: the character map of its file (OpenType 1.9, "cmap", formats 4 and 12).

use std::ops::RangeInclusive;

/// Ranges of code points, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Coverage(Vec<RangeInclusive<u32>>);

impl Coverage {
    /// Of the face with this index in a font file; empty when the file is not understood.
    pub(super) fn of(file: &[u8], face: u32) -> Self {
        let mut points = code_points(&Bytes(file), face as usize).unwrap_or_default();
        points.sort_unstable();
        let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
        for point in points {
            match ranges.last_mut() {
                Some(last) if point <= last.end().saturating_add(1) => *last = *last.start()..=point.max(*last.end()),
                _ => ranges.push(point..=point),
            }
        }
        Self(ranges)
    }

    pub(super) fn has(&self, letter: char) -> bool {
        let point = u32::from(letter);
        let after = self.0.partition_point(|range| *range.start() <= point);
        after > 0 && self.0[after - 1].contains(&point)
    }
}

/// Big-endian numbers at places that may lie outside.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn u16(&self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at.checked_add(2)?)?;
        Some(usize::from(u16::from_be_bytes([bytes[0], bytes[1]])))
    }

    fn u32(&self, at: usize) -> Option<usize> {
        Some(self.u16(at)? << 16 | self.u16(at.checked_add(2)?)?)
    }
}

fn code_points(file: &Bytes<'_>, face: usize) -> Option<Vec<u32>> {
    let font = if file.0.starts_with(b"ttcf") {
        file.u32(12 + 4 * face)?
    } else {
        0
    };
    let tables = (0..file.u16(font + 4)?).map(|table| font + 12 + 16 * table);
    let is_cmap = |table: &usize| file.0.get(*table..*table + 4) == Some(b"cmap");
    let cmap = file.u32(tables.into_iter().find(is_cmap)? + 8)?;
    let mut points = Vec::new();
    for record in 0..file.u16(cmap + 2)? {
        let map = cmap + file.u32(cmap + 4 + 8 * record + 4)?;
        let found = match file.u16(map)? {
            4 => segments(file, map),
            12 => groups(file, map),
            _ => None,
        };
        points.extend(found.into_iter().flatten());
    }
    Some(points)
}

/// Format 4: segments of the Basic Multilingual Plane.
fn segments(file: &Bytes<'_>, map: usize) -> Option<Vec<u32>> {
    let doubled = file.u16(map + 6)?;
    let mut points = Vec::new();
    for segment in (0..doubled).step_by(2) {
        let end = file.u16(map + 14 + segment)?;
        let start = file.u16(map + 16 + doubled + segment)?;
        let delta = file.u16(map + 16 + 2 * doubled + segment)?;
        let offset_at = map + 16 + 3 * doubled + segment;
        let offset = file.u16(offset_at)?;
        let glyph = |point: usize| match offset {
            0 => (point + delta) & 0xffff,
            _ => file.u16(offset_at + offset + 2 * (point - start)).unwrap_or(0),
        };
        points.extend(
            (start..=end)
                .filter(|&point| point != 0xffff && glyph(point) != 0)
                .map(|point| point as u32),
        );
    }
    Some(points)
}

/// Format 12: groups of all of Unicode.
fn groups(file: &Bytes<'_>, map: usize) -> Option<Vec<u32>> {
    let mut points = Vec::new();
    for group in 0..file.u32(map + 12)?.min(0x10_ffff) {
        let at = map + 16 + 12 * group;
        let (start, end) = (file.u32(at)?, file.u32(at + 4)?.min(0x10_ffff));
        points.extend((start..=end).map(|point| point as u32));
        if points.len() > 0x20_0000 {
            return None;
        }
    }
    Some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A font file with nothing but this character map.
    fn file(map: &[u16]) -> Vec<u8> {
        let header = [0, 1, 1, 0, 0, 0, 0x636d, 0x6170, 0, 0, 0, 28, 0, 0, 0, 1, 3, 1, 0, 12];
        header
            .iter()
            .chain(map)
            .flat_map(|word: &u16| word.to_be_bytes())
            .collect()
    }

    #[test]
    fn segments_are_read_with_and_without_a_glyph_array() {
        // A to C by delta; a to c by array, where b has no glyph; the closing segment.
        let map = [
            4, 0, 0, 6, 0, 0, 0, 0x43, 0x63, 0xffff, 0, 0x41, 0x61, 0xffff, 0xffd0, 0, 1, 0, 4, 0, 7, 0, 8,
        ];
        let coverage = Coverage::of(&file(&map), 0);
        let found: String = ('\0'..'\u{2fff}').filter(|&letter| coverage.has(letter)).collect();
        assert_eq!(found, "ABCac");
    }

    #[test]
    fn groups_reach_beyond_the_first_plane() {
        let map = [12, 0, 0, 28, 0, 0, 0, 1, 1, 0xf600, 1, 0xf602, 0, 5];
        let coverage = Coverage::of(&file(&map), 0);
        let found: String = ('\u{1f5f0}'..'\u{1f610}')
            .filter(|&letter| coverage.has(letter))
            .collect();
        assert_eq!(found, "\u{1f600}\u{1f601}\u{1f602}");
    }

    #[test]
    fn broken_files_have_no_letters() {
        let whole = file(&[12, 0, 0, 28, 0, 0, 0, 9, 1, 0xf600, 1, 0xf602, 0, 5]);
        for length in 0..whole.len() {
            assert_eq!(Coverage::of(&whole[..length], 0), Coverage::default());
        }
        assert_eq!(Coverage::of(&[255; 300], 7), Coverage::default());
    }
}
