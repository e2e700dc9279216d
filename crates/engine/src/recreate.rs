//! Makes a sticker again from the recipe in its file, and says whether it came out the same.

use std::fmt;
use std::path::{Path, PathBuf};

use diffusion::pipeline::ModelFolder;

use crate::choice::{Precision, PrecisionChoice};
use crate::comparison::{Comparison, PixelDifference};
use crate::hash::sha256_of_file;
use crate::model_traits::BUILT_IN;
use crate::png_metadata::read_png;
use crate::{DeviceChoice, Error, GenerateRequest, InitRequest, LoraRequest, Picture, Recipe, built_in_model};

/// A sticker that is to be made again.
#[derive(Clone, Debug)]
pub struct Original {
    /// Its file.
    pub path: PathBuf,
    /// Its pixels.
    pub picture: Picture,
    /// Its recipe.
    pub recipe: Recipe,
}

/// The files that a recipe knows by their hashes only, and where to compute.
#[derive(Clone, Debug, Default)]
pub struct RecreationFiles {
    /// The model's folder; without one the built-in model.
    pub model: Option<PathBuf>,
    /// Adapters, in any order; more than needed is fine.
    pub loras: Vec<PathBuf>,
    /// The picture to begin from.
    pub init: Option<PathBuf>,
    /// The device.
    pub device: DeviceChoice,
}

impl Original {
    /// Reads a sticker's file.
    ///
    /// # Errors
    /// When it is no PNG file, or has no recipe of this program, or a damaged one.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let (picture, metadata) = read_png(path)?;
        let located = |reason: &dyn fmt::Display| Error::input(format!("{reason}: {}", path.display()));
        let recipe = metadata.recipe().map_err(|reason| located(&reason))?.ok_or_else(|| {
            located(&"this picture has no recipe inside, so it cannot be made again; it was saved without one or by another program")
        })?;
        Ok(Self {
            path: path.to_path_buf(),
            picture,
            recipe,
        })
    }

    /// The request that makes this sticker again. A model of another hash is not refused: [`Original::compare`] tells.
    ///
    /// # Errors
    /// When a file that the recipe needs is not among `files`: which one it is, is said.
    pub fn request(&self, files: &RecreationFiles) -> Result<GenerateRequest, Error> {
        let recipe = &self.recipe;
        if files.model.is_none() && recipe.model.name != BUILT_IN && !is_built_in(&recipe.model.sha256) {
            return Err(self.missing(
                &format!("the model '{}'", recipe.model.name),
                &recipe.model.sha256,
                "folder",
            ));
        }
        if recipe.width != recipe.height {
            return Err(Error::input(format!(
                "the recipe is for {} x {} pixels, and this program makes squares: {}",
                recipe.width,
                recipe.height,
                self.path.display()
            )));
        }
        Ok(GenerateRequest {
            prompt: recipe.prompt.clone(),
            negative_prompt: recipe.negative_prompt.clone(),
            style: recipe.style,
            count: 1,
            seed: Some(recipe.seed),
            num_inference_steps: Some(recipe.num_inference_steps),
            guidance_scale: Some(recipe.guidance_scale),
            guidance_rescale: Some(recipe.guidance_rescale),
            sampler: Some(recipe.sampler),
            size: Some(recipe.width),
            init: self.init(files)?,
            transparency: recipe.transparency,
            loras: self.loras(files)?,
            model: files.model.clone(),
            device: files.device,
            precision: match recipe.precision {
                Precision::F32 => PrecisionChoice::F32,
                Precision::F16 => PrecisionChoice::F16,
            },
            effects: recipe.effects.clone(),
            ..GenerateRequest::default()
        })
    }

    /// Compares what was made with the original.
    pub fn compare(&self, picture: &Picture, recipe: &Recipe) -> Comparison {
        let pixels = PixelDifference::between(&self.picture, picture);
        let mut differences = Vec::new();
        let mut compare = |what: &str, was: &str, is: &str| {
            if was != is {
                differences.push(format!("{what}: was {was}, is {is}"));
            }
        };
        let (was, is) = (&self.recipe, recipe);
        compare("model", &was.model.sha256, &is.model.sha256);
        compare("program version", &was.program_version, &is.program_version);
        compare("device", &was.device, &is.device);
        compare("full prompt", &was.full_prompt, &is.full_prompt);
        compare("precision", was.precision.as_str(), is.precision.as_str());
        compare("alpha source", was.alpha_source.as_str(), is.alpha_source.as_str());
        Comparison { pixels, differences }
    }

    fn init(&self, files: &RecreationFiles) -> Result<Option<InitRequest>, Error> {
        let Some(init) = &self.recipe.init else { return Ok(None) };
        match &files.init {
            Some(path) if sha256_of_file(path)? == init.sha256 => Ok(Some(InitRequest {
                path: path.clone(),
                strength: init.strength,
            })),
            _ => Err(self.missing("the picture it began from", &init.sha256, "file")),
        }
    }

    fn loras(&self, files: &RecreationFiles) -> Result<Vec<LoraRequest>, Error> {
        let hashed = files
            .loras
            .iter()
            .map(|path| Ok((path, sha256_of_file(path)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        let find = |adapter: &crate::AdapterReference| match hashed.iter().find(|(_, sha256)| *sha256 == adapter.sha256)
        {
            Some((path, _)) => Ok(LoraRequest {
                path: (*path).clone(),
                weight: adapter.weight,
                name: None,
            }),
            None => Err(self.missing(&format!("the adapter '{}'", adapter.name), &adapter.sha256, "file")),
        };
        self.recipe.adapters.iter().map(find).collect()
    }

    fn missing(&self, what: &str, sha256: &str, kind: &str) -> Error {
        Error::input(format!(
            "to make this sticker again, name the {kind} of {what} (sha256 {sha256}): {}",
            self.path.display()
        ))
    }
}

/// Whether the built-in model has these weights: a recipe may know it by the name of a folder.
fn is_built_in(sha256: &str) -> bool {
    let hash = |folder: PathBuf| ModelFolder::open(&folder)?.sha256();
    built_in_model().is_ok_and(|folder| hash(folder).is_ok_and(|hash| hash == sha256))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::tests::recipe;
    use crate::{AdapterReference, ErrorCode, InitReference, ModelReference, RecipeInPng, Style, save_sticker};

    fn picture(value: u8) -> Picture {
        Picture {
            width: 2,
            height: 1,
            rgba: vec![value, 0, 0, 255, 5, 5, 5, 5],
        }
    }

    fn original(recipe: Recipe) -> Original {
        Original {
            path: "cat.png".into(),
            picture: picture(1),
            recipe,
        }
    }

    #[test]
    fn a_saved_sticker_gives_the_request_that_made_it() {
        let root = tempfile::tempdir().unwrap();
        let path = save_sticker(root.path(), &picture(1), &recipe(), RecipeInPng::Written).unwrap();
        let request = Original::open(&path)
            .unwrap()
            .request(&RecreationFiles::default())
            .unwrap();
        assert_eq!(
            (request.prompt.as_str(), request.style),
            ("a red cat", Some(Style::ThreeD))
        );
        assert_eq!(
            (request.seed, request.count, request.size),
            (Some(8), 1, Some(128)),
            "the picture's own seed"
        );
        assert_eq!(
            (request.num_inference_steps, request.guidance_scale),
            (Some(25), Some(4.0))
        );
    }

    #[test]
    fn a_picture_without_a_recipe_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let path = save_sticker(root.path(), &picture(1), &recipe(), RecipeInPng::LeftOut).unwrap();
        let error = Original::open(&path).unwrap_err();
        assert_eq!(error.code, ErrorCode::Input);
        assert!(error.message.contains("no recipe inside"), "{error}");
    }

    #[test]
    fn files_are_found_by_their_hash_and_missing_ones_are_named() {
        let root = tempfile::tempdir().unwrap();
        let (adapter, other) = (
            root.path().join("renamed.safetensors"),
            root.path().join("other.safetensors"),
        );
        std::fs::write(&adapter, "adapter").unwrap();
        std::fs::write(&other, "other").unwrap();
        let recipe = Recipe {
            adapters: vec![AdapterReference {
                name: "blobs".into(),
                sha256: sha256_of_file(&adapter).unwrap(),
                weight: 0.8,
            }],
            ..recipe()
        };
        let files = |loras| RecreationFiles {
            loras,
            ..Default::default()
        };
        let request = original(recipe.clone())
            .request(&files(vec![other.clone(), adapter.clone()]))
            .unwrap();
        assert_eq!(
            request.loras,
            [LoraRequest {
                path: adapter,
                weight: 0.8,
                name: None,
            }]
        );
        let error = original(recipe).request(&files(vec![other])).unwrap_err();
        assert!(
            error.message.contains("name the file of the adapter 'blobs' (sha256 "),
            "{error}"
        );
    }

    #[test]
    fn a_begun_picture_and_a_foreign_model_must_be_named() {
        let begun = Recipe {
            init: Some(InitReference {
                sha256: "e".repeat(64),
                strength: 0.5,
            }),
            ..recipe()
        };
        let error = original(begun).request(&RecreationFiles::default()).unwrap_err();
        assert!(error.message.contains("the picture it began from"), "{error}");
        let foreign = Recipe {
            model: ModelReference {
                name: "sd15".into(),
                sha256: "f".repeat(64),
            },
            ..recipe()
        };
        let error = original(foreign.clone())
            .request(&RecreationFiles::default())
            .unwrap_err();
        assert!(error.message.contains("name the folder of the model 'sd15'"), "{error}");
        let files = RecreationFiles {
            model: Some("models/sd15".into()),
            ..Default::default()
        };
        assert_eq!(original(foreign).request(&files).unwrap().model, files.model);
    }

    #[test]
    fn a_comparison_says_what_differs() {
        let original = original(recipe());
        let same = original.compare(&picture(1), &recipe());
        assert!(same.is_identical());
        assert_eq!(same.to_string(), "the pixels are identical");
        let made = Recipe {
            device: "GPU (wgpu/vulkan)".into(),
            program_version: "0.2.0".into(),
            ..recipe()
        };
        let other = original.compare(&picture(4), &made);
        assert_eq!(
            other.pixels,
            PixelDifference::Differ {
                max_channel: 3,
                pixels: 1
            }
        );
        assert_eq!(
            other.to_string(),
            "1 pixels differ, by 3 of 255 at most\nprogram version: was 0.1.0, is 0.2.0\ndevice: was CPU, is GPU (wgpu/vulkan)"
        );
        let larger = Picture {
            width: 1,
            height: 1,
            rgba: vec![0; 4],
        };
        assert!(matches!(
            original.compare(&larger, &recipe()).pixels,
            PixelDifference::Size { .. }
        ));
    }
}
