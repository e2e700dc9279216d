//! A training for a larger machine: the sets as WebDataset shards, every setting, and `train.py` for Hugging Face `accelerate`,
//! which runs the same objective on the same split and writes the same kind of adapter.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use diffusion::pipeline::ModelFolder;
use image::ImageFormat;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tar::{Builder, Header};

use crate::data::{DataSet, Example, Split};
use crate::objective::Objective;
use crate::training::{TrainingConfig, TrainingError, fit, hexadecimal, write_whole};

/// The script, as it is written beside the data.
pub const TRAIN_PY: &str = include_str!("train.py");

/// Pictures of one shard.
const SHARD: usize = 2000;

/// One of the two sets, with the examples that are not learnt from.
pub struct ExportedSet<'a> {
    /// Its pictures.
    pub set: &'a DataSet,
    /// Which of them are held out.
    pub split: &'a Split,
}

/// Writes the run to the new folder `destination`: `settings.json`, `content/`, `style/` and `train.py`. The pictures are cut to the
/// model's size here, so that both sides learn from the very same ones. The same sets give the same bytes.
///
/// # Errors
/// A folder that is there already, an objective that `train.py` does not do, a picture that cannot be read, a full disk.
pub fn export_run(
    destination: &Path,
    model: &ModelFolder,
    config: &TrainingConfig,
    (content, style): (ExportedSet<'_>, ExportedSet<'_>),
) -> Result<(), TrainingError> {
    if matches!(config.objective, Objective::DomainAlign | Objective::PromptEngineering) {
        return Err(TrainingError::Settings(format!(
            "{} makes no adapter and cannot be exported as a run; choose another objective",
            config.objective.name()
        )));
    }
    if destination.exists() {
        return Err(TrainingError::Settings(format!(
            "there is something of this name already; choose a new folder: {}",
            destination.display()
        )));
    }
    let side = model.defaults().size;
    for (name, exported) in [("content", content), ("style", style)] {
        write_shards(&destination.join(name), name, &exported, side)?;
    }
    write_whole(&destination.join("train.py"), |file| {
        file.write_all(TRAIN_PY.as_bytes())
    })?;
    // Last: a folder with settings is a whole one.
    let settings = settings(model, config, side)?;
    write_whole(&destination.join("settings.json"), |file| {
        file.write_all(format!("{settings:#}\n").as_bytes())
    })
}

fn settings(model: &ModelFolder, config: &TrainingConfig, side: u32) -> Result<Value, TrainingError> {
    let [_, unet, _] = model.weights_files();
    let bytes = fs::read(unet).map_err(|source| TrainingError::Read {
        path: unet.clone(),
        source,
    })?;
    let mut settings = json!({ "schema": 1 });
    if let (Some(settings), Ok(Value::Object(config))) = (settings.as_object_mut(), serde_json::to_value(config)) {
        settings.extend(config);
        settings.insert("resolution".to_owned(), json!(side));
        let unet_sha256 = hexadecimal(&Sha256::digest(bytes));
        settings.insert(
            "model".to_owned(),
            json!({ "unet_sha256": unet_sha256, "name": model.name() }),
        );
    }
    Ok(settings)
}

fn write_shards(folder: &Path, name: &str, exported: &ExportedSet<'_>, side: u32) -> Result<(), TrainingError> {
    let held_out: BTreeSet<usize> = exported.split.held_out.iter().copied().collect();
    let places: Vec<usize> = (0..exported.set.examples.len()).collect();
    for (shard, places) in places.chunks(SHARD).enumerate() {
        let samples = places
            .iter()
            .map(|place| sample(&exported.set.examples[*place], side))
            .collect::<Result<Vec<_>, _>>()?;
        write_whole(&folder.join(format!("{shard:05}.tar")), |file| {
            let mut archive = Builder::new(file);
            for (place, (png, caption)) in places.iter().zip(&samples) {
                let facts = json!({
                    "set": name,
                    "held_out": held_out.contains(place),
                    "sha256": hexadecimal(&Sha256::digest(png)),
                });
                let key = format!("{place:06}");
                append(&mut archive, &format!("{key}.png"), png)?;
                append(&mut archive, &format!("{key}.txt"), caption.as_bytes())?;
                append(&mut archive, &format!("{key}.json"), facts.to_string().as_bytes())?;
            }
            archive.into_inner().map(drop)
        })?;
    }
    Ok(())
}

/// The picture as the training sees it, as a PNG, and its caption.
fn sample(example: &Example, side: u32) -> Result<(Vec<u8>, String), TrainingError> {
    let unusable = |reason: String| TrainingError::Picture {
        name: example.name.clone(),
        reason,
    };
    let picture = example.picture.decode().map_err(|error| unusable(error.to_string()))?;
    let mut png = Cursor::new(Vec::new());
    fit(&picture, side)
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|error| unusable(error.to_string()))?;
    Ok((png.into_inner(), example.caption.clone()))
}

fn append(archive: &mut Builder<impl Write>, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    archive.append_data(&mut header, name, bytes)
}
