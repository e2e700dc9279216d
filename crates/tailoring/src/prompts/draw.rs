//! Drawing prompts.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::bucket::{Bucket, Wording};
use super::chance::SplitMix64;
use super::deal::{Decks, Source, key};
use super::template::Template;
use super::templates::templates;

/// A prompt and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Prompt {
    /// The prompt.
    pub text: String,
    /// What it is about.
    pub bucket: Bucket,
}

/// `count` different prompts of a bucket in natural wording, fewer only when it has no more ([`capacity`]).
pub fn prompts(bucket: Bucket, count: usize, seed: u64) -> Vec<Prompt> {
    Draw {
        wording: Wording::Natural,
        seed,
        exclude: &HashSet::new(),
    }
    .prompts(bucket, count)
}

/// How many different prompts a bucket can make.
pub fn capacity(bucket: Bucket, wording: Wording) -> usize {
    templates(bucket, wording).iter().map(Template::count).sum()
}

/// `count` shared out over all buckets as evenly as it can be: what [`Draw::plan`] takes.
pub fn evenly(count: usize) -> [(Bucket, usize); 4] {
    let buckets = Bucket::ALL.len();
    let mut place = 0;
    Bucket::ALL.map(|bucket| {
        place += 1;
        (bucket, count / buckets + usize::from(place <= count % buckets))
    })
}

/// How prompts are to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    /// How they are worded.
    pub wording: Wording,
    /// The same seed gives the same prompts.
    pub seed: u64,
    /// Prompts that are not to come, such as those drawn before. Capitals and spaces do not matter.
    pub exclude: &'a HashSet<String>,
}

impl Draw<'_> {
    /// `count` different prompts of a bucket, fewer only when it has no more.
    pub fn prompts(&self, bucket: Bucket, count: usize) -> Vec<Prompt> {
        let mut taken: HashSet<String> = self.exclude.iter().map(|text| key(text)).collect();
        let mut round = Round::new(
            templates(bucket, self.wording),
            SplitMix64::stream(self.seed, bucket as u64),
        );
        let mut drawn = Vec::new();
        while drawn.len() < count {
            let Some(text) = round.next(&taken) else {
                break;
            };
            taken.insert(key(&text));
            drawn.push(Prompt { text, bucket });
        }
        drawn
    }

    /// So many prompts of each bucket, mixed so that every beginning of them holds the buckets in about these
    /// proportions: a generation that is stopped early is balanced, too. Counts of a bucket named twice are added.
    pub fn plan(&self, counts: &[(Bucket, usize)]) -> Vec<Prompt> {
        let mut queues: Vec<(usize, std::vec::IntoIter<Prompt>)> = Vec::new();
        for bucket in Bucket::ALL {
            let asked = counts
                .iter()
                .filter(|(named, _)| *named == bucket)
                .map(|(_, count)| count)
                .sum();
            let drawn = self.prompts(bucket, asked);
            queues.push((drawn.len(), drawn.into_iter()));
        }
        let mut plan = Vec::new();
        // The bucket of which the smallest share has been used is next: given / all, compared without fractions.
        while let Some((_, queue)) = queues
            .iter_mut()
            .filter(|(_, queue)| queue.len() > 0)
            .min_by(|left, right| {
                let given = |(all, queue): &(usize, std::vec::IntoIter<Prompt>)| 2 * (all - queue.len()) + 1;
                (given(left) * right.0).cmp(&(given(right) * left.0))
            })
        {
            plan.extend(queue.next());
        }
        plan
    }
}

/// The templates of a bucket, taking turns.
struct Round {
    decks: Decks,
    sources: Vec<Source>,
    /// Indices of `sources`, as often as each has a turn.
    turns: Vec<usize>,
    turn: usize,
}

impl Round {
    fn new(templates: &'static [Template], mut chance: SplitMix64) -> Self {
        let most = templates.iter().map(|template| template.turns).max().unwrap_or(0);
        let turns: Vec<usize> = (0..most)
            .flat_map(|pass| (0..templates.len()).filter(move |&index| pass < templates[index].turns))
            .collect();
        let turn = chance.below(turns.len());
        let sources = templates.iter().map(Source::new).collect();
        Self {
            decks: Decks::new(chance),
            sources,
            turns,
            turn,
        }
    }

    /// The next text that is not among `taken`; nothing when every template is used up.
    fn next(&mut self, taken: &HashSet<String>) -> Option<String> {
        while !self.turns.is_empty() {
            self.turn %= self.turns.len();
            let source = self.turns[self.turn];
            if let Some(text) = self.sources[source].next(&mut self.decks, taken) {
                self.turn += 1;
                return Some(text);
            }
            self.turns.retain(|&other| other != source);
        }
        None
    }
}
