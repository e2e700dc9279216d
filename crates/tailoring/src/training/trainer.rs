//! One optimizer step after the other.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use diffusion::pipeline::ModelFolder;
use diffusion::schedulers::TrainingSchedule;
use diffusion::unet::{UNet2DConditionModel, UNetInputs};
use diffusion::weights::Precision;

use super::adamw::{AdamW, clip_norm};
use super::adapter::{self, AdapterLayout};
use super::batch::{Batch, TrainingData};
use super::learning_rate::learning_rate;
use super::loss::{add_noise, loss_by_sample, snr_weight};
use super::parameters::Parameters;
use super::{TrainingConfig, TrainingError};
use crate::objective::{Draw, Draws, Objective, Phase};
use crate::random::Random;

/// A training under way.
pub struct Trainer {
    config: TrainingConfig,
    schedule: TrainingSchedule,
    phases: Vec<Phase>,
    /// Records gradients.
    device: Device,
    /// The same device without gradients.
    plain: Device,
    unet: UNet2DConditionModel,
    parameters: Parameters,
    layout: Option<AdapterLayout>,
    state: State,
}

/// What changes from step to step: with it and the settings a training goes on as if it had never stopped.
#[derive(Clone)]
pub struct State {
    /// Optimizer steps done.
    pub step: usize,
    /// The trained values, `[parameters]`.
    pub values: Tensor<1>,
    /// AdamW's moments.
    pub optimizer: AdamW,
    /// Their moving average, where one is kept, `[parameters]`.
    pub average: Option<Tensor<1>>,
    /// The stream of examples.
    pub draws: Draws,
}

/// What a step did. The tensors are on the device: reading them waits for it.
pub struct StepResult {
    /// Optimizer steps done, this one included.
    pub step: usize,
    /// The samples of the step.
    pub draws: Vec<Draw>,
    /// The loss of each sample, `[samples]`, unweighted by min-SNR.
    pub losses: Tensor<1>,
    /// The norm of the gradient before clipping, `[1]`.
    pub gradient_norm: Tensor<1>,
    /// The learning rate.
    pub learning_rate: f64,
}

impl Trainer {
    /// Loads the U-Net of `model` onto `device` and puts an untrained adapter beside it, or makes all of it trainable for
    /// [`Objective::DomainAlign`].
    pub fn new(
        model: &ModelFolder,
        config: &TrainingConfig,
        device: &Device,
        precision: Precision,
    ) -> Result<Self, TrainingError> {
        if let Some(problem) = config.problem() {
            return Err(TrainingError::Settings(problem));
        }
        let schedule = TrainingSchedule::from_config(model.scheduler())?;
        let device = device.clone().autodiff();
        let plain = device.clone().without_autodiff();
        let whole = config.objective == Objective::DomainAlign;
        // A base that learns is kept in f32; a frozen one may be smaller.
        let precision = if whole { Precision::F32 } else { precision };
        let mut unet = model.load_unet(&device, precision)?.module.set_require_grad(false);
        let (layout, parameters, values) = if whole {
            let parameters = Parameters::of(&unet, |_| true);
            let values = parameters.values(&unet)?;
            (None, parameters, values)
        } else {
            refuse_rank(&mut unet, config)?;
            let (layout, values) = adapter::attach(&mut unet, config, &device);
            (
                Some(layout),
                Parameters::of(&unet, |path| path.contains(".lora.")),
                values,
            )
        };
        let phases = Phase::of(config.objective, config.mix, config.cut, config.steps, schedule.len());
        let values = Tensor::from_data(TensorData::new(values, [parameters.len()]), &plain);
        let state = State {
            step: 0,
            optimizer: AdamW::new(&values),
            average: (config.ema_decay > 0.0).then(|| values.clone()),
            draws: Draws::new(config.seed),
            values,
        };
        Ok(Self {
            config: config.clone(),
            schedule,
            phases,
            device,
            plain,
            unet,
            parameters,
            layout,
            state,
        })
    }

    /// The settings.
    pub fn config(&self) -> &TrainingConfig {
        &self.config
    }

    /// What changes from step to step.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Goes on from a state that [`Self::state`] gave.
    pub fn set_state(&mut self, state: State) {
        self.state = state;
    }

    /// What is trained.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The adapter's modules; none where the whole U-Net is trained.
    pub fn layout(&self) -> Option<&AdapterLayout> {
        self.layout.as_ref()
    }

    /// The device without gradients.
    pub fn plain_device(&self) -> &Device {
        &self.plain
    }

    /// Whether all steps are done.
    pub fn is_done(&self) -> bool {
        self.state.step >= self.phases.last().map_or(0, |phase| phase.steps.end)
    }

    /// What would be saved now: the moving average where one is kept, `[parameters]`.
    pub fn result(&self) -> Tensor<1> {
        self.state.average.as_ref().unwrap_or(&self.state.values).clone()
    }

    /// The U-Net as it would be saved now, for making pictures.
    pub fn unet(&self) -> UNet2DConditionModel {
        let unet = self.parameters.assign(self.unet.clone(), &self.result(), &self.device);
        unet.valid()
    }

    /// One optimizer step. Must not be called when all are done.
    pub fn step(&mut self, data: &TrainingData) -> StepResult {
        let step = self.state.step;
        let last = self.phases.len() - 1;
        let phase = self
            .phases
            .iter()
            .find(|phase| phase.steps.contains(&step))
            .unwrap_or(&self.phases[last])
            .clone();
        if step == phase.steps.start && step > 0 {
            self.state.optimizer = AdamW::new(&self.state.values);
        }
        let (mut gradient, mut losses, mut draws) = (None, Vec::new(), Vec::new());
        for micro in 0..self.config.accumulation {
            let number = (step * self.config.accumulation + micro) as u64;
            let batch = data.batch(&self.config, &phase, (&mut self.state.draws, number), &self.plain);
            let (batch_losses, batch_gradient) = self.gradient(&batch, number);
            gradient = Some(match gradient {
                Some(sum) => sum + batch_gradient,
                None => batch_gradient,
            });
            losses.push(batch_losses);
            draws.extend(batch.draws);
        }
        let gradient = gradient.unwrap_or_else(|| self.state.values.zeros_like());
        let (gradient, norm) = clip_norm(
            gradient.div_scalar(self.config.accumulation as f64),
            self.config.max_grad_norm,
        );
        let rate = learning_rate(&self.config, &phase, step);
        let state = &mut self.state;
        state.values = state
            .optimizer
            .update(state.values.clone(), gradient, rate, self.config.weight_decay);
        let decay = self.config.ema_decay;
        state.average = state
            .average
            .take()
            .map(|average| average.mul_scalar(decay) + state.values.clone().mul_scalar(1.0 - decay));
        state.step += 1;
        StepResult {
            step: state.step,
            draws,
            losses: Tensor::cat(losses, 0),
            gradient_norm: norm,
            learning_rate: rate,
        }
    }

    /// The loss of each sample `[batch]`, and the gradient of their weighted mean by the trained values `[parameters]`, both
    /// without gradients of their own.
    pub fn gradient(&mut self, batch: &Batch, number: u64) -> (Tensor<1>, Tensor<1>) {
        let mask = self.rank_mask(number);
        let values = match &mask {
            Some(mask) => self.state.values.clone() * mask.clone(),
            None => self.state.values.clone(),
        };
        let unet = self.parameters.assign(self.unet.clone(), &values, &self.device);
        let losses = self.losses(&unet, batch);
        let weights = self.sample_weights(batch);
        let mut gradients = (losses.clone() * Tensor::from_inner(weights)).mean().backward();
        let gradient = self.parameters.gradients(&unet, &mut gradients, &self.plain);
        let gradient = match mask {
            Some(mask) => gradient * mask,
            None => gradient,
        };
        (losses.inner(), gradient)
    }

    /// The mean squared error of each sample, `[batch]`, for a U-Net on the device that records gradients.
    fn losses(&self, unet: &UNet2DConditionModel, batch: &Batch) -> Tensor<1> {
        let timesteps: Vec<usize> = batch.draws.iter().map(|draw| draw.timestep).collect();
        let noisy = add_noise(&self.schedule, batch.latents.clone(), batch.noise.clone(), &timesteps);
        let inputs = UNetInputs {
            timesteps: timesteps.iter().map(|timestep| *timestep as f32).collect(),
            encoder_hidden_states: Tensor::from_inner(batch.embeddings.clone()),
            timestep_cond: None,
            added_cond: None,
        };
        let prediction = unet.forward(Tensor::from_inner(noisy.sample), &inputs);
        loss_by_sample(
            prediction,
            Tensor::from_inner(noisy.target),
            Tensor::from_inner(batch.position_weights.clone()),
        )
    }

    fn sample_weights(&self, batch: &Batch) -> Tensor<1> {
        let gamma = self.config.min_snr_gamma;
        let weights: Vec<f32> = batch
            .draws
            .iter()
            .map(|draw| snr_weight(&self.schedule, draw.timestep, gamma))
            .collect();
        Tensor::from_data(weights.as_slice(), &self.plain)
    }

    /// 0 for the rows of `down` that this batch leaves out, 1 / (1 - dropout) for the others, 1 for `up`: `[parameters]`.
    fn rank_mask(&self, number: u64) -> Option<Tensor<1>> {
        let (dropout, layout) = (self.config.rank_dropout, self.layout.as_ref()?);
        if dropout == 0.0 {
            return None;
        }
        let mut mask = Vec::with_capacity(self.parameters.len());
        for (module, shapes) in layout.modules.iter().enumerate() {
            let mut random = Random::of(&[self.config.seed, 6, number, module as u64]);
            let row = shapes.down[1..].iter().product();
            for _ in 0..shapes.down[0] {
                let kept = random.uniform() >= dropout;
                mask.extend(std::iter::repeat_n(
                    if kept { 1.0 / (1.0 - dropout) as f32 } else { 0.0 },
                    row,
                ));
            }
            mask.extend(std::iter::repeat_n(1.0, shapes.up.iter().product()));
        }
        Some(Tensor::from_data(mask.as_slice(), &self.plain))
    }
}

fn refuse_rank(unet: &mut UNet2DConditionModel, config: &TrainingConfig) -> Result<(), TrainingError> {
    let narrowest = adapter::narrowest(unet, &config.targets);
    if narrowest == usize::MAX {
        let text = "the model has none of the layers that the adapter should change; choose others";
        return Err(TrainingError::Settings(text.to_owned()));
    }
    if config.rank > narrowest {
        return Err(TrainingError::Settings(format!(
            "rank {} is above the width {narrowest} of the narrowest layer; choose at most {narrowest}",
            config.rank
        )));
    }
    Ok(())
}
