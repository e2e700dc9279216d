//! Makes pictures with `diffusion`'s pipeline: keeps device, model and adapters between jobs, and plans their memory.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use diffusion::lora::LoraFile;
use diffusion::pipeline::{
    AlphaSource, InitImage, LoadOptions, LoadStage, MemoryPlan, ModelFolder, Outcome, Pipeline, Sampling, Transparency,
};

use crate::choice::{AlphaKind, Precision, TransparencyChoice};
use crate::device::{self, OpenDevice};
use crate::event::LoadingStage;
use crate::generator::{Attempt, Failure, Generated, Generator, Prepared, StepReport};
use crate::memory_plan;
use crate::model_traits::name_of;
use crate::recipe::{AdapterReference, ModelReference};
use crate::tuning::TuningMark;
use crate::{CompletedRequest, DeviceChoice, Error, LoraRequest};

/// A warning names no more keys of a file than this.
const NAMED_KEYS: usize = 4;
/// And no more characters of a prompt.
const SHOWN_CHARACTERS: usize = 60;

/// The worker's generator.
pub(crate) struct PipelineGenerator {
    cache: Option<PathBuf>,
    /// The open device and the choice that it answers.
    device: Option<(DeviceChoice, OpenDevice)>,
    loaded: Option<Loaded>,
}

/// A model on a device.
struct Loaded {
    key: LoadKey,
    pipeline: Pipeline,
    sha256: String,
    /// Bytes that were free beside the weights.
    free: u64,
    latent_factor: u32,
    adapters: Adapters,
    warnings: Vec<String>,
}

/// What must be the same for a loaded model to be used again.
#[derive(Clone, Debug, PartialEq)]
struct LoadKey {
    folder: PathBuf,
    files: Vec<Stamp>,
    precision: Precision,
}

/// A file as it was when it was read.
type Stamp = (PathBuf, u64, Option<SystemTime>);

/// The adapters of the loaded model.
#[derive(Default)]
struct Adapters {
    requested: Vec<(Stamp, f32)>,
    references: Vec<AdapterReference>,
    warnings: Vec<String>,
}

impl PipelineGenerator {
    /// A generator that keeps measurements of GPU kernels in `cache`. It opens and reads nothing yet.
    pub(crate) fn new(cache: Option<PathBuf>) -> Self {
        Self {
            cache,
            device: None,
            loaded: None,
        }
    }

    fn device(&mut self, choice: DeviceChoice, on_stage: &mut dyn FnMut(LoadingStage)) -> Result<OpenDevice, Error> {
        if let Some((answered, open)) = &self.device
            && (*answered == choice || open.info.choice == choice)
        {
            return Ok(open.clone());
        }
        self.let_go();
        on_stage(LoadingStage::Device);
        let open = device::open(choice, self.cache.as_deref())?;
        log::info!("computing on {}", open.info.label());
        self.device = Some((choice, open.clone()));
        Ok(open)
    }

    /// Frees the model's memory, then forgets the device.
    fn let_go(&mut self) {
        self.loaded = None;
        if let Some((_, open)) = self.device.take() {
            open.device.memory_cleanup();
        }
    }

    fn model(
        &mut self,
        folder: &ModelFolder,
        open: &OpenDevice,
        precision: Precision,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<&mut Loaded, Error> {
        let key = LoadKey {
            folder: folder.path().to_path_buf(),
            files: folder.weights_files().iter().map(|path| stamp(path)).collect(),
            precision,
        };
        let reusable = self.loaded.take().filter(|loaded| loaded.key == key);
        if reusable.is_none() {
            // The former model goes before the new one comes.
            open.device.memory_cleanup();
        }
        let loaded = match reusable {
            Some(loaded) => loaded,
            None => Loaded::load(key, folder, open, on_stage)?,
        };
        Ok(self.loaded.insert(loaded))
    }

    /// Takes the sort of trouble apart: a device that was lost is not asked again.
    fn failure(&mut self, error: diffusion::Error) -> Failure {
        match error {
            diffusion::Error::Device { doing, reason } => {
                if is_lost(&reason) {
                    self.let_go();
                }
                Failure::Device(format!("while {doing}: {reason}"))
            }
            other => Failure::Final(other.into()),
        }
    }
}

impl Generator for PipelineGenerator {
    fn prepare(
        &mut self,
        request: &CompletedRequest,
        attempt: Attempt,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<Prepared, Failure> {
        let folder = ModelFolder::open(&request.model).map_err(Error::from)?;
        let open = self.device(attempt.device, on_stage)?;
        let precision = memory_plan::precision(request.precision, attempt, &folder, &open)?;
        let mark = TuningMark::of(&open, self.cache.as_deref());
        let loaded = self.model(&folder, &open, precision, on_stage)?;
        let plan = loaded.plan(request, attempt, &open);
        loaded.pipeline.set_memory(plan);
        loaded.adapt(&request.loras, on_stage)?;
        if !mark.exists() {
            on_stage(LoadingStage::Kernels);
        }
        let cut = match loaded.encode(request) {
            Ok(cut) => cut,
            Err(error) => return Err(self.failure(error)),
        };
        Ok(Prepared {
            device: open.info.label(),
            precision,
            model: ModelReference {
                name: request.model_name.clone(),
                sha256: loaded.sha256.clone(),
            },
            adapters: loaded.adapters.references.clone(),
            batch: plan.pictures_at_once,
            warnings: [&loaded.warnings[..], &loaded.adapters.warnings, &cut].concat(),
        })
    }

    fn generate(
        &mut self,
        request: &CompletedRequest,
        seeds: &[u64],
        on_step: &mut dyn FnMut(StepReport<'_>) -> ControlFlow<()>,
    ) -> Result<Generated, Failure> {
        let (Some(loaded), Some((_, open))) = (&mut self.loaded, &self.device) else {
            return Err(Failure::Final(Error::internal(
                "a picture was begun before its model was ready",
            )));
        };
        let mark = TuningMark::of(open, self.cache.as_deref());
        let made = loaded.pipeline.generate(&sampling(request, seeds), &mut |info| {
            let preview = || info.preview().unwrap_or_default();
            on_step(StepReport {
                step: info.step,
                of: info.of,
                preview: &preview,
            })
        });
        match made {
            Ok(Outcome::Cancelled) => Ok(Generated::Cancelled),
            Ok(Outcome::Done(stickers)) => {
                mark.set();
                Ok(Generated::Done(
                    stickers
                        .into_iter()
                        .map(|made| (made.picture, made.alpha.into()))
                        .collect(),
                ))
            }
            Err(error) => Err(self.failure(error)),
        }
    }
}

/// After a panic the generator is dropped; what the device still holds for it would be missing to the next one.
impl Drop for PipelineGenerator {
    fn drop(&mut self) {
        self.let_go();
    }
}

impl Loaded {
    fn load(
        key: LoadKey,
        folder: &ModelFolder,
        open: &OpenDevice,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<Self, Error> {
        on_stage(LoadingStage::Hash);
        let sha256 = folder.sha256()?;
        let free = memory_plan::free_beside_weights(key.precision, folder, open)?;
        let options = LoadOptions {
            precision: key.precision.into(),
            memory: MemoryPlan::CPU,
        };
        let pipeline = Pipeline::load(folder, &open.device, &options, &mut |stage| on_stage(stage.into()))?;
        let unused = pipeline.unused_tensors().iter();
        let warnings = unused.map(|(path, names)| {
            format!(
                "the weights have tensors that the model does not use: {}: {}",
                some_of(names),
                path.display()
            )
        });
        let warnings = warnings.collect();
        let latent_factor = folder.size_multiple();
        Ok(Self {
            key,
            pipeline,
            sha256,
            free,
            latent_factor,
            adapters: Adapters::default(),
            warnings,
        })
    }

    fn plan(&self, request: &CompletedRequest, attempt: Attempt, open: &OpenDevice) -> MemoryPlan {
        let factor = self.latent_factor as usize;
        let latents = request.width.max(request.height) as usize / factor;
        memory_plan::plan(open.is_gpu().then_some(self.free), latents, factor, attempt.reductions)
    }

    /// Puts the adapters that `requested` asks for into the model, if they are not there yet.
    fn adapt(&mut self, requested: &[LoraRequest], on_stage: &mut dyn FnMut(LoadingStage)) -> Result<(), Error> {
        let stamps: Vec<_> = requested.iter().map(|lora| (stamp(&lora.path), lora.weight)).collect();
        if self.adapters.requested == stamps {
            return Ok(());
        }
        on_stage(LoadingStage::Adapters);
        // The former ones go first, so that after a failure the model has none, and it is known to have none.
        self.pipeline.set_loras(&[])?;
        self.adapters = Adapters::default();
        let paths = self.pipeline.module_paths();
        let mut adapters = Adapters {
            requested: stamps,
            ..Adapters::default()
        };
        let mut files = Vec::with_capacity(requested.len());
        for lora in requested {
            let file = LoraFile::open(&lora.path, &paths).map_err(diffusion::Error::from)?;
            let name = name_of(&lora.path);
            if !file.unknown.is_empty() {
                let keys = some_of(&file.unknown);
                adapters.warnings.push(format!(
                    "the adapter '{name}' has keys that this model does not know: {keys}"
                ));
            }
            adapters.references.push(AdapterReference {
                name,
                sha256: file.sha256.clone(),
                weight: lora.weight,
            });
            files.push((file, lora.weight));
        }
        self.pipeline.set_loras(&files)?;
        self.adapters = adapters;
        Ok(())
    }

    /// Encodes the prompts, and says what of them was cut.
    fn encode(&mut self, request: &CompletedRequest) -> Result<Vec<String>, diffusion::Error> {
        let encoded = self
            .pipeline
            .encode_prompts(&[&request.full_prompt, &request.negative_prompt])?;
        let sentence = |(what, cut): (&str, Option<String>)| {
            cut.map(|cut| {
                format!(
                    "the {what} is longer than the model reads; left out from here on: {}",
                    beginning(&cut)
                )
            })
        };
        Ok(["prompt", "negative prompt"]
            .into_iter()
            .zip(encoded.truncated)
            .filter_map(sentence)
            .collect())
    }
}

fn sampling(request: &CompletedRequest, seeds: &[u64]) -> Sampling {
    Sampling {
        prompt: request.full_prompt.clone(),
        negative_prompt: request.negative_prompt.clone(),
        seeds: seeds.to_vec(),
        num_inference_steps: request.num_inference_steps,
        guidance_scale: request.guidance_scale,
        guidance_rescale: request.guidance_rescale,
        sampler: Some(request.sampler),
        width: request.width,
        height: request.height,
        init: request.init.as_ref().map(|init| InitImage {
            picture: init.picture.clone(),
            strength: init.reference.strength,
        }),
        transparent: match request.transparency {
            TransparencyChoice::Auto => Transparency::Auto,
            TransparencyChoice::Off => Transparency::Off,
        },
    }
}

/// A file's path, length and time; a file that cannot be looked at has a length of zero and fails when it is read.
fn stamp(path: &Path) -> Stamp {
    let data = fs::metadata(path).ok();
    let length = data.as_ref().map_or(0, fs::Metadata::len);
    (path.to_path_buf(), length, data.and_then(|data| data.modified().ok()))
}

/// The first of some names, and how many more there are.
fn some_of(names: &[String]) -> String {
    let named = names
        .iter()
        .take(NAMED_KEYS)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(NAMED_KEYS) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// As much of a text as a warning shows.
fn beginning(text: &str) -> String {
    let mut beginning: String = text.chars().take(SHOWN_CHARACTERS).collect();
    if beginning.len() < text.len() {
        beginning.push_str(" ...");
    }
    beginning
}

/// burn calls a device that is gone for good "poisoned".
fn is_lost(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    reason.contains("lost") || reason.contains("poison")
}

impl From<LoadStage> for LoadingStage {
    fn from(stage: LoadStage) -> Self {
        match stage {
            LoadStage::TextEncoder => Self::TextEncoder,
            LoadStage::UNet => Self::UNet,
            LoadStage::Autoencoder => Self::Autoencoder,
        }
    }
}

impl From<AlphaSource> for AlphaKind {
    fn from(source: AlphaSource) -> Self {
        match source {
            AlphaSource::Decoder => Self::Decoder,
            AlphaSource::Cutout => Self::Cutout,
            AlphaSource::None => Self::None,
        }
    }
}

impl From<Precision> for diffusion::weights::Precision {
    fn from(precision: Precision) -> Self {
        match precision {
            Precision::F32 => Self::F32,
            Precision::F16 => Self::F16,
        }
    }
}
