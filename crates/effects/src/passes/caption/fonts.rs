//! The fonts of this machine, and which of them has a letter.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use resvg::usvg::fontdb::{Database, FaceInfo, Family, ID, Query, Source, Stretch, Style, Weight};

use super::coverage::Coverage;

/// Families whose bold letters make good captions, the best first.
const PREFERRED: [&str; 16] = [
    "Baloo 2",
    "Fredoka",
    "Nunito",
    "Quicksand",
    "Arial Rounded MT Bold",
    "SF Pro Rounded",
    "Ubuntu",
    "Segoe UI",
    "Helvetica Neue",
    "Inter",
    "Noto Sans",
    "Open Sans",
    "Cantarell",
    "Arial",
    "Liberation Sans",
    "DejaVu Sans",
];

/// The fonts of this machine, read once.
pub(super) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let mut database = Database::new();
    database.load_system_fonts();
    Fonts::new(database)
});

/// The families that captions can be set in, sorted.
pub fn fonts() -> Vec<String> {
    let faces = FONTS.database.faces().filter(|face| !is_emoji_font(face));
    let families: BTreeSet<&str> = faces.filter_map(family).filter(|name| !name.starts_with('.')).collect();
    families.into_iter().map(str::to_owned).collect()
}

/// Fonts, and what is known about their letters.
pub(super) struct Fonts {
    database: Database,
    /// Faces to look in, the best first.
    fallbacks: Vec<ID>,
    /// Read when first asked for.
    coverage: HashMap<ID, OnceLock<Coverage>>,
    used: Mutex<Used>,
}

/// The most faces whose files stay in memory; a file has up to tens of megabytes.
const MOST_USED: usize = 8;

/// Faces that were used, whose files stay in memory: usvg would read them again for every drawing.
#[derive(Default)]
struct Used {
    /// With their files and their identifiers among the fonts of the machine; the one that was used last is the last.
    faces: Vec<FaceInfo>,
    /// The same.
    database: Arc<Database>,
}

impl Fonts {
    pub(super) fn new(database: Database) -> Self {
        let mut faces: Vec<&FaceInfo> = database.faces().collect();
        faces.sort_by_key(|face| {
            (
                is_emoji_font(face),
                suitability(face),
                family(face).map(str::to_owned),
                face.id,
            )
        });
        Self {
            fallbacks: faces.iter().map(|face| face.id).collect(),
            coverage: faces.iter().map(|face| (face.id, OnceLock::new())).collect(),
            used: Mutex::default(),
            database,
        }
    }

    /// What usvg needs to draw with these faces: all of them, however many.
    pub(super) fn loaded(&self, faces: impl Iterator<Item = ID>) -> Arc<Database> {
        let wanted: BTreeSet<ID> = faces.collect();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let kept: BTreeSet<ID> = used.faces.iter().map(|face| face.id).collect();
        let read: Vec<FaceInfo> = wanted.difference(&kept).filter_map(|id| self.read(*id)).collect();
        // Stable: those that are wanted come last.
        used.faces.sort_by_key(|face| wanted.contains(&face.id));
        let surplus = (used.faces.len() + read.len()).saturating_sub(MOST_USED.max(wanted.len()));
        if surplus > 0 || !read.is_empty() {
            used.faces.extend(read);
            used.faces.drain(..surplus);
            let mut database = Database::new();
            for face in &used.faces {
                database.push_face_info(face.clone());
            }
            used.database = Arc::new(database);
        }
        used.database.clone()
    }

    /// A face with its file.
    fn read(&self, id: ID) -> Option<FaceInfo> {
        let face = self.database.face(id)?.clone();
        let file = self.database.with_face_data(id, |file, _| file.to_vec())?;
        let source = Source::Binary(Arc::new(file));
        Some(FaceInfo { source, ..face })
    }

    /// The bold face of the family; without such a family, of the first of [`PREFERRED`] that there is.
    pub(super) fn face(&self, wanted: &str) -> Option<ID> {
        let query = |name| {
            let families = [Family::Name(name)];
            let query = Query {
                families: &families,
                weight: Weight::BOLD,
                stretch: Stretch::Normal,
                style: Style::Normal,
            };
            self.database.query(&query)
        };
        std::iter::once(wanted)
            .filter(|name| !name.is_empty())
            .chain(PREFERRED)
            .find_map(query)
            .or(self.fallbacks.first().copied())
    }

    /// A face that has the letter: one of emoji for an emoji, else `first`, else the best of all.
    pub(super) fn face_with(&self, letter: char, first: Option<ID>) -> Option<ID> {
        let emoji = self
            .fallbacks
            .iter()
            .copied()
            .filter(|&id| is_emoji(letter) && self.is_emoji_face(id));
        emoji
            .chain(first)
            .chain(self.fallbacks.iter().copied())
            .find(|&id| self.has(id, letter))
    }

    /// A face's family and weight, as SVG writes them.
    pub(super) fn name(&self, id: ID) -> Option<(&str, u16)> {
        let face = self.database.face(id)?;
        Some((family(face)?, face.weight.0))
    }

    /// Whether its letters are thinner than a caption's should be.
    pub(super) fn is_light(&self, id: ID) -> bool {
        self.database
            .face(id)
            .is_some_and(|face| face.weight.0 < 600 && !is_emoji_font(face))
    }

    /// Whether its letters are pictures.
    pub(super) fn is_emoji_face(&self, id: ID) -> bool {
        self.database.face(id).is_some_and(is_emoji_font)
    }

    fn has(&self, id: ID, letter: char) -> bool {
        let read = || self.database.with_face_data(id, Coverage::of).unwrap_or_default();
        self.coverage
            .get(&id)
            .is_some_and(|coverage| coverage.get_or_init(read).has(letter))
    }
}

fn family(face: &FaceInfo) -> Option<&str> {
    face.families.first().map(|(name, _)| name.as_str())
}

fn is_emoji_font(face: &FaceInfo) -> bool {
    family(face).is_some_and(|name| name.to_lowercase().contains("emoji"))
}

/// How far a face is from upright bold sans-serif letters of normal width.
fn suitability(face: &FaceInfo) -> u32 {
    let name = family(face).unwrap_or_default().to_lowercase();
    let unlike = |words: &[&str]| u32::from(words.iter().any(|word| name.contains(word)));
    u32::from(face.weight.0.abs_diff(700))
        + 2000 * u32::from(face.style != Style::Normal)
        + 1000 * u32::from(face.monospaced || name.contains("mono"))
        + 500 * u32::from(face.stretch != Stretch::Normal)
        + 400 * unlike(&["serif", "ming", "song", "roman", "times"]) * u32::from(!name.contains("sans"))
        + 800 * unlike(&["symbol", "math", "dingbat", "awesome", "icon", "sharp"])
}

/// Whether it is usually drawn as a small picture.
fn is_emoji(letter: char) -> bool {
    matches!(u32::from(letter), 0x1f000..=0x1faff | 0x2600..=0x27bf | 0x2b05..=0x2b55 | 0x231a..=0x23ff)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One font of this machine under twenty names.
    fn twenty() -> (Fonts, Vec<ID>) {
        let some = FONTS.database.faces().next().unwrap();
        let mut database = Database::new();
        let ids = (0..20).map(|number| {
            let mut face = some.clone();
            face.families[0].0 = number.to_string();
            database.push_face_info(face)
        });
        let ids = ids.collect();
        (Fonts::new(database), ids)
    }

    fn names(database: &Database) -> BTreeSet<&str> {
        database.faces().filter_map(family).collect()
    }

    #[test]
    fn the_eight_faces_that_were_used_last_stay_in_memory() {
        let (fonts, ids) = twenty();
        for (number, id) in ids.iter().enumerate() {
            fonts.loaded([ids[3]].into_iter());
            let loaded = fonts.loaded([*id].into_iter());
            assert!(loaded.len() <= 8 && names(&loaded).contains(number.to_string().as_str()));
        }
        let loaded = fonts.loaded([ids[19], ids[3]].into_iter());
        let expected = ["3", "13", "14", "15", "16", "17", "18", "19"];
        assert_eq!(names(&loaded), BTreeSet::from(expected));
        assert!(
            Arc::ptr_eq(&loaded, &fonts.loaded([ids[15]].into_iter())),
            "nothing is read again"
        );
    }

    #[test]
    fn a_drawing_gets_all_of_its_faces() {
        let (fonts, ids) = twenty();
        assert_eq!(fonts.loaded(ids.iter().copied()).len(), 20);
        assert_eq!(fonts.loaded([ids[0], ids[0]].into_iter()).len(), 8);
    }
}
