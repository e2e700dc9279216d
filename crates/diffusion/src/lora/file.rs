//! LoRA files: low-rank additions to a model's linear and convolution layers (arXiv 2106.09685), as trainers write them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::hashed_file::{HashedFile, LoraMatrix};
use super::keys::{self, LoraFormat, ModuleNames, Part};
use super::peft_metadata::PeftMetadata;

/// A LoRA file, read for one model.
#[derive(Debug, Clone)]
pub struct LoraFile {
    /// The additions by the dotted path of their module.
    pub targets: BTreeMap<String, LoraTarget>,
    /// Tensors that no module of the model answers to, sorted.
    pub unknown: Vec<String>,
    /// The free text that the trainer left.
    pub metadata: BTreeMap<String, String>,
    /// Whose names the file uses.
    pub format: LoraFormat,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The training timesteps at which it acts (modelspec's `timestep_range`); `None` for all.
    pub timesteps: Option<RangeInclusive<f32>>,
}

/// The addition to one module: `weight += alpha / rank * up * down`.
#[derive(Debug, Clone, PartialEq)]
pub struct LoraTarget {
    /// `[rank, in]`, or `[rank, in, height, width]` for a convolution.
    pub down: LoraMatrix,
    /// `[out, rank]`, or `[out, rank, 1, 1]` for a convolution.
    pub up: LoraMatrix,
    /// The rank where the file does not say or says 0.
    pub alpha: f32,
}

impl LoraTarget {
    /// The inner dimension of the addition.
    pub fn rank(&self) -> usize {
        self.down.shape[0]
    }

    /// What the product of the matrices is multiplied by, before the person's own weight.
    pub fn scale(&self) -> f32 {
        self.alpha / self.rank() as f32
    }
}

/// What a LoRA file says of itself, whatever model it is for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoraFacts {
    /// Whose names the file uses.
    pub format: LoraFormat,
    /// Modules with an addition.
    pub modules: usize,
    /// The ranks that occur.
    pub ranks: BTreeSet<usize>,
    /// Tensors of any kind.
    pub tensors: usize,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// The free text that the trainer left.
    pub metadata: BTreeMap<String, String>,
}

/// A LoRA file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{problem}: {}", path.display())]
pub struct LoraFileError {
    /// What is wrong with it.
    pub problem: LoraFileProblem,
    /// The file.
    pub path: PathBuf,
}

/// Why a LoRA file cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what its fields are")]
pub enum LoraFileProblem {
    /// The system could not open or read it.
    #[error("the LoRA file cannot be read ({0})")]
    Read(#[from] io::Error),
    /// A folder, or something else without contents.
    #[error("the LoRA is not a file; name a .safetensors file")]
    NotAFile,
    /// No safetensors file, or not all of one.
    #[error("the LoRA file is damaged or not a safetensors file ({0}); fetch it again")]
    Damaged(String),
    /// Weights that are combined in another way than up times down.
    #[error("the LoRA file holds {method} weights (`{key}`), which are not supported; use a plain LoRA")]
    OtherMethod { method: &'static str, key: String },
    /// A number type that is not read.
    #[error("the LoRA file keeps `{key}` as {dtype}, which is not supported; convert it to F32, F16 or BF16")]
    Type { key: String, dtype: String },
    /// NaN or infinity.
    #[error("the LoRA file has values that are not finite (NaN or infinity) in `{key}`; fetch it again")]
    NotFinite { key: String },
    /// Down without up, or up without down.
    #[error("the LoRA file has no {half} matrix for `{module}`; it is incomplete, fetch it again")]
    MissingHalf { module: String, half: &'static str },
    /// Two spellings of one module in the same file.
    #[error("the LoRA file has two {part} tensors for `{module}`; it cannot be told which one counts")]
    Duplicate { module: String, part: &'static str },
    /// Matrices that cannot be multiplied.
    #[error("the LoRA matrices of `{module}` do not fit together: down is {down:?}, up is {up:?}")]
    Shapes {
        module: String,
        down: Vec<usize>,
        up: Vec<usize>,
    },
    /// An alpha tensor of several numbers.
    #[error("the LoRA alpha of `{module}` is not a single number")]
    Alpha { module: String },
    /// A PEFT configuration that cannot be followed.
    #[error("the LoRA file's description cannot be used ({0})")]
    Metadata(String),
    /// A safetensors file of something else.
    #[error("the file holds no LoRA tensors; name a LoRA in kohya's, PEFT's or diffusers' form")]
    NoLora,
    /// A LoRA whose modules this model does not have.
    #[error(
        "none of the LoRA's {tensors} tensors belongs to this model (first: `{first}`); it was made for another one"
    )]
    OtherModel { tensors: usize, first: String },
}

impl LoraFile {
    /// Reads the file at `path` for a model whose adaptable modules have these dotted paths, such as
    /// `unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q` and
    /// `text_encoder.text_model.encoder.layers.0.self_attn.q_proj`.
    ///
    /// Whether the shapes are those of the modules is for the model to check.
    ///
    /// # Errors
    /// A file that is unreadable, damaged, of another method than LoRA, or of another model.
    pub fn open(path: &Path, module_paths: &[String]) -> Result<Self, LoraFileError> {
        Self::read(path, module_paths).map_err(|problem| LoraFileError {
            problem,
            path: path.to_owned(),
        })
    }

    fn read(path: &Path, module_paths: &[String]) -> Result<Self, LoraFileProblem> {
        let file = HashedFile::open(path)?;
        let metadata = file.metadata();
        let peft = PeftMetadata::read(&metadata)?;
        let Assignment {
            modules,
            unknown,
            format,
        } = Assignment::new(&file.names(), &ModuleNames::new(module_paths))?;
        let wanted: BTreeSet<&str> = modules
            .values()
            .flat_map(|parts| parts.values().map(String::as_str))
            .collect();
        let (mut tensors, sha256) = file.read(|name| wanted.contains(name))?;
        let mut targets = BTreeMap::new();
        for (module, parts) in &modules {
            let mut take = |part| parts.get(&part).and_then(|name| tensors.remove(name));
            let halves = (take(Part::Down), take(Part::Up), take(Part::Alpha));
            targets.insert(module.clone(), target(module, halves, &peft)?);
        }
        Ok(Self {
            targets,
            unknown,
            timesteps: timestep_range(&metadata)?,
            metadata,
            format,
            sha256,
        })
    }
}

impl LoraFacts {
    /// Reads what can be known without a model.
    ///
    /// # Errors
    /// A file that is unreadable, damaged, or no LoRA.
    pub fn open(path: &Path) -> Result<Self, LoraFileError> {
        Self::read(path).map_err(|problem| LoraFileError {
            problem,
            path: path.to_owned(),
        })
    }

    fn read(path: &Path) -> Result<Self, LoraFileProblem> {
        let file = HashedFile::open(path)?;
        let names = file.names();
        refuse_other_methods(&names)?;
        let keys = names.iter().filter_map(|name| Some((name, keys::parse(name)?)));
        let down: Vec<_> = keys.filter(|(_, key)| key.part == Part::Down).collect();
        let format = down.first().map(|(_, key)| key.format).ok_or(LoraFileProblem::NoLora)?;
        let ranks = down
            .iter()
            .filter_map(|(name, _)| file.shape(name)?.first().copied())
            .collect();
        let (modules, tensors, metadata) = (down.len(), names.len(), file.metadata());
        let (_, sha256) = file.read(|_| false)?;
        Ok(Self {
            format,
            modules,
            ranks,
            tensors,
            sha256,
            metadata,
        })
    }
}

/// `modelspec.timestep_range`: two numbers with a comma between, the lower first; both belong to the range.
fn timestep_range(metadata: &BTreeMap<String, String>) -> Result<Option<RangeInclusive<f32>>, LoraFileProblem> {
    let Some(text) = metadata.get("modelspec.timestep_range") else {
        return Ok(None);
    };
    let numbers: Option<Vec<f32>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some([low, high]) if low <= high => Ok(Some(*low..=*high)),
        _ => Err(LoraFileProblem::Metadata(format!(
            "its timestep_range is `{text}` and not two rising numbers"
        ))),
    }
}

fn refuse_other_methods(names: &[String]) -> Result<(), LoraFileProblem> {
    let other = names.iter().find_map(|name| Some((keys::other_method(name)?, name)));
    other.map_or(Ok(()), |(method, key)| {
        Err(LoraFileProblem::OtherMethod {
            method,
            key: key.clone(),
        })
    })
}

/// Which tensor is which part of which module.
struct Assignment {
    modules: BTreeMap<String, BTreeMap<Part, String>>,
    unknown: Vec<String>,
    format: LoraFormat,
}

impl Assignment {
    fn new(names: &[String], model: &ModuleNames<'_>) -> Result<Self, LoraFileProblem> {
        refuse_other_methods(names)?;
        let (mut modules, mut unknown, mut format) = (BTreeMap::<_, BTreeMap<_, _>>::new(), Vec::new(), None);
        for name in names {
            let found = keys::parse(name).and_then(|key| Some((model.find(key.module)?, key)));
            let Some((module, key)) = found else {
                unknown.push(name.clone());
                continue;
            };
            if key.part == Part::Down {
                format.get_or_insert(key.format);
            }
            if modules
                .entry(module.to_owned())
                .or_default()
                .insert(key.part, name.clone())
                .is_some()
            {
                return Err(LoraFileProblem::Duplicate {
                    module: module.to_owned(),
                    part: key.part.as_str(),
                });
            }
        }
        modules.retain(|_, parts| {
            // An alpha alone adds nothing.
            let adds = parts.keys().any(|part| *part != Part::Alpha);
            if !adds {
                unknown.extend(parts.values().cloned());
            }
            adds
        });
        unknown.sort_unstable();
        match (modules.keys().next(), unknown.first()) {
            (Some(first), _) => {
                let format = format.ok_or_else(|| LoraFileProblem::MissingHalf {
                    module: first.clone(),
                    half: Part::Down.as_str(),
                })?;
                Ok(Self {
                    modules,
                    unknown,
                    format,
                })
            }
            (None, _) if !names.iter().any(|name| keys::parse(name).is_some()) => Err(LoraFileProblem::NoLora),
            (None, first) => Err(LoraFileProblem::OtherModel {
                tensors: names.len(),
                first: first.cloned().unwrap_or_default(),
            }),
        }
    }
}

/// Puts the parts of one module together.
fn target(
    module: &str,
    (down, up, alpha): (Option<LoraMatrix>, Option<LoraMatrix>, Option<LoraMatrix>),
    peft: &PeftMetadata,
) -> Result<LoraTarget, LoraFileProblem> {
    let missing = |half: Part| LoraFileProblem::MissingHalf {
        module: module.to_owned(),
        half: half.as_str(),
    };
    let (down, up) = (
        down.ok_or_else(|| missing(Part::Down))?,
        up.ok_or_else(|| missing(Part::Up))?,
    );
    let rank = match (down.shape.as_slice(), up.shape.as_slice()) {
        ([rank, _], [_, up_rank]) | ([rank, _, _, _], [_, up_rank, 1, 1]) if rank == up_rank && *rank > 0 => *rank,
        _ => {
            return Err(LoraFileProblem::Shapes {
                module: module.to_owned(),
                down: down.shape,
                up: up.shape,
            });
        }
    };
    let stored = match alpha.as_ref().map(|alpha| alpha.values.as_slice()) {
        Some([alpha]) => Some(*alpha),
        Some(_) => {
            return Err(LoraFileProblem::Alpha {
                module: module.to_owned(),
            });
        }
        None => peft.alpha(module, rank)?,
    };
    let alpha = stored.filter(|alpha| *alpha != 0.0).unwrap_or(rank as f32);
    Ok(LoraTarget { down, up, alpha })
}

#[cfg(test)]
mod tests;
