//! The plain model, and deeds done to it and to the library alike.

use std::collections::{BTreeMap, BTreeSet};

use library::{Bucket, Library, NewSticker, Origin, Rating, SetId, StickerId, UsedAdapter};
use proptest::sample::Index;

use crate::common;
use crate::common::png::png;
use crate::deeds::Deed;
use crate::words::WORDS;

#[derive(Clone, Debug)]
pub struct Entry {
    pub id: StickerId,
    pub created_at: i64,
    pub words: Vec<usize>,
    /// By their folded names.
    pub tags: BTreeMap<String, String>,
    pub favourite: bool,
    pub rating: Rating,
    pub origin: Origin,
    pub bucket: Option<Bucket>,
    pub device: Option<&'static str>,
    pub adapter: Option<&'static str>,
    pub sets: BTreeSet<SetId>,
    pub trashed: bool,
}

#[derive(Debug, Default)]
pub struct Model {
    /// In the order of their coming.
    pub stickers: Vec<Entry>,
    pub sets: Vec<(SetId, String)>,
}

impl Model {
    fn pick(&self, indices: &[Index]) -> BTreeSet<usize> {
        let count = self.stickers.len();
        indices
            .iter()
            .filter(|_| count > 0)
            .map(|index| index.index(count))
            .collect()
    }

    fn ids(&self, indices: &[Index]) -> Vec<StickerId> {
        self.pick(indices)
            .into_iter()
            .map(|one| self.stickers[one].id.clone())
            .collect()
    }

    fn change(&mut self, indices: &[Index], change: impl Fn(&mut Entry)) {
        for one in self.pick(indices) {
            change(&mut self.stickers[one]);
        }
    }

    pub fn set(&self, index: Index) -> Option<SetId> {
        (!self.sets.is_empty()).then(|| index.get(&self.sets).0.clone())
    }

    /// Does the deed on both.
    pub fn apply(&mut self, library: &Library, deed: Deed) {
        match deed {
            Deed::Add(words, origin, bucket, device, adapter) => {
                self.add(library, words, origin, bucket, device, adapter);
            }
            Deed::Favourite(some, on) => {
                library.set_favourite(&self.ids(&some), on).unwrap();
                self.change(&some, |sticker| sticker.favourite = on);
            }
            Deed::Rate(some, alignment, quality) => {
                let rating = Rating { alignment, quality };
                library.rate(&self.ids(&some), rating).unwrap();
                self.change(&some, |sticker| sticker.rating = rating);
            }
            Deed::Tags(some, add, remove) => {
                let strings = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
                library
                    .change_tags(&self.ids(&some), &strings(&add), &strings(&remove))
                    .unwrap();
                self.change_tags(&some, &add, &remove);
            }
            Deed::Trash(some) => {
                library.trash(&self.ids(&some)).unwrap();
                self.change(&some, |sticker| sticker.trashed = true);
            }
            Deed::Restore(some) => {
                library.restore(&self.ids(&some)).unwrap();
                self.change(&some, |sticker| sticker.trashed = false);
            }
            Deed::EmptyTrash => {
                let before = self.stickers.len();
                self.stickers.retain(|sticker| !sticker.trashed);
                assert_eq!(library.empty_trash().unwrap() as usize, before - self.stickers.len());
            }
            Deed::CreateSet(name) => match library.create_set(name) {
                Ok(set) => self.sets.push((set.id, name.to_owned())),
                Err(_) => assert!(self.sets.iter().any(|(_, taken)| taken == name)),
            },
            Deed::DeleteSet(set) => {
                let Some(set) = self.set(set) else { return };
                library.delete_set(&set).unwrap();
                self.sets.retain(|(id, _)| *id != set);
                self.stickers
                    .iter_mut()
                    .map(|sticker| &mut sticker.sets)
                    .for_each(|sets| sets.retain(|one| *one != set));
            }
            Deed::AddToSet(set, some) => {
                let Some(set) = self.set(set) else { return };
                library.add_to_set(&set, &self.ids(&some)).unwrap();
                self.change(&some, |sticker| sticker.sets.extend([set.clone()]));
            }
            Deed::RemoveFromSet(set, some) => {
                let Some(set) = self.set(set) else { return };
                library.remove_from_set(&set, &self.ids(&some)).unwrap();
                self.change(&some, |sticker| sticker.sets.retain(|one| *one != set));
            }
            Deed::Reopen => unreachable!("the caller does it"),
        }
    }

    fn add(
        &mut self,
        library: &Library,
        words: Vec<usize>,
        origin: Origin,
        bucket: Option<Bucket>,
        device: Option<&'static str>,
        adapter: Option<&'static str>,
    ) {
        let prompt = words.iter().map(|&word| WORDS[word].0).collect::<Vec<_>>().join(" ");
        let file = png(&prompt);
        let adapters: Vec<UsedAdapter<'_>> = adapter
            .into_iter()
            .map(|sha256| UsedAdapter {
                name: sha256,
                sha256,
                weight: 1.0,
            })
            .collect();
        let sticker = library
            .add(&NewSticker {
                origin,
                bucket,
                device,
                adapters: &adapters,
                ..common::new_sticker(&file, &prompt)
            })
            .unwrap();
        self.stickers.push(Entry {
            id: sticker.id,
            created_at: sticker.created_at,
            words,
            tags: BTreeMap::new(),
            favourite: false,
            rating: Rating::default(),
            origin,
            bucket,
            device,
            adapter,
            sets: BTreeSet::new(),
            trashed: false,
        });
    }

    fn change_tags(&mut self, some: &[Index], add: &[&str], remove: &[&str]) {
        let removed: Vec<String> = remove.iter().map(|tag| tag.to_lowercase()).collect();
        self.change(some, |sticker| sticker.tags.retain(|own, _| !removed.contains(own)));
        for tag in add {
            let folded = tag.to_lowercase();
            let known = self
                .stickers
                .iter()
                .find_map(|sticker| sticker.tags.get(&folded))
                .cloned();
            let spelt = known.unwrap_or_else(|| (*tag).to_owned());
            self.change(some, |sticker| sticker.tags.extend([(folded.clone(), spelt.clone())]));
        }
    }
}
