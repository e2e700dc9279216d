//! Figures by hand, on encoders simple enough to follow.

use diffusion::weights::{self, RandomTensors};

use super::super::figures::Judge;
use super::*;
use crate::encoders::{Backbone, EncoderError, Lpips, PictureEncoder};

/// The mean red, green and blue of a picture; "red" and the like point along one of them.
struct MeanColour;

impl PictureEncoder for MeanColour {
    fn width(&self) -> usize {
        3
    }

    fn encode(&self, pictures: &[RgbaImage]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let mean = |picture: &RgbaImage| {
            let sum = |channel: usize| picture.pixels().map(|pixel| f32::from(pixel[channel])).sum::<f32>();
            let pixels = (picture.width() * picture.height()) as f32 * 255.0;
            (0..3).map(|channel| sum(channel) / pixels).collect()
        };
        Ok(pictures.iter().map(mean).collect())
    }
}

impl JointEncoder for MeanColour {
    fn encode_texts(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let vector = |text: &&str| match *text {
            "red" => vec![1.0, 0.0, 0.0],
            "green" => vec![0.0, 1.0, 0.0],
            _ => vec![-1.0, -1.0, 0.0],
        };
        Ok(texts.iter().map(vector).collect())
    }
}

fn encoders(lpips: Option<&Lpips>) -> Encoders<'_> {
    Encoders {
        joint: Named {
            name: "colours".to_owned(),
            encoder: &MeanColour,
        },
        style: Named {
            name: "colours".to_owned(),
            encoder: &MeanColour,
        },
        lpips,
    }
}

fn colours(colours: &[[u8; 3]]) -> Vec<RgbaImage> {
    let plain = |[red, green, blue]: &[u8; 3]| RgbaImage::from_pixel(64, 64, Rgba([*red, *green, *blue, 255]));
    colours.iter().map(plain).collect()
}

/// Two pictures each of "red", "green" and "neither".
const DRAWN: [[u8; 3]; 6] = [
    [255, 0, 0],
    [255, 255, 0],
    [0, 255, 0],
    [0, 255, 0],
    [255, 255, 0],
    [0, 0, 255],
];

fn plan() -> Evaluation {
    let mut plan = evaluation_of(ModelFolder::open(&assets()).unwrap());
    plan.prompts = ["red", "green", "neither"].map(str::to_owned).to_vec();
    plan
}

fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    let far = found
        .iter()
        .zip(expected)
        .any(|(found, expected)| (found - expected).abs() > 1e-6);
    assert!(!far, "{found:?} {expected:?}");
}

#[test]
fn figures_are_those_by_hand() {
    let encoders = encoders(None);
    let device = Device::flex();
    let style = colours(&[[255, 0, 0], [0, 255, 0], [0, 255, 0], [255, 255, 0]]);
    let judge = Judge::new(&plan(), &style, (&encoders, &device)).unwrap();
    let figures = judge.measure(&colours(&DRAWN)).unwrap();
    let half = 0.5_f64.sqrt();
    assert_near(&figures.alignment, &[f64::midpoint(1.0, half), 1.0, -0.5]);
    // A picture against its prompt scores nothing rather than less.
    assert_near(&figures.clip_score, &[2.5 * f64::midpoint(1.0, half), 2.5, 0.0]);
    assert_near(&figures.diversity.unwrap(), &[1.0 - half, 0.0, 1.0]);
    assert_eq!(figures.style.resamples.len(), 60);
    // numpy and scipy.linalg.sqrtm; for the kernel distance its definition in numpy.
    assert_near(&[figures.style.value], &[0.255_943_773_878_556_6]);
    assert_near(&[figures.kernel.value], &[-0.408_641_975_308_642]);
}

#[test]
fn a_set_against_itself_has_no_style_distance() {
    let encoders = encoders(None);
    let device = Device::flex();
    let drawn = colours(&DRAWN);
    let judge = Judge::new(&plan(), &drawn, (&encoders, &device)).unwrap();
    assert_near(&[judge.measure(&drawn).unwrap().style.value], &[0.0]);
}

#[test]
fn lpips_is_taken_within_each_prompt() {
    let device = Device::flex();
    let random = RandomTensors::new(9);
    let (lpips, _) = weights::build(&random, "", &device, Precision::F32, |weights| {
        Lpips::new(Backbone::Alex, weights)
    })
    .unwrap();
    let encoders = encoders(Some(&lpips));
    let drawn = colours(&DRAWN);
    let judge = Judge::new(&plan(), &drawn, (&encoders, &device)).unwrap();
    let found = judge.measure(&drawn).unwrap().diversity.unwrap();
    let pair = |first: usize| {
        let pictures = &drawn[first..first + 2];
        f64::from(lpips.pairwise(pictures, [255; 3], &device).unwrap()[0])
    };
    assert_near(&found, &[pair(0), pair(2), pair(4)]);
    assert_eq!(found[1], 0.0);
    assert_ne!(found[0], found[2]);
    let columns = super::super::cells::columns(&plan(), &encoders);
    assert_eq!(columns[4].measured_with, "LPIPS 0.1, AlexNet");
}
