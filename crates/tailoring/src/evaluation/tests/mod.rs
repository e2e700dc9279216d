//! Evaluations of a few pictures on the built-in model.

mod adapters;
mod figures;
mod people;
mod plans;
mod runs;
mod shipped;

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::Device;
use diffusion::pipeline::{LoadOptions, MemoryPlan, ModelFolder};
use diffusion::weights::Precision;
use image::{Rgba, RgbaImage};

use super::*;
use crate::data::{DataSet, Example, PictureSource};
use crate::encoders::{ImageEncoder, TextProjection};
use crate::metrics::Bootstrap;
use crate::objective::Objective;
use crate::report::{Picture, Report};

const OPTIONS: LoadOptions = LoadOptions {
    precision: Precision::F32,
    memory: MemoryPlan::CPU,
};

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/model")
}

/// The built-in model in a folder of its own, drawing in four steps.
fn quick_model(folder: &Path) -> ModelFolder {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            let place = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &place);
            } else {
                fs::copy(&path, &place).unwrap();
            }
        }
    }
    copy(&assets(), folder);
    let hints = folder.join("studio.json");
    let text = fs::read_to_string(&hints).unwrap();
    let quick = text.replace("\"num_inference_steps\": 25", "\"num_inference_steps\": 4");
    assert_ne!(text, quick);
    fs::write(hints, quick).unwrap();
    ModelFolder::open(folder).unwrap()
}

/// Purple discs of growing size.
fn style(count: u8) -> DataSet {
    let examples = (0..count).map(|place| {
        let radius = 20.0 + 4.0 * f32::from(place % 6);
        let picture = RgbaImage::from_fn(96, 96, |x, y| {
            let inside = (x as f32 - 48.0).hypot(y as f32 - 48.0) < radius;
            Rgba([160, 8 * place, 200, if inside { 255 } else { 0 }])
        });
        let mut png = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
        Example {
            name: format!("{place}.png"),
            picture: PictureSource::Bytes(Arc::from(png.into_inner())),
            caption: format!("thing {place}"),
            bucket: None,
        }
    });
    DataSet {
        examples: examples.collect(),
    }
}

/// The base prompted in two ways, three prompts with two seeds.
fn evaluation(root: &Path) -> Evaluation {
    Evaluation {
        pictures: root.join("pictures"),
        ..evaluation_of(quick_model(&root.join("model")))
    }
}

fn evaluation_of(model: ModelFolder) -> Evaluation {
    Evaluation {
        title: "Purple discs".to_owned(),
        program: "Sticker Studio".to_owned(),
        command: "sticker evaluate --seed 5".to_owned(),
        model,
        prompts: ["a cat", "a red heart", "pizza"].map(str::to_owned).to_vec(),
        seeds: vec![1, 2],
        style_name: "Discs".to_owned(),
        style: style(4),
        rows: vec![
            RowPlan::base("{prompt}, purple"),
            RowPlan::trained(Objective::Joint, 10),
        ],
        sweep: Vec::new(),
        captions: BTreeSet::new(),
        data_sets: Vec::new(),
        wins: Vec::new(),
        notes: vec!["A test.".to_owned()],
        bootstrap: Bootstrap {
            resamples: 60,
            confidence: 0.9,
            seed: 5,
        },
        pictures: PathBuf::new(),
    }
}

/// The built-in pair with an image encoder that knows nothing.
fn untrained(model: &ModelFolder) -> BuiltInEncoder {
    let device = Device::flex();
    let width = model.unet().cross_attention_dim;
    BuiltInEncoder {
        image: ImageEncoder::random(&ImageEncoder::built_in_config(width), 3, &device).unwrap(),
        text: model.load_text_encoder(&device).unwrap().module,
        projection: TextProjection::random(width, width, 4, &device).unwrap(),
    }
}

fn named(encoder: &BuiltInEncoder) -> Encoders<'_> {
    Encoders {
        joint: Named {
            name: "untrained encoders".to_owned(),
            encoder,
        },
        style: Named {
            name: "untrained image encoder".to_owned(),
            encoder,
        },
        lpips: None,
    }
}

fn run_with(
    evaluation: &Evaluation,
    encoders: &Encoders<'_>,
    watch: &mut Watch<'_>,
) -> Result<Option<(Report, Vec<Picture>)>> {
    Ok(match evaluation.run(encoders, (&Device::flex(), &OPTIONS), watch)? {
        Outcome::Done(report, pictures) => Some((*report, pictures)),
        Outcome::Cancelled => None,
    })
}

fn run(evaluation: &Evaluation) -> (Report, Vec<Picture>) {
    let encoder = untrained(&evaluation.model);
    run_with(evaluation, &named(&encoder), &mut |_| ControlFlow::Continue(()))
        .unwrap()
        .unwrap()
}

/// Why it does not run.
fn refusal(evaluation: &Evaluation) -> String {
    let encoder = untrained(&evaluation.model);
    let result = run_with(evaluation, &named(&encoder), &mut |_| ControlFlow::Continue(()));
    result.unwrap_err().to_string()
}

/// The PNG files under a folder.
fn drawn(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.extend(drawn(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
