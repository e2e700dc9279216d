//! Which pictures belong to one prompt.

use super::Error;

/// The pictures of each prompt, by their place in a set. The bootstrap draws prompts, each with all its pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clusters {
    members: Vec<Vec<usize>>,
    pictures: usize,
}

impl Clusters {
    /// From the prompt of each picture. Prompts are counted from 0, and each has a picture.
    pub fn by_prompt(prompts: &[usize]) -> Result<Self, Error> {
        let count = prompts.iter().max().map_or(0, |last| last.saturating_add(1));
        // A prompt without a picture is found before anything of its number's size is reserved.
        if count > prompts.len() {
            return Err(Error::Setting("prompts are counted from 0, and each has a picture"));
        }
        let mut members = vec![Vec::new(); count];
        for (picture, prompt) in prompts.iter().enumerate() {
            members[*prompt].push(picture);
        }
        if members.iter().any(Vec::is_empty) {
            return Err(Error::Setting("prompts are counted from 0, and each has a picture"));
        }
        Ok(Self {
            members,
            pictures: prompts.len(),
        })
    }

    /// Every prompt drawn with every seed, prompt by prompt: picture `prompt * seeds + seed`.
    pub fn grid(prompts: usize, seeds: usize) -> Self {
        let members = (0..prompts).map(|prompt| (prompt * seeds..(prompt + 1) * seeds).collect());
        Self {
            members: members.collect(),
            pictures: prompts * seeds,
        }
    }

    /// How many prompts.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no prompt.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// How many pictures.
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// The pictures of each prompt, in the order of the set.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &[usize]> {
        self.members.iter().map(Vec::as_slice)
    }

    /// How often each picture is in a resample of prompts.
    pub(super) fn counts(&self, drawn: &[usize]) -> Vec<f64> {
        let mut counts = vec![0.0; self.pictures];
        for prompt in drawn {
            for picture in &self.members[*prompt] {
                counts[*picture] += 1.0;
            }
        }
        counts
    }

    pub(super) fn covers(&self, pictures: usize) -> Result<(), Error> {
        if self.pictures != pictures {
            return Err(Error::Pairing {
                what: "pictures",
                first: pictures,
                second: self.pictures,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_prompt_brings_all_its_pictures() {
        let clusters = Clusters::by_prompt(&[1, 0, 1]).unwrap();
        assert_eq!(clusters.counts(&[1, 1]), [2.0, 0.0, 2.0]);
        assert_eq!(Clusters::grid(2, 2), Clusters::by_prompt(&[0, 0, 1, 1]).unwrap());
    }

    #[test]
    fn a_prompt_without_pictures_is_refused() {
        assert!(Clusters::by_prompt(&[0, 2, 2]).is_err());
        assert!(Clusters::by_prompt(&[usize::MAX]).is_err());
        assert!(Clusters::grid(2, 3).covers(5).is_err());
    }
}
