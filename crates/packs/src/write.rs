//! Packs to files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;
use serde::Serialize;

use crate::containers::{Container, File, Ready, container};
use crate::encode::{encode, place};
use crate::store::{self, Entry, Staged, publish_all};
use crate::target::{Form, Target};
use crate::text::{cut, subject};
use crate::{Error, Pack, Pictures, Platform, Sticker, StillRule, Watch};

/// What was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Written {
    /// A file or folder for each pack.
    pub paths: Vec<PathBuf>,
    /// How large the files are together: an archive's own size, and a folder's files.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub bytes: u64,
    /// Every sticker of every pack, in order.
    pub stickers: Vec<WrittenSticker>,
}

/// A sticker's file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct WrittenSticker {
    /// Its pack, from 0.
    pub pack: u32,
    /// The sticker's name.
    pub name: String,
    /// Its path in the container.
    pub file: String,
    /// How large the file is.
    pub bytes: u32,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// How like the picture it is, 1: the same, pixel for pixel.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub ssim: f64,
    /// What was done to meet the limits: "lossless", "quality 83".
    pub how: String,
}

/// Writes each pack to a container of its own: `out`, or with several `out-1`, `out-2` and so on before the suffix. Nothing is
/// checked but what stands in the way; see [`crate::check`] and [`crate::fix`].
///
/// `.zip`, `.tar.gz`, `.tgz` and, for WhatsApp, `.wastickers` choose the container. A path that ends in `/` and an empty folder that
/// is there mean a folder. Otherwise it is the platform's usual container, its suffix put behind. A file that is called just as `out`
/// is replaced; one that is not, and a folder with something in it, are refused. The same packs give the same bytes.
///
/// Pictures are read and encoded in parallel, as many at once as rayon has threads; only their files stay in memory.
pub fn write(
    packs: &[Pack],
    platform: Platform,
    pictures: &dyn Pictures,
    out: &Path,
    watch: &dyn Watch,
) -> Result<Written, Error> {
    prepare(packs, platform, pictures, out, watch)?.publish()
}

/// The same as [`write`], and nothing is written when a sticker does not fit without loss: [`Error::Refused`] says which.
pub fn write_lossless(
    packs: &[Pack],
    platform: Platform,
    pictures: &dyn Pictures,
    out: &Path,
    watch: &dyn Watch,
) -> Result<Written, Error> {
    let prepared = prepare(packs, platform, pictures, out, watch)?;
    refuse_losses(packs, &prepared)?;
    prepared.publish()
}

/// All files complete on the disk, under other names.
struct Prepared {
    staged: Vec<Staged>,
    bytes: u64,
    stickers: Vec<WrittenSticker>,
    /// What a sticker's file had to be.
    still: StillRule,
}

impl Prepared {
    fn publish(self) -> Result<Written, Error> {
        Ok(Written {
            paths: publish_all(self.staged)?,
            bytes: self.bytes,
            stickers: self.stickers,
        })
    }
}

fn prepare(
    packs: &[Pack],
    platform: Platform,
    pictures: &dyn Pictures,
    out: &Path,
    watch: &dyn Watch,
) -> Result<Prepared, Error> {
    if packs.is_empty() || packs.iter().any(|pack| pack.stickers.is_empty()) {
        return Err(Error::Usage(
            "there is no sticker to write, choose some first".to_owned(),
        ));
    }
    let target = Target::of(out, platform)?;
    let paths: Vec<_> = (0..packs.len()).map(|place| target.path(place, packs.len())).collect();
    for path in &paths {
        refuse(path, target.form)?;
        store::refuse_unless_given(path, out)?;
    }
    let work = Work {
        platform,
        container: container(platform, target.form),
        pictures,
        watch,
        done: AtomicU32::new(0),
        of: packs.iter().map(|pack| steps(pack, platform)).sum(),
    };
    work.step(0)?;
    let mut prepared = Prepared {
        staged: Vec::new(),
        bytes: 0,
        stickers: Vec::new(),
        still: work.container.still(platform),
    };
    for (place, (pack, path)) in packs.iter().zip(&paths).enumerate() {
        let ready = work.ready(pack)?;
        let stickers = ready.files.iter();
        prepared
            .stickers
            .extend(stickers.map(|file| work.written(place, pack, file)));
        let (output, bytes) = stage(path, target.form, work.entries(ready)?)?;
        prepared.bytes += bytes;
        prepared.staged.push(output);
    }
    Ok(prepared)
}

/// Names the first sticker that lost something, and counts the others.
fn refuse_losses(packs: &[Pack], prepared: &Prepared) -> Result<(), Error> {
    let stickers = packs.iter().flat_map(|pack| pack.stickers.iter().enumerate());
    let mut lost = stickers
        .zip(&prepared.stickers)
        .filter(|(_, written)| written.ssim < 1.0);
    let Some(((place, sticker), written)) = lost.next() else {
        return Ok(());
    };
    let others = match lost.count() {
        0 => String::new(),
        1 => ", nor does 1 other".to_owned(),
        more => format!(", nor do {more} others"),
    };
    Err(Error::Refused(format!(
        "{} does not fit in {} bytes without loss ({}, {:.1} % alike){others}; simplify the picture, or allow losses",
        subject(sticker, place),
        prepared.still.budget.unwrap_or(u32::MAX),
        written.how,
        written.ssim * 100.0
    )))
}

/// Says before the work what could only fail after it.
fn refuse(path: &Path, form: Form) -> Result<(), Error> {
    match form {
        Form::Folder => store::refuse_for_folder(path),
        Form::Zip | Form::TarGz | Form::Wastickers => store::refuse_for_file(path),
    }
}

/// A sticker is a step, and so are all covers of a pack.
fn steps(pack: &Pack, platform: Platform) -> u32 {
    pack.stickers.len() as u32 + u32::from(!platform.limits().covers.is_empty())
}

/// Puts a container on the disk under another name; its size in bytes.
fn stage(path: &Path, form: Form, entries: Vec<Entry>) -> Result<(Staged, u64), Error> {
    let bytes = match form {
        Form::Folder => {
            let size = entries.iter().map(|entry| entry.bytes.len() as u64).sum();
            return Ok((Staged::folder(path, &entries)?, size));
        }
        Form::Zip | Form::Wastickers => store::zip(&entries)?,
        Form::TarGz => store::tar_gz(&entries)?,
    };
    Ok((Staged::file(path, &bytes)?, bytes.len() as u64))
}

/// What all stickers of a call have in common.
struct Work<'a> {
    platform: Platform,
    container: &'static dyn Container,
    pictures: &'a dyn Pictures,
    watch: &'a dyn Watch,
    done: AtomicU32,
    of: u32,
}

impl Work<'_> {
    /// Encodes a pack's pictures.
    fn ready<'p>(&self, pack: &'p Pack) -> Result<Ready<'p>, Error> {
        let stems = self.container.stems(pack);
        let stickers = pack.stickers.par_iter().zip(stems);
        let files = stickers.map(|(sticker, stem)| self.file(sticker, stem));
        Ok(Ready {
            pack,
            files: files.collect::<Result<_, _>>()?,
            covers: self.covers(pack)?,
        })
    }

    fn file<'p>(&self, sticker: &'p Sticker, stem: String) -> Result<File<'p>, Error> {
        let picture = self.pictures.read(&sticker.key)?;
        let encoded =
            encode(&picture, &self.container.still(self.platform)).map_err(|reason| named(reason, sticker))?;
        self.step(1)?;
        Ok(File { sticker, stem, encoded })
    }

    fn covers(&self, pack: &Pack) -> Result<Vec<Entry>, Error> {
        let covers = self.platform.limits().covers;
        let chosen = pack
            .cover
            .and_then(|cover| pack.stickers.get(cover))
            .or(pack.stickers.first());
        let Some(sticker) = chosen.filter(|_| !covers.is_empty()) else {
            return Ok(Vec::new());
        };
        let picture = self.pictures.read(&sticker.key)?;
        let made = covers.par_iter().map(|cover| {
            let placed = self
                .container
                .cover(place(&picture, cover.still.canvas, cover.still.margin)?);
            Ok(Entry::new(cover.name, encode(&placed, &cover.still)?.bytes))
        });
        let made = made
            .collect::<Result<_, _>>()
            .map_err(|reason| named(reason, sticker))?;
        self.step(1)?;
        Ok(made)
    }

    fn entries(&self, ready: Ready<'_>) -> Result<Vec<Entry>, Error> {
        let mut entries = self.container.rest(&ready)?;
        for file in ready.files {
            let path = self.container.place(ready.pack, &file);
            entries.push(Entry::new(path, file.encoded.bytes));
        }
        Ok(entries)
    }

    fn written(&self, place: usize, pack: &Pack, file: &File<'_>) -> WrittenSticker {
        WrittenSticker {
            pack: place as u32,
            name: file.sticker.name.clone(),
            file: self.container.place(pack, file),
            bytes: file.encoded.bytes.len() as u32,
            width: file.encoded.width,
            height: file.encoded.height,
            ssim: file.encoded.ssim,
            how: file.encoded.how.clone(),
        }
    }

    fn step(&self, more: u32) -> Result<(), Error> {
        let done = self.done.fetch_add(more, Ordering::Relaxed) + more;
        if self.watch.step(done, self.of).is_break() {
            return Err(Error::Stopped);
        }
        Ok(())
    }
}

/// Says which sticker it is about.
fn named(reason: Error, sticker: &Sticker) -> Error {
    match reason {
        Error::Picture(text) => Error::Picture(format!("'{}': {text}", cut(&sticker.name, 60))),
        other => other,
    }
}

#[cfg(test)]
mod tests;
