//! Connected groups of pixels, by union-find.

use super::FAINT;
use crate::Linear;
use crate::passes::flood::alpha_byte;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Groups of pixels that are more than faint, touching at sides or corners.
    Islands,
    /// Groups of pixels that are less than solid, touching at sides, not reaching the border.
    Holes,
}

impl Kind {
    /// The pixels before one that may belong to its group.
    fn before(self) -> &'static [(i32, i32)] {
        match self {
            Self::Islands => &[(-1, 0), (0, -1), (-1, -1), (1, -1)],
            Self::Holes => &[(-1, 0), (0, -1)],
        }
    }

    /// What a pixel adds to the area of its group, in bytes; 0 when it belongs to none.
    fn weight(self, alpha: f32) -> u32 {
        let byte = alpha_byte(alpha);
        let weight = match self {
            Self::Islands => byte,
            Self::Holes => 255 - byte,
        };
        if weight > FAINT { weight } else { 0 }
    }
}

/// For each pixel, whether it belongs to a group whose area is at most `limit`.
pub(super) fn small(picture: &Linear, kind: Kind, limit: u32) -> Vec<bool> {
    let weights: Vec<u32> = picture.pixels.iter().map(|pixel| kind.weight(pixel[3])).collect();
    if limit == 0 || weights.is_empty() {
        return vec![false; weights.len()];
    }
    let mut forest = joined(picture, kind, &weights);
    let mut areas = vec![0_u32; forest.parents.len()];
    for (at, weight) in weights.iter().enumerate() {
        areas[forest.root(at + 1)] += weight;
    }
    let is_small = |(at, weight): (usize, &u32)| {
        let root = forest.root(at + 1);
        *weight > 0 && root != OUTSIDE && areas[root] <= limit
    };
    weights.iter().enumerate().map(is_small).collect()
}

/// The node of what lies around the picture; pixels follow from 1.
const OUTSIDE: usize = 0;

fn joined(picture: &Linear, kind: Kind, weights: &[u32]) -> Forest {
    let (width, height) = (picture.width as i32, picture.height as i32);
    let mut forest = Forest {
        parents: (0..=weights.len() as u32).collect(),
    };
    for y in 0..height {
        for x in 0..width {
            let at = (y * width + x) as usize;
            if weights[at] == 0 {
                continue;
            }
            if kind == Kind::Holes && (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
                forest.join(at + 1, OUTSIDE);
            }
            for (dx, dy) in kind.before() {
                let (x, y) = (x + dx, y + dy);
                let other = (y * width + x) as usize;
                if x >= 0 && y >= 0 && x < width && weights[other] > 0 {
                    forest.join(at + 1, other + 1);
                }
            }
        }
    }
    forest
}

/// Groups of nodes; the root of each is its least node (Tarjan 1975, with path halving).
struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    fn root(&mut self, mut node: usize) -> usize {
        while self.parents[node] as usize != node {
            let above = self.parents[node] as usize;
            self.parents[node] = self.parents[above];
            node = above;
        }
        node
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b) as u32;
    }
}
