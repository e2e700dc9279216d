//! LPIPS: how differently two pictures look (Zhang et al. 2018, arXiv 1801.03924), version 0.1 of the `lpips` package.
//!
//! Its weights are a file that a person makes once, with `pip install lpips safetensors` (`net` is `alex` or `vgg`):
//!
//! ```text
//! python -c "import lpips, safetensors.torch as s; m = lpips.LPIPS(net='alex').state_dict()
//! s.save_file({k: v for k, v in m.items() if not k.startswith('lins.')}, 'lpips_alex.safetensors')"
//! ```
//!
//! `lins.*` are second names of `lin0` to `lin4`, which safetensors would refuse as shared memory.

use std::path::Path;

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use diffusion::weights::{self, Precision, SafetensorsFile, TensorSource, Weights};
use image::RgbaImage;

use super::image_processor::over_ground;
use super::lpips_backbone::{Backbone, Stage};
use super::picture_encoder::to_values;
use super::{EncoderError, Result};

/// The package's scaling layer: the mean and deviation of ImageNet's pictures in [-1, 1].
const SHIFT: [f32; 3] = [-0.030, -0.088, -0.188];
const SCALE: [f32; 3] = [0.458, 0.448, 0.450];

/// Added to a feature vector's length before it is divided by it.
const EPSILON: f64 = 1e-10;

/// Learned perceptual image patch similarity. Not for training: the gradient at equal pictures is not defined.
#[derive(Module, Debug)]
pub struct Lpips {
    stages: Vec<Stage>,
    /// `lin0` to `lin4`: `[1, channels, 1, 1]`.
    heads: Vec<Param<Tensor<4>>>,
    #[module(skip)]
    backbone: Backbone,
}

/// What [`Lpips`] sees in a batch of pictures: of each stage `[batch, channels, height', width']`, of unit length over channels.
#[derive(Clone, Debug)]
pub struct LpipsFeatures(Vec<Tensor<4>>);

impl Lpips {
    /// Reads the file; which of the two networks it holds is seen from its first layer.
    pub fn open(path: &Path, device: &Device) -> Result<Self> {
        let file = SafetensorsFile::open(path)?;
        let first = file.shape("net.slice1.0.weight", &[]);
        let Some(backbone) = first.and_then(|shape| Backbone::from_first_layer(&shape)) else {
            let reason = "it holds neither `alex` nor `vgg` of the lpips package; save `lpips.LPIPS(net='alex').state_dict()` with \
                          safetensors.torch";
            return Err(EncoderError::folder("LPIPS", path, reason));
        };
        let (model, _) = weights::build(&file, "", device, Precision::F32, |weights| {
            Self::new(backbone, weights)
        })?;
        Ok(model)
    }

    /// The metric on that network; `weights` is at the file's top.
    pub fn new(backbone: Backbone, weights: &Weights) -> Self {
        let head = |(index, channels)| {
            let head = weights.child(format!("lin{index}.model.1"));
            head.parameter("weight", [1, channels, 1, 1])
        };
        Self {
            stages: backbone.stages(&weights.child("net")),
            heads: backbone.widths().into_iter().enumerate().map(head).collect(),
            backbone,
        }
    }

    /// The network it stands on, for reports.
    pub fn backbone(&self) -> Backbone {
        self.backbone
    }

    /// `pixels` `[batch, 3, height, width]` in [-1, 1], each side at least [`Backbone::least_side`].
    pub fn features(&self, pixels: Tensor<4>) -> LpipsFeatures {
        let device = pixels.device();
        let channels =
            |values: [f32; 3]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), [1, 3, 1, 1]), &device);
        let mut x = (pixels - channels(SHIFT)) / channels(SCALE);
        let mut seen = Vec::new();
        for stage in &self.stages {
            x = stage.forward(x);
            let length = x.clone().square().sum_dim(1).sqrt();
            seen.push(x.clone() / (length + EPSILON));
        }
        LpipsFeatures(seen)
    }

    /// The distance of each picture of a batch from its counterpart: `[batch]`, 0 for equal pictures.
    pub fn distance(&self, a: &LpipsFeatures, b: &LpipsFeatures) -> Tensor<1> {
        let stages = a.0.iter().zip(&b.0).zip(&self.heads).map(|((a, b), head)| {
            let weighted = (a.clone() - b.clone()).square() * head.val();
            // Summed over channels, averaged over places.
            weighted.sum_dim(1).mean_dim(2).mean_dim(3)
        });
        let parts: Vec<Tensor<4>> = stages.collect();
        Tensor::cat(parts, 1).sum_dim(1).flatten::<1>(0, 3)
    }

    /// The distances of all pairs of equally large pictures, laid on `ground` (sRGB): (0, 1), (0, 2), ..., (1, 2), ...
    pub fn pairwise(&self, pictures: &[RgbaImage], ground: [u8; 3], device: &Device) -> Result<Vec<f32>> {
        self.check(pictures)?;
        let features: Vec<_> = pictures
            .iter()
            .map(|picture| self.features(pixels(picture, ground, device)))
            .collect();
        let mut distances = Vec::new();
        for (index, a) in features.iter().enumerate() {
            for b in &features[index + 1..] {
                distances.extend(to_values(self.distance(a, b))?);
            }
        }
        Ok(distances)
    }

    fn check(&self, pictures: &[RgbaImage]) -> Result<()> {
        let least = self.backbone.least_side();
        let Some(first) = pictures.first().map(RgbaImage::dimensions) else {
            return Ok(());
        };
        if first.0.min(first.1) < least {
            let sentence = format!(
                "pictures of {} by {} pixels are too small for LPIPS; it needs {least} a side",
                first.0, first.1
            );
            return Err(EncoderError::Request(sentence));
        }
        if pictures.iter().any(|picture| picture.dimensions() != first) {
            let sentence = "LPIPS compares pictures of one size only; make them equally large first";
            return Err(EncoderError::Request(sentence.to_owned()));
        }
        Ok(())
    }
}

/// `[1, 3, height, width]` in [-1, 1].
fn pixels(picture: &RgbaImage, ground: [u8; 3], device: &Device) -> Tensor<4> {
    let rgb = over_ground(picture, ground);
    let (width, height) = (rgb.width() as usize, rgb.height() as usize);
    let channel = |channel: usize| rgb.pixels().map(move |pixel| f32::from(pixel.0[channel]) / 127.5 - 1.0);
    let values: Vec<f32> = (0..3).flat_map(channel).collect();
    Tensor::from_data(TensorData::new(values, [1, 3, height, width]), device)
}
