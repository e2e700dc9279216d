//! The samplers: diffusers' schedulers with diffusers' names, options and numbers.
//!
//! Every coefficient is computed on the host (in f64 where diffusers uses numpy, in f32 where it uses torch) and enters the
//! device as a scalar, so a denoising loop reads nothing back.

mod algorithm;
mod config;
mod ddim;
mod dpmsolver_multistep;
mod error;
mod euler_ancestral_discrete;
mod euler_discrete;
mod guidance;
mod lcm;
mod names;
mod noise_schedule;
mod pndm;
mod prediction;
mod sigmas;
mod spacing;
mod training;
mod unipc_multistep;

use burn::tensor::Tensor;

use algorithm::Algorithm;

pub use algorithm::StepOutput;
pub use config::SchedulerConfig;
pub use error::SchedulerError;
pub use guidance::rescale_noise_cfg;
pub use names::{BetaSchedule, FinalSigmasType, PredictionType, SamplerName, SchedulerClass, TimestepSpacing};
pub use training::TrainingSchedule;

/// A scheduler ready to drive one denoising loop.
///
/// ```ignore
/// scheduler.set_timesteps(25)?;
/// let mut sample = noise * scheduler.init_noise_sigma();
/// for step_index in 0..scheduler.timesteps().len() {
///     let input = scheduler.scale_model_input(sample.clone(), step_index)?;
///     let output = unet(input, scheduler.timesteps()[step_index]);
///     sample = scheduler.step(output, step_index, sample, None)?.prev_sample;
/// }
/// ```
#[derive(Debug)]
pub struct Scheduler {
    class: SchedulerClass,
    algorithm: Box<dyn Algorithm>,
    next_step: usize,
}

impl Scheduler {
    /// `None` is the class that the folder names, as is naming that same class; another sampler is diffusers'
    /// `OtherScheduler.from_config(config)`. `dpmpp_2m` and `dpmpp_2m_karras` decide `use_karras_sigmas` by their name.
    ///
    /// # Errors
    /// An unknown class, an unreadable configuration, or an option that is not computed.
    pub fn from_config(config: &SchedulerConfig, sampler: Option<SamplerName>) -> Result<Self, SchedulerError> {
        let class = sampler.map_or_else(|| config.class(), |sampler| Ok(sampler.class()))?;
        let config = match sampler {
            Some(SamplerName::DpmppTwoM) => config.clone().with("use_karras_sigmas", false),
            Some(SamplerName::DpmppTwoMKarras) => config.clone().with("use_karras_sigmas", true),
            Some(SamplerName::Pndm) => config.clone().with("skip_prk_steps", true),
            _ => config.clone(),
        };
        let options = config.options(class);
        let algorithm: Box<dyn Algorithm> = match class {
            SchedulerClass::Ddim => Box::new(ddim::Ddim::new(options)?),
            SchedulerClass::EulerDiscrete => Box::new(euler_discrete::EulerDiscrete::new(options)?),
            SchedulerClass::EulerAncestralDiscrete => {
                Box::new(euler_ancestral_discrete::EulerAncestralDiscrete::new(options)?)
            }
            SchedulerClass::DpmSolverMultistep => Box::new(dpmsolver_multistep::DpmSolverMultistep::new(options)?),
            SchedulerClass::UniPcMultistep => Box::new(unipc_multistep::UniPcMultistep::new(options)?),
            SchedulerClass::Lcm => Box::new(lcm::Lcm::new(options)?),
            SchedulerClass::Pndm => Box::new(pndm::Pndm::new(options)?),
        };
        Ok(Self {
            class,
            algorithm,
            next_step: 0,
        })
    }

    /// Plans a run of `num_inference_steps` and forgets any former one. Must come before everything else.
    ///
    /// # Errors
    /// A number of steps that the schedule cannot have.
    pub fn set_timesteps(&mut self, num_inference_steps: usize) -> Result<(), SchedulerError> {
        self.next_step = 0;
        self.algorithm.set_timesteps(num_inference_steps)
    }

    /// Plans an image-to-image run that redoes the share `strength` in (0, 1] of the way, and returns the step to begin at.
    ///
    /// # Errors
    /// As [`Self::set_timesteps`], and [`SchedulerError::NothingRedone`].
    pub fn set_timesteps_for_strength(
        &mut self,
        num_inference_steps: usize,
        strength: f64,
        rule: StrengthRule,
    ) -> Result<usize, SchedulerError> {
        if rule == StrengthRule::CutSchedule && self.algorithm.cut_schedule(strength) {
            self.set_timesteps(num_inference_steps)?;
            return Ok(0);
        }
        self.set_timesteps(num_inference_steps)?;
        let redone = ((num_inference_steps as f64 * strength) as usize).min(num_inference_steps);
        if redone == 0 {
            return Err(SchedulerError::NothingRedone {
                strength,
                steps: num_inference_steps,
            });
        }
        let begin = num_inference_steps - redone;
        self.begin_at(begin)?;
        Ok(begin)
    }

    /// The timesteps that the U-Net is given, falling; fractions are possible. PNDM has one more than steps were asked for.
    pub fn timesteps(&self) -> &[f32] {
        self.algorithm.timesteps()
    }

    /// The standard deviation that pure noise must have at the first timestep.
    pub fn init_noise_sigma(&self) -> f32 {
        self.algorithm.init_noise_sigma()
    }

    /// The input of the U-Net for this step, from the running sample `[batch, channels, height, width]`.
    ///
    /// # Errors
    /// [`SchedulerError::NoSuchStep`].
    pub fn scale_model_input(&self, sample: Tensor<4>, step_index: usize) -> Result<Tensor<4>, SchedulerError> {
        self.check_step(step_index)?;
        Ok(self.algorithm.scale_model_input(sample, step_index))
    }

    /// Whether this step adds fresh noise.
    pub fn needs_noise(&self, step_index: usize) -> bool {
        step_index < self.timesteps().len() && self.algorithm.needs_noise(step_index)
    }

    /// One denoising step. All tensors are f32 `[batch, channels, height, width]`: the U-Net's output, the sample it was
    /// computed from (before [`Self::scale_model_input`]) and, where [`Self::needs_noise`], standard normal noise.
    ///
    /// # Errors
    /// A step that does not exist or is not the next one, or noise that is missing.
    pub fn step(
        &mut self,
        model_output: Tensor<4>,
        step_index: usize,
        sample: Tensor<4>,
        noise: Option<Tensor<4>>,
    ) -> Result<StepOutput, SchedulerError> {
        self.check_step(step_index)?;
        if step_index != self.next_step {
            return Err(SchedulerError::OutOfOrder {
                expected: self.next_step,
                found: step_index,
            });
        }
        let noise = noise.filter(|_| self.algorithm.needs_noise(step_index));
        if noise.is_none() && self.algorithm.needs_noise(step_index) {
            return Err(SchedulerError::MissingNoise {
                class: self.class,
                step_index,
            });
        }
        self.next_step += 1;
        Ok(self.algorithm.step(model_output, step_index, sample, noise))
    }

    /// The clean sample `original` with as much of `noise` as it has before step `step_index` (image-to-image). Neither is to
    /// be multiplied by [`Self::init_noise_sigma`].
    ///
    /// # Errors
    /// [`SchedulerError::NoSuchStep`].
    pub fn add_noise(
        &self,
        original: Tensor<4>,
        noise: Tensor<4>,
        step_index: usize,
    ) -> Result<Tensor<4>, SchedulerError> {
        self.check_step(step_index)?;
        Ok(self.algorithm.add_noise(original, noise, step_index))
    }

    /// Makes `step_index` the next step (image-to-image starts part of the way). Forgets the steps taken so far.
    ///
    /// # Errors
    /// [`SchedulerError::NoSuchStep`].
    pub fn begin_at(&mut self, step_index: usize) -> Result<(), SchedulerError> {
        self.check_step(step_index)?;
        self.next_step = step_index;
        self.algorithm.forget_steps();
        Ok(())
    }

    /// The diffusers class that computes the steps.
    pub fn class(&self) -> SchedulerClass {
        self.class
    }

    /// What the U-Net is taken to predict.
    pub fn prediction_type(&self) -> PredictionType {
        self.algorithm.prediction_type()
    }

    /// For each training timestep the share of the signal's variance, falling.
    pub fn alphas_cumprod(&self) -> &[f32] {
        &self.algorithm.noise_schedule().alphas_cumprod
    }

    /// The logarithm of the signal-to-noise ratio at each training timestep, falling; minus infinity without signal.
    pub fn log_snr(&self) -> Vec<f32> {
        self.alphas_cumprod()
            .iter()
            .map(|alpha| alpha.ln() - (1.0 - alpha).ln())
            .collect()
    }

    fn check_step(&self, step_index: usize) -> Result<(), SchedulerError> {
        let steps = self.timesteps().len();
        if step_index < steps {
            Ok(())
        } else {
            Err(SchedulerError::NoSuchStep { step_index, steps })
        }
    }
}

/// How image-to-image takes its strength into account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrengthRule {
    /// The first steps are left out: diffusers' `StableDiffusionImg2ImgPipeline.get_timesteps`.
    SkipSteps,
    /// All steps are made, on a shorter schedule: diffusers' `LatentConsistencyModelImg2ImgPipeline`. Classes other than LCM skip
    /// steps all the same.
    CutSchedule,
}

#[cfg(test)]
mod tests;
