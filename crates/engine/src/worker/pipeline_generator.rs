//! Makes pictures with `diffusion`'s pipeline. Keeps the device and the model between jobs.

use std::ops::ControlFlow;
use std::path::PathBuf;

use diffusion::pipeline::{AlphaSource, InitImage, ModelFolder, Outcome, Sampling, Transparency};

use super::device_failure::DeviceFailure;
use super::generator::{Attempt, Failure, Generated, Generator, Prepared, StepReport};
use super::loaded_model::LoadedModel;
use super::memory_plan;
use super::tuning::TuningMark;
use crate::choice::{AlphaKind, Precision, PrecisionChoice, TransparencyChoice};
use crate::device::{self, OpenDevice};
use crate::event::LoadingStage;
use crate::recipe::ModelReference;
use crate::{CompletedRequest, DeviceChoice, Error, ErrorCode};

/// The worker's generator.
pub(crate) struct PipelineGenerator {
    cache: Option<PathBuf>,
    /// The open device and the choice that it answers.
    device: Option<(DeviceChoice, OpenDevice)>,
    model: Option<LoadedModel>,
}

impl PipelineGenerator {
    /// A generator that keeps measurements of GPU kernels in `cache`. It opens and reads nothing yet.
    pub(crate) fn new(cache: Option<PathBuf>) -> Self {
        Self {
            cache,
            device: None,
            model: None,
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
        self.model = None;
        if let Some((_, open)) = self.device.take() {
            open.device.memory_cleanup();
        }
    }

    /// The number format of the weights. A loaded model keeps the one that was chosen when its memory was still free.
    fn precision(
        &self,
        request: &CompletedRequest,
        attempt: Attempt,
        folder: &ModelFolder,
        open: &OpenDevice,
    ) -> Result<Precision, Error> {
        if request.precision == PrecisionChoice::Auto && attempt.reductions == 0 {
            let loaded = self.model.as_ref().map(|model| (model, model.precision()));
            if let Some((_, precision)) = loaded.filter(|(model, precision)| model.is(folder, *precision)) {
                return Ok(precision);
            }
        }
        memory_plan::precision(request.precision, attempt, folder, open, request.memory_limit)
    }

    /// Makes everything ready; what is ready already is used again.
    fn make_ready(
        &mut self,
        request: &CompletedRequest,
        attempt: Attempt,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<Prepared, Error> {
        let folder = ModelFolder::open(&request.model)?;
        let open = self.device(attempt.device, on_stage)?;
        let precision = self.precision(request, attempt, &folder, &open)?;
        let present = self.model.take().filter(|model| model.is(&folder, precision));
        let model = if let Some(model) = present {
            model
        } else {
            // The former model is gone by now, and its memory has to be, too.
            open.device.memory_cleanup();
            LoadedModel::load(&folder, &open, precision, on_stage)?
        };
        let model = self.model.insert(model);
        model.adapt(&request.loras, on_stage)?;
        let plan = model.plan(request, attempt, &open);
        if !TuningMark::of(&open, self.cache.as_deref()).exists() {
            on_stage(LoadingStage::Kernels);
        }
        let cut = model.encode(request)?;
        Ok(Prepared {
            device: open.info.label(),
            precision,
            model: ModelReference {
                name: request.model_name.clone(),
                sha256: model.sha256.clone(),
            },
            adapters: model.adapters(),
            batch: plan.pictures_at_once,
            warnings: model.warnings().cloned().chain(cut).collect(),
        })
    }

    /// Tells apart what another attempt may mend. A device that was lost is not asked again.
    fn failure(&mut self, error: Error) -> Failure {
        if error.code != ErrorCode::Device {
            return Failure::Final(error);
        }
        if DeviceFailure::of(&error.message) == DeviceFailure::Lost {
            self.let_go();
        }
        Failure::Device(error.message)
    }
}

impl Generator for PipelineGenerator {
    fn prepare(
        &mut self,
        request: &CompletedRequest,
        attempt: Attempt,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<Prepared, Failure> {
        self.make_ready(request, attempt, on_stage)
            .map_err(|error| self.failure(error))
    }

    fn generate(
        &mut self,
        request: &CompletedRequest,
        seeds: &[u64],
        on_step: &mut dyn FnMut(StepReport<'_>) -> ControlFlow<()>,
    ) -> Result<Generated, Failure> {
        let (Some(model), Some((_, open))) = (&mut self.model, &self.device) else {
            return Err(Failure::Final(Error::internal(
                "a picture was begun before its model was ready",
            )));
        };
        let mark = TuningMark::of(open, self.cache.as_deref());
        let made = model.pipeline.generate(&sampling(request, seeds), &mut |info| {
            // A preview that fails is no loss; the same trouble comes up at the picture.
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
                // A lost device may still have given bytes; asked to finish, it says so.
                if let Err(reason) = open.device.sync() {
                    return Err(self.failure(Error::device(format!("{reason:?}"))));
                }
                mark.set();
                Ok(Generated::Done(
                    stickers
                        .into_iter()
                        .map(|made| (made.picture, made.alpha.into()))
                        .collect(),
                ))
            }
            Err(error) => Err(self.failure(error.into())),
        }
    }
}

/// After a panic the generator is dropped; what the device still held for it would be missing to the next one.
impl Drop for PipelineGenerator {
    fn drop(&mut self) {
        self.let_go();
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

impl From<AlphaSource> for AlphaKind {
    fn from(source: AlphaSource) -> Self {
        match source {
            AlphaSource::Decoder => Self::Decoder,
            AlphaSource::Cutout => Self::Cutout,
            AlphaSource::None => Self::None,
        }
    }
}
