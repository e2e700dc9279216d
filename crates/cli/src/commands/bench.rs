//! `sticker bench`: how fast this machine is, as JSON.

use std::path::PathBuf;

use engine::{BenchReport, BenchRequest, BenchSubject, DeviceChoice, PrecisionChoice};
use serde::Serialize;

use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;

#[derive(clap::Args)]
pub struct Arguments {
    /// Measure only this: the model (built in, or --model), or a random model of Stable Diffusion 1.5's shape at 512x512
    #[arg(long, value_name = "model|random-sd15")]
    only: Option<BenchSubject>,

    /// Denoising steps to measure
    #[arg(long, value_name = "N", default_value_t = BenchRequest::default().steps)]
    steps: usize,

    /// The model, a diffusers folder [default: the built-in model]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,

    /// Where to run
    #[arg(long, value_name = "auto|cpu|gpu|gpu:N", default_value_t)]
    device: DeviceChoice,

    /// The number format of the weights
    #[arg(long, value_name = "auto|f32|f16", default_value_t)]
    precision: PrecisionChoice,
}

/// What is printed.
#[derive(Serialize)]
struct Report {
    program_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<BenchReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    random_sd15: Option<BenchReport>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut progress = Progress::on_stderr();
    let mut report = Report {
        program_version: env!("CARGO_PKG_VERSION"),
        model: None,
        random_sd15: None,
    };
    for &subject in BenchSubject::ALL {
        if arguments.only.is_some_and(|only| only != subject) {
            continue;
        }
        let measured = Some(engine::bench(&arguments.request(subject), &mut |stage| {
            progress.stage(stage);
        })?);
        match subject {
            BenchSubject::Model => report.model = measured,
            BenchSubject::RandomSd15 => report.random_sd15 = measured,
        }
    }
    drop(progress);
    output::json(&report)
}

impl Arguments {
    fn request(&self, subject: BenchSubject) -> BenchRequest {
        BenchRequest {
            subject,
            steps: self.steps,
            model: self.model.clone(),
            device: self.device,
            precision: self.precision,
        }
    }
}
