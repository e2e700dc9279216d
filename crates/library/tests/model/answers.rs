//! What the model would list and count.

use std::collections::BTreeMap;

use library::{Alignment, Bucket, BucketCoverage, Library, Order, Query, Rating, StickerId};

use crate::plain::{Entry, Model};
use crate::words::{ADAPTERS, DEVICES, WORDS, query_words, tag_words};

impl Model {
    pub fn find(&self, query: &Query) -> Vec<StickerId> {
        let mut found: Vec<&Entry> = self
            .stickers
            .iter()
            .rev()
            .filter(|sticker| sticker.fits(query))
            .collect();
        match query.order {
            Order::Newest => {}
            Order::Oldest => found.reverse(),
            Order::Best => found.sort_by_key(|sticker| {
                let alignment = match sticker.rating.alignment {
                    Some(Alignment::Strong) => 0,
                    Some(Alignment::Weak) => 1,
                    None => 2,
                    Some(Alignment::Fail) => 3,
                };
                (5 - sticker.rating.quality.unwrap_or(0), alignment, !sticker.favourite)
            }),
        }
        found.into_iter().map(|sticker| sticker.id.clone()).collect()
    }

    pub fn check_counts(&self, library: &Library) {
        let shown: Vec<&Entry> = self.stickers.iter().filter(|sticker| !sticker.trashed).collect();
        let count = |fits: &dyn Fn(&Entry) -> bool| shown.iter().filter(|sticker| fits(sticker)).count() as u32;
        let facets = library.facets().unwrap();
        assert_eq!(facets.total, shown.len() as u32);
        assert_eq!(facets.favourites, count(&|sticker| sticker.favourite));
        assert_eq!(facets.unrated, count(&|sticker| !sticker.is_rated()));
        assert_eq!(facets.trashed as usize, self.stickers.len() - shown.len());
        let mut sets: Vec<_> = self
            .sets
            .iter()
            .map(|(id, name)| (name.clone(), count(&|sticker| sticker.sets.contains(id))))
            .collect();
        sets.sort_by_key(|(name, _)| name.to_lowercase());
        assert_eq!(
            facets
                .sets
                .into_iter()
                .map(|set| (set.name, set.count))
                .collect::<Vec<_>>(),
            sets
        );
        let mut tags = BTreeMap::new();
        for (folded, name) in shown.iter().flat_map(|sticker| &sticker.tags) {
            tags.entry(folded).or_insert((name.clone(), 0)).1 += 1;
        }
        let found: Vec<_> = facets.tags.into_iter().map(|tag| (tag.name, tag.count)).collect();
        assert_eq!(found, tags.into_values().collect::<Vec<_>>());
        let found: Vec<_> = facets
            .devices
            .iter()
            .map(|one| (one.name.as_str(), one.count))
            .collect();
        assert_eq!(
            found,
            used(&DEVICES, &|name| count(&|sticker| sticker.device == Some(name)))
        );
        let found: Vec<_> = facets
            .adapters
            .iter()
            .map(|one| (one.sha256.as_str(), one.count))
            .collect();
        assert_eq!(
            found,
            used(&ADAPTERS, &|sha256| count(&|sticker| sticker.adapter == Some(sha256)))
        );
        let coverage: Vec<BucketCoverage> = Bucket::ALL
            .iter()
            .map(|&bucket| BucketCoverage {
                bucket,
                total: count(&|sticker| sticker.bucket == Some(bucket)),
                rated: count(&|sticker| sticker.bucket == Some(bucket) && sticker.is_rated()),
                strong: count(&|sticker| {
                    sticker.bucket == Some(bucket) && sticker.rating.alignment == Some(Alignment::Strong)
                }),
            })
            .collect();
        assert_eq!(library.coverage().unwrap(), coverage);
    }
}

/// Those that occur, with their counts.
fn used<'a>(all: &[&'a str], count: &dyn Fn(&str) -> u32) -> Vec<(&'a str, u32)> {
    all.iter()
        .map(|&one| (one, count(one)))
        .filter(|&(_, count)| count > 0)
        .collect()
}

impl Entry {
    pub fn is_rated(&self) -> bool {
        self.rating != Rating::default()
    }

    pub fn fits(&self, query: &Query) -> bool {
        let same = |asked: &Option<String>, own: Option<&str>| asked.is_none() || asked.as_deref() == own;
        self.trashed == query.trash
            && query.favourite.is_none_or(|on| on == self.favourite)
            && (query.alignment.is_empty() || self.rating.alignment.is_some_and(|one| query.alignment.contains(&one)))
            && query
                .min_quality
                .is_none_or(|least| self.rating.quality.is_some_and(|quality| quality >= least))
            && query.unrated.is_none_or(|unrated| unrated != self.is_rated())
            && query.set.as_ref().is_none_or(|set| self.sets.contains(set))
            && query
                .tag
                .as_ref()
                .is_none_or(|tag| self.tags.contains_key(&tag.to_lowercase()))
            && same(&query.adapter, self.adapter)
            && same(&query.device, self.device)
            && query.bucket.is_none_or(|bucket| Some(bucket) == self.bucket)
            && query.origin.is_none_or(|origin| origin == self.origin)
            && query.from.is_none_or(|from| self.created_at >= from)
            && query.to.is_none_or(|to| self.created_at < to)
            && self.has_words(&query.text)
    }

    /// All words of the text in the prompt or in the tags, the last one perhaps unfinished.
    pub fn has_words(&self, text: &str) -> bool {
        let prompt: Vec<&str> = self.words.iter().flat_map(|&word| WORDS[word].1).copied().collect();
        let tags: Vec<&str> = self.tags.keys().flat_map(|tag| tag_words(tag)).collect();
        let asked: Vec<Vec<&str>> = text
            .split_whitespace()
            .map(query_words)
            .filter(|words| !words.is_empty())
            .collect();
        asked.iter().enumerate().all(|(place, words)| {
            let unfinished = place + 1 == asked.len();
            [&prompt, &tags].into_iter().any(|own| {
                own.windows(words.len()).any(|own| {
                    let (Some((last, first)), Some((own_last, own_first))) = (words.split_last(), own.split_last())
                    else {
                        return false;
                    };
                    first == own_first
                        && if unfinished {
                            own_last.starts_with(last)
                        } else {
                            own_last == last
                        }
                })
            })
        })
    }
}
