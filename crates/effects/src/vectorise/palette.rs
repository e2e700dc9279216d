//! The few colours that stand for all: clusters split where they vary most (Wu 1991, in Oklab), then moved to the means of what
//! is nearest to them (Lloyd 1982).

use std::collections::BTreeMap;

use super::Tones;
use crate::oklab;

/// Colours nearer to each other than this look the same.
const SAME: f32 = 0.02;

/// How often the clusters are moved.
const MOVES: usize = 12;

/// At most as many colours as were asked for.
pub(super) struct Palette {
    /// In Oklab.
    tones: Vec<[f32; 3]>,
    /// In sRGB, in the same order.
    pub(super) colors: Vec<[u8; 3]>,
}

/// Colours that are nearly equal, as one.
#[derive(Clone, Copy)]
struct Sample {
    tone: [f32; 3],
    /// How much it counts where clusters are formed: the root of its area, so that small details of another colour count, too.
    weight: f32,
}

impl Palette {
    pub(super) fn of(tones: &Tones, most: usize) -> Self {
        let samples = samples(tones);
        let mut found = means(&split(&samples, most));
        for _ in 0..MOVES {
            found = means(&gathered(&samples, &found));
        }
        let by_area = |sample: &Sample| Sample {
            weight: sample.weight * sample.weight,
            ..*sample
        };
        let samples: Vec<Sample> = samples.iter().map(by_area).collect();
        found = means(&gathered(&samples, &found));
        let mut palette = Self {
            tones: Vec::new(),
            colors: Vec::new(),
        };
        for tone in found {
            if palette
                .tones
                .iter()
                .all(|other| oklab::distance_squared(*other, tone) > SAME * SAME)
            {
                palette.tones.push(tone);
                palette.colors.push(srgb(tone));
            }
        }
        palette
    }

    /// The index of the colour nearest to `tone`.
    pub(super) fn nearest(&self, tone: [f32; 3]) -> usize {
        nearest(&self.tones, tone)
    }
}

fn nearest(tones: &[[f32; 3]], tone: [f32; 3]) -> usize {
    let distance = |&at: &usize| oklab::distance_squared(tones[at], tone);
    (0..tones.len())
        .min_by(|one, other| distance(one).total_cmp(&distance(other)))
        .unwrap_or_default()
}

fn srgb(tone: [f32; 3]) -> [u8; 3] {
    oklab::to_linear(tone).map(|color| (crate::linear::to_srgb(color.clamp(0.0, 1.0)) * 255.0).round() as u8)
}

/// The colours of the picture, on a grid with steps of 1/64.
fn samples(tones: &Tones) -> Vec<Sample> {
    let mut cells: BTreeMap<[i32; 3], ([f64; 3], f64)> = BTreeMap::new();
    for tone in tones.colors.iter().flatten() {
        let (sum, weight) = cells.entry(tone.map(|axis| (axis * 64.0).round() as i32)).or_default();
        for axis in 0..3 {
            sum[axis] += f64::from(tone[axis]);
        }
        *weight += 1.0;
    }
    let sample = |(sum, weight): &([f64; 3], f64)| Sample {
        tone: sum.map(|axis| (axis / weight) as f32),
        weight: weight.sqrt() as f32,
    };
    cells.values().map(sample).collect()
}

/// Each sample with the colour nearest to it; colours without samples go.
fn gathered(samples: &[Sample], tones: &[[f32; 3]]) -> Vec<Vec<Sample>> {
    let mut clusters = vec![Vec::new(); tones.len()];
    for sample in samples {
        clusters[nearest(tones, sample.tone)].push(*sample);
    }
    clusters.retain(|cluster| !cluster.is_empty());
    clusters
}

fn mean(cluster: &[Sample]) -> [f32; 3] {
    let weight: f32 = cluster.iter().map(|sample| sample.weight).sum();
    std::array::from_fn(|axis| {
        cluster
            .iter()
            .map(|sample| sample.tone[axis] * sample.weight)
            .sum::<f32>()
            / weight
    })
}

fn means(clusters: &[Vec<Sample>]) -> Vec<[f32; 3]> {
    clusters.iter().map(|cluster| mean(cluster)).collect()
}

/// Clusters, each split in two at its mean along the axis where it varies most, those that vary most first.
fn split(samples: &[Sample], most: usize) -> Vec<Vec<Sample>> {
    let mut clusters = vec![samples.to_vec()];
    clusters.retain(|cluster| !cluster.is_empty());
    while clusters.len() < most {
        let widest = (0..clusters.len())
            .map(|at| (at, widest_axis(&clusters[at])))
            .max_by(|(_, (_, one)), (_, (_, other))| one.total_cmp(other));
        let Some((at, (axis, variance))) = widest.filter(|(_, (_, variance))| *variance > 0.0) else {
            break;
        };
        let middle = mean(&clusters[at])[axis];
        let (below, above): (Vec<_>, Vec<_>) = clusters[at].iter().partition(|sample| sample.tone[axis] <= middle);
        if below.is_empty() || above.is_empty() || variance < 1e-9 {
            break;
        }
        clusters[at] = below;
        clusters.push(above);
    }
    clusters
}

/// Where a cluster varies most, and the sum of squares there.
fn widest_axis(cluster: &[Sample]) -> (usize, f32) {
    let mean = mean(cluster);
    let squares = |axis: usize| {
        cluster
            .iter()
            .map(|sample| sample.weight * (sample.tone[axis] - mean[axis]).powi(2))
            .sum()
    };
    let variances: [f32; 3] = std::array::from_fn(squares);
    let axis = (0..3)
        .max_by(|&one, &other| variances[one].total_cmp(&variances[other]))
        .unwrap_or_default();
    (axis, variances[axis])
}
