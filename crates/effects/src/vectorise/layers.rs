//! Curves around what each colour covers, one over the other.

use vtracer::compose::Compositing;
use vtracer::fitter::{FitParams, SplineFitter};
use vtracer::frontend::{BinaryFrontend, Frontend};
use vtracer::ir::Paint;
use vtracer::optimize::{CleanupPass, OptimizerPass, QuantizePass};
use vtracer::svg::SvgWriter;
use vtracer::{Color, ColorImage, Segmentation};

use super::{Labels, Palette};
use crate::Error;

/// How far a colour reaches below those that are painted over it, pixels: "trapping", without which the ground shines through
/// along every border.
const TRAP: usize = 4;

/// The paths of all colours, as lines of SVG.
pub(super) fn trace(labels: &Labels, palette: &Palette) -> Result<String, Error> {
    let failed = |error: vtracer::Error| Error::Vector(error.to_string());
    let ranks = ranks(labels, palette.colors.len());
    let mut picture = Segmentation::new(labels.width as u32, labels.height as u32);
    for (rank, &label) in ranks.order.iter().enumerate() {
        let [r, g, b] = palette.colors[label];
        let areas = BinaryFrontend::default()
            .segment(&covered(labels, &ranks, rank))
            .map_err(failed)?;
        picture.layers.extend(areas.layers.into_iter().map(|mut area| {
            area.paint = Paint::Solid(Color::new(r, g, b));
            area
        }));
    }
    let fitter = SplineFitter::new(FitParams {
        corner_threshold: 60_f64.to_radians(),
        length_threshold: 4.0,
        max_iterations: 10,
        splice_threshold: 45_f64.to_radians(),
    });
    let mut paths = Compositing::Stacked(Box::new(fitter)).compose(&picture, &[]);
    QuantizePass::new(1).run(&mut paths);
    CleanupPass.run(&mut paths);
    let writer = SvgWriter {
        relative: true,
        shorthands: true,
        precision: Some(1),
    };
    let drawn = writer.write(&paths);
    let lines = drawn
        .lines()
        .filter(|line| ["<path", "<g", "</g"].iter().any(|tag| line.starts_with(tag)));
    Ok(lines.flat_map(|line| [line, "\n"]).collect())
}

/// In which order colours are painted.
struct Ranks {
    /// Colours that cover something, the first painted first.
    order: Vec<usize>,
    /// The place of each colour in it.
    of: Vec<usize>,
}

/// Broad areas first, so that lines end up on top: sorted by area per border.
fn ranks(labels: &Labels, colors: usize) -> Ranks {
    let mut area = vec![0_usize; colors];
    let mut border = vec![1_usize; colors];
    for (at, label) in labels.colors.iter().enumerate() {
        if let Some(own) = label {
            area[usize::from(*own)] += 1;
            border[usize::from(*own)] += labels
                .neighbours(at)
                .filter(|&other| labels.colors[other] != *label)
                .count();
        }
    }
    let breadth = |color: &usize| area[*color] as f64 / border[*color] as f64;
    let mut order: Vec<usize> = (0..colors).filter(|&color| area[color] > 0).collect();
    order.sort_by(|one, other| breadth(other).total_cmp(&breadth(one)));
    let mut of = vec![0; colors];
    for (rank, &color) in order.iter().enumerate() {
        of[color] = rank;
    }
    Ranks { order, of }
}

/// What the colour of this rank covers, black on white.
fn covered(labels: &Labels, ranks: &Ranks, rank: usize) -> ColorImage {
    let rank_at = |at: usize| labels.colors[at].map(|label| ranks.of[usize::from(label)]);
    let own = |at: &usize| rank_at(*at) == Some(rank);
    let mut pixels = vec![255_u8; labels.colors.len() * 4];
    let mut rim: Vec<usize> = (0..labels.colors.len()).filter(own).collect();
    for step in 0..=TRAP {
        for &at in &rim {
            pixels[at * 4..at * 4 + 3].fill(0);
        }
        if step < TRAP {
            let is_free = |&at: &usize| pixels[at * 4] == 255 && rank_at(at) > Some(rank);
            rim = rim
                .iter()
                .flat_map(|&at| labels.neighbours(at))
                .filter(is_free)
                .collect();
            rim.sort_unstable();
            rim.dedup();
        }
    }
    ColorImage {
        pixels,
        width: labels.width,
        height: labels.height,
    }
}
