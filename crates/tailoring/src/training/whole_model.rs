//! A fully trained U-Net as a diffusers folder of its own.

use std::collections::BTreeMap;
use std::path::Path;

use diffusion::pipeline::ModelFolder;
use diffusion::unet::diffusers_name;
use diffusion::weights::{NamedTensor, write_safetensors};

use super::TrainingError;
use super::files::write_whole;
use super::parameters::Parameters;

/// Copies the base's folder to `destination` with the trained `values` of `parameters` as its U-Net.
pub(super) fn save(
    model: &ModelFolder,
    parameters: &Parameters,
    values: &[f32],
    destination: &Path,
) -> Result<(), TrainingError> {
    let names: Vec<String> = parameters
        .entries()
        .iter()
        .map(|entry| diffusers_name(&entry.path))
        .collect();
    let tensors: Vec<_> = parameters
        .entries()
        .iter()
        .zip(&names)
        .map(|(entry, name)| NamedTensor {
            name,
            shape: &entry.shape,
            values: &values[entry.range.clone()],
        })
        .collect();
    let [_, unet_file, _] = model.weights_files();
    copy_folder(model.path(), destination, unet_file)?;
    let metadata = BTreeMap::from([("format".to_owned(), "pt".to_owned())]);
    let path = destination.join("unet/diffusion_pytorch_model.safetensors");
    write_whole(&path, |file| write_safetensors(file, &tensors, &metadata))
}

fn copy_folder(from: &Path, to: &Path, but: &Path) -> Result<(), TrainingError> {
    let read = |source| TrainingError::Read {
        path: from.to_owned(),
        source,
    };
    for entry in std::fs::read_dir(from).map_err(read)? {
        let path = entry.map_err(read)?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy_folder(&path, &to.join(name), but)?;
        } else if path != but {
            write_whole(&to.join(name), |file| {
                std::io::copy(&mut std::fs::File::open(&path)?, file).map(drop)
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use burn::tensor::Device;
    use diffusion::weights::{Precision, SafetensorsFile, TensorSource};

    use super::*;

    #[test]
    fn every_parameter_has_diffusers_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/model");
        let model = ModelFolder::open(&folder).unwrap();
        let unet = model.load_unet(&Device::flex(), Precision::F32).unwrap().module;
        let names: BTreeSet<String> = Parameters::of(&unet, |_| true)
            .entries()
            .iter()
            .map(|entry| diffusers_name(&entry.path))
            .collect();
        let file = SafetensorsFile::open(&model.weights_files()[1]).unwrap();
        assert_eq!(names, file.names().into_iter().collect());
    }
}
