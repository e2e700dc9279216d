//! What is worth knowing about a data set before it is trained on.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use super::{MIN_PICTURES, WANTED_PICTURES};

/// How many names a sentence lists before it only counts.
const LISTED: usize = 5;

/// A warning, with the pictures, files or folders that it is about. As text it is one sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Finding {
    /// Enough to begin with, fewer than advised.
    TooFew {
        /// How many there are.
        usable: usize,
    },
    /// A group of pictures that look the same, mirrored or not.
    TooAlike {
        /// The group.
        names: Vec<String>,
    },
    /// More than a quarter of the pictures have one and the same prompt.
    OnePrompt {
        /// The prompt.
        prompt: String,
        /// The pictures.
        names: Vec<String>,
    },
    /// Left out: neither a list nor a file beside them nor they themselves say what they show.
    CaptionMissing {
        /// The pictures.
        names: Vec<String>,
    },
    /// A caption beside them is no UTF-8 text.
    CaptionUnreadable {
        /// The pictures.
        names: Vec<String>,
    },
    /// Left out: they cannot be read.
    Unreadable {
        /// Why.
        reason: String,
        /// The pictures.
        names: Vec<String>,
    },
    /// Nearly nothing is to be seen: all transparent, or one colour from edge to edge.
    Blank {
        /// The pictures.
        names: Vec<String>,
    },
    /// Hardly any transparency: a model learns their background too.
    Opaque {
        /// The pictures.
        names: Vec<String>,
    },
    /// A caption without its picture.
    PictureMissing {
        /// As the list or archive names them.
        names: Vec<String>,
    },
    /// The same name twice. The first one counts.
    Repeated {
        /// The names.
        names: Vec<String>,
    },
    /// Left out: links in an archive, and paths that lead out of it.
    Refused {
        /// The entries.
        names: Vec<String>,
    },
    /// An archive that ends too early or is damaged. What came before is in the set.
    Damaged {
        /// What is wrong with it.
        reason: String,
        /// The archive.
        names: Vec<String>,
    },
    /// Repeats that differ from folder to folder: here each picture counts once.
    RepeatsIgnored {
        /// The folders that ask for more than one.
        names: Vec<String>,
    },
    /// Left out: kohya's regularisation pictures.
    Regularisation {
        /// The folders.
        names: Vec<String>,
    },
}

impl Finding {
    /// The pictures, files or folders that it is about; none: the whole set.
    pub fn names(&self) -> &[String] {
        match self {
            Self::TooFew { .. } => &[],
            Self::TooAlike { names }
            | Self::OnePrompt { names, .. }
            | Self::CaptionMissing { names }
            | Self::CaptionUnreadable { names }
            | Self::Unreadable { names, .. }
            | Self::Blank { names }
            | Self::Opaque { names }
            | Self::PictureMissing { names }
            | Self::Repeated { names }
            | Self::Refused { names }
            | Self::Damaged { names, .. }
            | Self::RepeatsIgnored { names }
            | Self::Regularisation { names } => names,
        }
    }

    fn sentence(&self) -> String {
        let pictures = counted(self.names().len());
        match self {
            Self::TooFew { usable } => {
                format!(
                    "{usable} pictures are few: {MIN_PICTURES} are the least, {WANTED_PICTURES} or more work better"
                )
            }
            Self::TooAlike { .. } => format!("{pictures} look alike, keep the best of them"),
            Self::OnePrompt { prompt, .. } => {
                format!("{pictures}, more than a quarter, have the prompt '{prompt}'; add others or remove some")
            }
            Self::CaptionMissing { .. } => format!("{pictures} left out for want of a caption; write one for each"),
            Self::CaptionUnreadable { .. } => {
                format!("{pictures} with a caption that is no UTF-8 text; save it as UTF-8")
            }
            Self::Unreadable { reason, .. } => format!("{pictures} left out ({reason})"),
            Self::Blank { .. } => format!("{pictures} with nearly nothing to see, remove them"),
            Self::Opaque { .. } => {
                format!(
                    "{pictures} with hardly any transparency: the background is learnt too; cut them out or mean it so"
                )
            }
            Self::PictureMissing { .. } => format!("{pictures} named, but not there"),
            Self::Repeated { .. } => "the same name is there more than once, the first counts".to_owned(),
            Self::Refused { .. } => "left out, because they are links or lead out of the archive".to_owned(),
            Self::Damaged { reason, .. } => {
                format!("the archive is damaged, get it again ({reason}); used up to there")
            }
            Self::RepeatsIgnored { .. } => "repeats differ, but every picture counts once here".to_owned(),
            Self::Regularisation { .. } => "regularisation pictures are left out".to_owned(),
        }
    }
}

impl Display for Finding {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.sentence())?;
        let names = self.names();
        if names.is_empty() {
            return Ok(());
        }
        let listed: Vec<_> = names.iter().take(LISTED).map(|name| cut(name)).collect();
        write!(out, ": {}", listed.join(", "))?;
        match names.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(out, " and {more} more"),
        }
    }
}

/// A name that is short enough for a sentence, without control characters: it may come from somebody else's archive.
fn cut(name: &str) -> String {
    const LONGEST: usize = 80;
    let mut shown: String = name
        .chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST)
        .collect();
    if name.chars().count() > LONGEST {
        shown.push('…');
    }
    shown
}

fn counted(pictures: usize) -> String {
    match pictures {
        1 => "1 picture".to_owned(),
        more => format!("{more} pictures"),
    }
}

/// Findings of single pictures, gathered so that each kind is told once.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    /// Adds one, or its names to one of the same kind and reason.
    pub(super) fn add(&mut self, finding: Finding) {
        let known = self
            .0
            .iter_mut()
            .find(|known| known.sentence_key() == finding.sentence_key());
        match known.and_then(Finding::names_mut) {
            Some(names) => names.extend_from_slice(finding.names()),
            None => self.0.push(finding),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.0
    }
}

impl Finding {
    /// Its kind and reason, but not its names.
    fn sentence_key(&self) -> (std::mem::Discriminant<Self>, Option<&str>) {
        let reason = match self {
            Self::Unreadable { reason, .. } | Self::Damaged { reason, .. } => Some(reason.as_str()),
            Self::OnePrompt { prompt, .. } => Some(prompt.as_str()),
            _ => None,
        };
        (std::mem::discriminant(self), reason)
    }

    /// The names, where findings of one kind may be told together.
    fn names_mut(&mut self) -> Option<&mut Vec<String>> {
        match self {
            Self::TooFew { .. } | Self::TooAlike { .. } | Self::OnePrompt { .. } => None,
            Self::CaptionMissing { names }
            | Self::CaptionUnreadable { names }
            | Self::Unreadable { names, .. }
            | Self::Blank { names }
            | Self::Opaque { names }
            | Self::PictureMissing { names }
            | Self::Repeated { names }
            | Self::Refused { names }
            | Self::Damaged { names, .. }
            | Self::RepeatsIgnored { names }
            | Self::Regularisation { names } => Some(names),
        }
    }
}
