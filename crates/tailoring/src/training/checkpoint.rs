//! A training's state in one file: after a kill it goes on from there to the very same end.

use std::collections::BTreeMap;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use diffusion::weights::{NamedTensor, SafetensorsFile, TensorSource, write_safetensors};

use super::TrainingError;
use super::adamw::AdamW;
use super::cache::values;
use super::files::write_whole;
use super::trainer::State;
use crate::objective::Draws;

/// What this version writes, and the only one it reads.
const SCHEMA: &str = "1";

/// Writes the state. `fingerprint` says of which training it is: settings, model and data.
///
/// # Errors
/// The disk is full or the like; the checkpoint before it is then untouched.
pub fn save(path: &Path, state: &State, fingerprint: &str) -> Result<(), TrainingError> {
    let named = [
        ("values", Some(&state.values)),
        ("first_moment", Some(&state.optimizer.first_moment)),
        ("second_moment", Some(&state.optimizer.second_moment)),
        ("average", state.average.as_ref()),
    ];
    let read = named
        .into_iter()
        .filter_map(|(name, tensor)| tensor.map(|tensor| values(tensor.clone()).map(|values| (name, values))))
        .collect::<Result<Vec<_>, _>>()?;
    let shapes: Vec<_> = read.iter().map(|(_, values)| [values.len()]).collect();
    let tensors: Vec<_> = read
        .iter()
        .zip(&shapes)
        .map(|((name, values), shape)| NamedTensor { name, shape, values })
        .collect();
    let metadata = BTreeMap::from([
        ("schema".to_owned(), SCHEMA.to_owned()),
        ("fingerprint".to_owned(), fingerprint.to_owned()),
        ("step".to_owned(), state.step.to_string()),
        ("updates".to_owned(), state.optimizer.updates.to_string()),
        (
            "draws".to_owned(),
            serde_json::to_string(&state.draws).unwrap_or_default(),
        ),
    ]);
    write_whole(path, |file| write_safetensors(file, &tensors, &metadata))
}

/// Reads a state of `parameters` values onto `device`.
///
/// # Errors
/// A damaged file, or one of another training than `fingerprint`.
pub fn load(path: &Path, parameters: usize, fingerprint: &str, device: &Device) -> Result<State, TrainingError> {
    let damaged = |reason: &str| TrainingError::Checkpoint {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let file = SafetensorsFile::open(path).map_err(|error| damaged(&error.to_string()))?;
    let metadata = file.text_metadata();
    let text = |key: &str| {
        metadata
            .get(key)
            .cloned()
            .ok_or_else(|| damaged(&format!("`{key}` is missing")))
    };
    if text("schema")? != SCHEMA {
        return Err(damaged("it is of another version of this program"));
    }
    if text("fingerprint")? != fingerprint {
        return Err(TrainingError::OtherRun {
            path: path.to_owned(),
            reason: "settings, model or pictures have changed since".to_owned(),
        });
    }
    let tensor = |name: &str| {
        let shape = file
            .shape(name, &[])
            .ok_or_else(|| damaged(&format!("`{name}` is missing")))?;
        if shape != [parameters] {
            return Err(damaged(&format!("`{name}` is {shape:?} instead of [{parameters}]")));
        }
        let values = file.read(name, &shape).map_err(|error| damaged(&error.to_string()))?;
        Ok(Tensor::<1>::from_data(TensorData::new(values, [parameters]), device))
    };
    let number = |key: &str| {
        text(key)?
            .parse::<usize>()
            .map_err(|_| damaged(&format!("`{key}` is no number")))
    };
    let draws: Draws = serde_json::from_str(&text("draws")?).map_err(|error| damaged(&error.to_string()))?;
    Ok(State {
        step: number("step")?,
        values: tensor("values")?,
        optimizer: AdamW {
            first_moment: tensor("first_moment")?,
            second_moment: tensor("second_moment")?,
            updates: number("updates")?,
        },
        average: file.shape("average", &[]).map(|_| tensor("average")).transpose()?,
        draws,
    })
}
