//! What a job is to make, kept as JSON in the library: whatever happens, the pictures that are missing can be made from it.

use std::collections::BTreeSet;
use std::ops::Range;

use library::Bucket;
use serde::{Deserialize, Serialize};

use crate::{Error, GenerateRequest};

/// The version this program writes.
const VERSION: u32 = 1;

/// Requests in order, each with its seed. The pictures of all of them, counted through, are the job's tiles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct JobPlan {
    version: u32,
    columns: Option<u32>,
    cells: Vec<Cell>,
}

/// One request of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cell {
    pub(crate) request: GenerateRequest,
    /// What sets it apart within the job; empty when nothing does.
    pub(crate) label: String,
    pub(crate) bucket: Option<Bucket>,
}

/// One picture of a job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlannedTile<'a> {
    pub(crate) cell: &'a Cell,
    pub(crate) seed: u64,
}

/// Tiles in a row that one request makes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    pub(crate) tiles: Range<u32>,
    pub(crate) request: GenerateRequest,
    pub(crate) bucket: Option<Bucket>,
}

impl JobPlan {
    /// A job of these requests. Each has its seed.
    pub(crate) fn new(cells: Vec<Cell>, columns: Option<u32>) -> Self {
        Self {
            version: VERSION,
            columns,
            cells,
        }
    }

    /// Reads what [`JobPlan::to_json`] wrote.
    ///
    /// # Errors
    /// When it is damaged or of a later version.
    pub(crate) fn from_json(text: &str) -> Result<Self, Error> {
        let plan: Self = serde_json::from_str(text).map_err(|reason| {
            Error::input(format!(
                "the job cannot be read ({reason}); remove it and make a new one"
            ))
        })?;
        if plan.version != VERSION {
            return Err(Error::input(
                "the job was made by a later version of this program; remove it and make a new one",
            ));
        }
        Ok(plan)
    }

    /// The plan as one line of JSON.
    ///
    /// # Errors
    /// When a number in it is not finite.
    pub(crate) fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|reason| Error::internal(format!("could not write a job: {reason}")))
    }

    #[cfg(test)]
    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The request of every cell.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &GenerateRequest> {
        self.cells.iter().map(|cell| &cell.request)
    }

    /// How many tiles stand in a row, when that means something.
    pub(crate) fn columns(&self) -> Option<u32> {
        self.columns
    }

    /// Every picture in order.
    pub(crate) fn tiles(&self) -> impl Iterator<Item = PlannedTile<'_>> {
        self.cells.iter().flat_map(|cell| {
            let first = cell.request.seed.unwrap_or(0);
            (0..cell.request.count).map(move |number| PlannedTile {
                cell,
                seed: first + u64::from(number),
            })
        })
    }

    /// What is still to be made when the tiles in `made` are there.
    pub(crate) fn missing(&self, made: &BTreeSet<u32>) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut first = 0;
        for cell in &self.cells {
            let all = first..first + cell.request.count;
            first = all.end;
            for tiles in gaps(all.clone(), made) {
                let mut request = cell.request.clone();
                request.count = tiles.end - tiles.start;
                request.seed = request.seed.map(|seed| seed + u64::from(tiles.start - all.start));
                runs.push(Run {
                    tiles,
                    request,
                    bucket: cell.bucket,
                });
            }
        }
        runs
    }
}

/// The longest ranges within `all` that hold nothing of `made`.
fn gaps(all: Range<u32>, made: &BTreeSet<u32>) -> Vec<Range<u32>> {
    let mut gaps = Vec::new();
    let mut start = all.start;
    for &tile in made.range(all.clone()) {
        if start < tile {
            gaps.push(start..tile);
        }
        start = tile + 1;
    }
    if start < all.end {
        gaps.push(start..all.end);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> JobPlan {
        let cell = |prompt: &str, count, seed| Cell {
            request: GenerateRequest {
                count,
                seed: Some(seed),
                ..GenerateRequest::new(prompt)
            },
            label: String::new(),
            bucket: None,
        };
        JobPlan::new(vec![cell("a cat", 4, 10), cell("a dog", 2, 50)], None)
    }

    fn missing(made: &[u32]) -> Vec<(Range<u32>, String, u32, u64)> {
        let runs = plan().missing(&made.iter().copied().collect());
        let facts = |run: Run| {
            (
                run.tiles,
                run.request.prompt,
                run.request.count,
                run.request.seed.unwrap(),
            )
        };
        runs.into_iter().map(facts).collect()
    }

    #[test]
    fn only_what_is_missing_is_made_each_with_its_own_seed() {
        assert_eq!(
            missing(&[]),
            [(0..4, "a cat".into(), 4, 10), (4..6, "a dog".into(), 2, 50)]
        );
        assert_eq!(
            missing(&[1, 4]),
            [
                (0..1, "a cat".into(), 1, 10),
                (2..4, "a cat".into(), 2, 12),
                (5..6, "a dog".into(), 1, 51)
            ]
        );
        assert_eq!(missing(&[0, 1, 2, 3, 4, 5]), []);
    }

    #[test]
    fn tiles_are_counted_through() {
        let seeds: Vec<_> = plan().tiles().map(|tile| tile.seed).collect();
        assert_eq!(seeds, [10, 11, 12, 13, 50, 51]);
    }

    #[test]
    fn a_plan_survives_its_json_and_damage_is_told() {
        assert_eq!(JobPlan::from_json(&plan().to_json().unwrap()), Ok(plan()));
        assert!(JobPlan::from_json("{}").unwrap_err().message.contains("cannot be read"));
        let later = plan().to_json().unwrap().replace("\"version\":1", "\"version\":2");
        assert!(
            JobPlan::from_json(&later)
                .unwrap_err()
                .message
                .contains("later version")
        );
    }
}
