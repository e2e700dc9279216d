//! What the path that a person gave means.

use std::path::{Path, PathBuf, is_separator};

use crate::store::{is_empty_folder, unnamed};
use crate::{Error, Platform};

/// How a pack's files are kept together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// In a folder.
    Folder,
    /// In a ZIP.
    Zip,
    /// In a gzipped tar.
    TarGz,
    /// In the ZIP that "Sticker maker" apps read.
    Wastickers,
}

/// The suffixes that choose a form.
const SUFFIXES: [(&str, Form); 4] = [
    (".zip", Form::Zip),
    (".tar.gz", Form::TarGz),
    (".tgz", Form::TarGz),
    (".wastickers", Form::Wastickers),
];

/// Where packs go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// How their files are kept together.
    pub(crate) form: Form,
    folder: PathBuf,
    stem: String,
    suffix: String,
}

impl Target {
    /// A suffix chooses the form; so do a `/` at the end and an empty folder that is there. Without them it is the platform's
    /// usual form, and its suffix is put behind.
    pub(crate) fn of(out: &Path, platform: Platform) -> Result<Self, Error> {
        let folder = out.parent().ok_or_else(|| unnamed(out))?.to_owned();
        // Paths are not always Unicode; such a name has no suffix that would be known.
        let name =
            out.file_name().ok_or_else(|| unnamed(out))?.to_str().ok_or_else(|| {
                Error::Usage(format!("choose a name of letters that can be shown: {}", out.display()))
            })?;
        let is_folder = out.to_string_lossy().ends_with(is_separator) || is_empty_folder(out);
        let chosen = SUFFIXES
            .iter()
            .find(|(suffix, _)| has_suffix(name, suffix))
            .filter(|_| !is_folder);
        let (form, stem, suffix) = match chosen {
            Some((suffix, form)) => {
                let (stem, suffix) = name.split_at(name.len() - suffix.len());
                (*form, stem, suffix)
            }
            None if is_folder => (Form::Folder, name, ""),
            None => {
                let suffix = platform.limits().suffix;
                (usual(suffix), name, suffix)
            }
        };
        if form == Form::Wastickers && platform != Platform::Whatsapp {
            let label = platform.limits().label;
            return Err(Error::Usage(format!(
                "a .wastickers file is for WhatsApp, not for {label}: {}",
                out.display()
            )));
        }
        Ok(Self {
            form,
            folder,
            stem: stem.to_owned(),
            suffix: suffix.to_owned(),
        })
    }

    /// Where pack `place` from 0 of `count` goes: several get numbers.
    pub(crate) fn path(&self, place: usize, count: usize) -> PathBuf {
        let number = if count > 1 {
            format!("-{}", place + 1)
        } else {
            String::new()
        };
        self.folder.join(format!("{}{number}{}", self.stem, self.suffix))
    }
}

fn usual(suffix: &str) -> Form {
    let known = SUFFIXES.iter().find(|(known, _)| *known == suffix);
    known.map_or(Form::Folder, |(_, form)| *form)
}

/// Whether a name ends so, in capitals or not, with something before it.
fn has_suffix(name: &str, suffix: &str) -> bool {
    let cut = name.len().checked_sub(suffix.len()).filter(|cut| *cut > 0);
    cut.and_then(|cut| name.get(cut..))
        .is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_chooses_the_form_and_none_is_the_platforms_own() {
        for (out, platform, form, path) in [
            ("a/cats", Platform::Whatsapp, Form::Wastickers, "a/cats.wastickers"),
            ("a/cats/", Platform::Whatsapp, Form::Folder, "a/cats"),
            (
                "cats.WAstickers",
                Platform::Whatsapp,
                Form::Wastickers,
                "cats.WAstickers",
            ),
            ("cats.zip", Platform::Whatsapp, Form::Zip, "cats.zip"),
            ("v1.2", Platform::Line, Form::Zip, "v1.2.zip"),
            ("cats", Platform::Mastodon, Form::TarGz, "cats.tar.gz"),
            ("cats.tgz", Platform::Telegram, Form::TarGz, "cats.tgz"),
            ("cats", Platform::Telegram, Form::Folder, "cats"),
            (".zip", Platform::Telegram, Form::Folder, ".zip"),
            ("ätsch.zíp", Platform::Telegram, Form::Folder, "ätsch.zíp"),
        ] {
            let target = Target::of(Path::new(out), platform).unwrap();
            assert_eq!((target.form, target.path(0, 1)), (form, PathBuf::from(path)), "{out}");
        }
        let many = Target::of(Path::new("a/cats.tar.gz"), Platform::Mastodon).unwrap();
        assert_eq!(many.path(1, 2), Path::new("a/cats-2.tar.gz"));
    }

    #[test]
    fn an_empty_folder_that_is_there_is_filled() {
        let root = tempfile::tempdir().unwrap();
        let target = Target::of(root.path(), Platform::Whatsapp).unwrap();
        assert_eq!((target.form, target.path(0, 1).as_path()), (Form::Folder, root.path()));
        let zip = root.path().join("x.zip");
        std::fs::create_dir(&zip).unwrap();
        assert_eq!(Target::of(&zip, Platform::Line).unwrap().form, Form::Folder);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert!(Target::of(Path::new("x.wastickers"), Platform::Telegram).is_err());
        for out in ["", "/", "..", "a/.."] {
            assert!(Target::of(Path::new(out), Platform::Line).is_err(), "{out:?}");
        }
        for out in [".", "./"] {
            let refused = Target::of(Path::new(out), Platform::Line).unwrap_err().to_string();
            assert!(refused.ends_with("for example ./pack"), "{refused}");
        }
    }
}
