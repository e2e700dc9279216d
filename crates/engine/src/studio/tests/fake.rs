//! A generator that computes nothing: each picture is a pattern of its seed and prompt. A test says how many it may make.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use diffusion::pipeline::ModelFolder;

use crate::choice::Precision;
use crate::event::LoadingStage;
use crate::hash::{sha256, sha256_of_file};
use crate::model_traits::BUILT_IN;
use crate::recipe::{AdapterReference, ModelReference};
use crate::studio::{Places, Studio};
use crate::worker::generator::{Attempt, Failure, Generated, Generator, Prepared, StepReport};
use crate::{AlphaKind, CompletedRequest, Engine, EngineOptions, Error, Picture};

const STEPS: usize = 3;

/// What the fake does, and what was asked of it.
#[derive(Default)]
pub(super) struct Script {
    state: Mutex<State>,
    /// Side of its pictures; 0 is 8.
    side: u32,
}

#[derive(Default)]
struct State {
    left: Option<usize>,
    fails: Vec<String>,
    calls: Vec<(CompletedRequest, Vec<u64>)>,
}

impl Script {
    /// Its pictures have so many pixels a side, and take four times the square of that on the disk.
    pub(super) fn with_pictures_of(side: u32) -> Self {
        Self {
            side,
            ..Self::default()
        }
    }

    /// From now on it makes so many pictures and then stands still.
    pub(super) fn allow_only(&self, pictures: usize) {
        self.state.lock().unwrap().left = Some(pictures);
    }

    pub(super) fn allow_all(&self) {
        self.state.lock().unwrap().left = None;
    }

    /// The next picture fails with this sentence.
    pub(super) fn fail_next(&self, sentence: &str) {
        self.state.lock().unwrap().fails.push(sentence.to_owned());
    }

    /// What was asked of it since the last time: prompts and seeds.
    pub(super) fn calls(&self) -> Vec<(String, u64)> {
        let calls = std::mem::take(&mut self.state.lock().unwrap().calls);
        let flat = calls
            .into_iter()
            .flat_map(|(request, seeds)| seeds.into_iter().map(move |seed| (request.prompt.clone(), seed)));
        flat.collect()
    }

    /// The last request it was given.
    pub(super) fn last(&self) -> CompletedRequest {
        self.state
            .lock()
            .unwrap()
            .calls
            .last()
            .expect("something was asked")
            .0
            .clone()
    }

    pub(super) fn open(self: &Arc<Self>, places: Places) -> Result<Studio, Error> {
        let script = self.clone();
        Studio::open_with(places, move |options: EngineOptions| {
            Engine::start_with(&options, Box::new(move || Box::new(Fake(script.clone()))))
        })
    }

    /// Takes one picture's turn, if there is one.
    fn may_make(&self) -> bool {
        match &mut self.state.lock().unwrap().left {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}

struct Fake(Arc<Script>);

impl Generator for Fake {
    fn prepare(
        &mut self,
        request: &CompletedRequest,
        _: Attempt,
        on_stage: &mut dyn FnMut(LoadingStage),
    ) -> Result<Prepared, Failure> {
        on_stage(LoadingStage::UNet);
        let sha256 = if request.model_name == BUILT_IN {
            "0".repeat(64)
        } else {
            ModelFolder::open(&request.model)
                .and_then(|folder| folder.sha256())
                .unwrap()
        };
        let adapter = |lora: &crate::LoraRequest| AdapterReference {
            name: lora.name.clone().unwrap_or_default(),
            sha256: sha256_of_file(&lora.path).unwrap(),
            weight: lora.weight,
        };
        Ok(Prepared {
            device: "fake".into(),
            precision: Precision::F32,
            model: ModelReference {
                name: request.model_name.clone(),
                sha256,
            },
            adapters: request.loras.iter().map(adapter).collect(),
            batch: 1,
            warnings: vec!["this is a fake".into()],
        })
    }

    fn generate(
        &mut self,
        request: &CompletedRequest,
        seeds: &[u64],
        on_step: &mut dyn FnMut(StepReport<'_>) -> ControlFlow<()>,
    ) -> Result<Generated, Failure> {
        self.0
            .state
            .lock()
            .unwrap()
            .calls
            .push((request.clone(), seeds.to_vec()));
        let failure = self.0.state.lock().unwrap().fails.pop();
        if let Some(sentence) = failure {
            return Err(Failure::Final(Error::device(sentence)));
        }
        let picture = |seed: &u64| pattern(&request.prompt, *seed, self.0.side.max(8));
        let preview = || seeds.iter().map(picture).collect();
        let mut step = |step| {
            on_step(StepReport {
                step,
                of: STEPS,
                preview: &preview,
            })
            .is_break()
        };
        // A job that stands still is told of a cancel within a step, as any other.
        while !self.0.may_make() {
            std::thread::sleep(Duration::from_millis(3));
            if step(1) {
                return Ok(Generated::Cancelled);
            }
        }
        for number in 1..=STEPS {
            if step(number) {
                return Ok(Generated::Cancelled);
            }
        }
        Ok(Generated::Done(
            seeds.iter().map(|seed| (picture(seed), AlphaKind::Decoder)).collect(),
        ))
    }
}

/// Bytes that do not compress, different for each seed and prompt.
pub(super) fn pattern(prompt: &str, seed: u64, side: u32) -> Picture {
    let blocks = 0..(side * side * 4).div_ceil(64);
    let bytes = blocks.flat_map(|block| sha256(format!("{prompt} {seed} {block}").as_bytes()).into_bytes());
    Picture {
        width: side,
        height: side,
        rgba: bytes.take((side * side * 4) as usize).collect(),
    }
}
