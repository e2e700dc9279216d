//! Sheets of stickers.

use std::path::{Path, PathBuf, is_separator};
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::artwork::Artwork;
use super::layout::Layout;
use super::request::SheetRequest;
use super::{page, pdf, svg};
use crate::store::{Entry, Staged, is_empty_folder, publish_all, refuse_for_file, refuse_unless_given};
use crate::text::cut;
use crate::{Error, Pictures, Sticker, Watch};

/// Stickers laid out on pages. Pictures are read when a page or a file is asked for.
pub struct Sheet<'a> {
    stickers: Vec<&'a Sticker>,
    left_out: Vec<&'a str>,
    pictures: &'a dyn Pictures,
    request: SheetRequest,
    layout: Layout,
}

/// Lays out stickers in order, each with its copies beside it. Empty pictures are left out.
pub fn sheet<'a>(
    stickers: &'a [Sticker],
    pictures: &'a dyn Pictures,
    request: &SheetRequest,
) -> Result<Sheet<'a>, Error> {
    let layout = Layout::new(request)?;
    let (seen, empty): (Vec<_>, Vec<_>) = stickers.iter().partition(|sticker| sticker.measured.visible.is_some());
    if seen.is_empty() {
        return Err(Error::Usage(
            "there is no sticker to print, choose some first".to_owned(),
        ));
    }
    Ok(Sheet {
        stickers: seen,
        left_out: empty.into_iter().map(|sticker| sticker.name.as_str()).collect(),
        pictures,
        request: *request,
        layout,
    })
}

/// A sticker's place on a page, in dots from the paper's upper left corner.
pub(super) struct Cell {
    /// The sticker, by its place.
    pub(super) sticker: usize,
    /// The corner of its cell.
    pub(super) corner: (u32, u32),
}

impl<'a> Sheet<'a> {
    /// How many pages there are.
    pub fn pages(&self) -> u32 {
        self.cells_in_all().div_ceil(self.layout.per_page())
    }

    /// The names of the stickers that are left out because their pictures are empty.
    pub fn left_out(&self) -> &[&'a str] {
        &self.left_out
    }

    /// All pages as PDF: the paper's size, pictures at 300 dpi, cut lines on a layer of their own in the spot colour `CutContour`
    /// (kiss-cut) or `PerfCutContour` (die-cut), which plotters' programs know. The same stickers give the same bytes.
    pub fn pdf(&self, watch: &dyn Watch) -> Result<Vec<u8>, Error> {
        let done = AtomicU32::new(0);
        let of = self.stickers.len() as u32;
        let images = (0..self.stickers.len()).into_par_iter().map(|place| {
            let image = pdf::Image::new(self.artwork(place)?)?;
            step(watch, done.fetch_add(1, Ordering::Relaxed) + 1, of)?;
            Ok(image)
        });
        let images: Vec<_> = images.collect::<Result<_, Error>>()?;
        let pages: Vec<_> = (0..self.pages()).map(|page| self.cells(page)).collect();
        Ok(pdf::document(&images, &pages, &self.layout, &self.request))
    }

    /// A page from 0 as PNG at 300 dpi on white, without cut lines.
    pub fn png(&self, page: u32) -> Result<Vec<u8>, Error> {
        self.check(page)?;
        let mut canvas = page::Canvas::new(self.layout.page);
        let cells = self.cells(page);
        for copies in cells.chunk_by(|a, b| a.sticker == b.sticker) {
            let art = self.artwork(copies[0].sticker)?;
            for cell in copies {
                canvas.draw(
                    &art.picture,
                    (cell.corner.0 + art.corner.0, cell.corner.1 + art.corner.1),
                );
            }
        }
        page::draw_marks(&mut canvas, &self.layout, &self.request);
        canvas.png()
    }

    /// A page's cut lines as SVG in the paper's size: a path for each sticker, one unit a millimetre.
    pub fn svg(&self, page: u32) -> Result<String, Error> {
        self.check(page)?;
        let cells = self.cells(page);
        let copies: Vec<_> = cells.chunk_by(|a, b| a.sticker == b.sticker).collect();
        let paths = copies.par_iter().map(|copies| {
            let (art, sticker) = (self.artwork(copies[0].sticker)?, self.stickers[copies[0].sticker]);
            let corners = copies.iter().map(|cell| cell.corner);
            Ok(corners
                .map(|corner| svg::path(&sticker.name, &art.lines, corner))
                .collect())
        });
        let paths: Vec<Vec<String>> = paths.collect::<Result<_, Error>>()?;
        Ok(svg::document(&paths.concat(), &self.request))
    }

    /// Writes `.pdf` (all pages), `.png` or `.svg` (a file for each page: `name-1.png`, where there are several). Any other path is
    /// a new or an empty folder with sheet.pdf, page-1.png and cut-1.svg and so on. Whole or not at all.
    pub fn write(&self, out: &Path, watch: &dyn Watch) -> Result<Vec<PathBuf>, Error> {
        let of = self.stickers.len() as u32;
        step(watch, 0, of)?;
        let is_folder = out.to_string_lossy().ends_with(is_separator) || is_empty_folder(out);
        let suffix = out
            .extension()
            .filter(|_| !is_folder)
            .and_then(|suffix| suffix.to_str());
        let staged = match suffix.map(str::to_ascii_lowercase).as_deref() {
            Some("pdf") => vec![Staged::file(out, &self.pdf(watch)?)?],
            Some("png") => self.stage_pages(out, watch, |page| self.png(page))?,
            Some("svg") => self.stage_pages(out, watch, |page| self.svg(page).map(String::into_bytes))?,
            _ => {
                crate::store::refuse_for_folder(out)?;
                vec![Staged::folder(out, &self.entries(watch)?)?]
            }
        };
        publish_all(staged)
    }

    fn entries(&self, watch: &dyn Watch) -> Result<Vec<Entry>, Error> {
        let mut entries = vec![Entry::new("sheet.pdf", self.pdf(watch)?)];
        for page in 0..self.pages() {
            step(watch, self.stickers.len() as u32, self.stickers.len() as u32)?;
            entries.push(Entry::new(format!("page-{}.png", page + 1), self.png(page)?));
            entries.push(Entry::new(format!("cut-{}.svg", page + 1), self.svg(page)?));
        }
        Ok(entries)
    }

    fn stage_pages(
        &self,
        out: &Path,
        watch: &dyn Watch,
        make: impl Fn(u32) -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<Staged>, Error> {
        let of = self.pages();
        let paths: Vec<_> = (0..of).map(|page| numbered(out, page, of)).collect();
        for path in &paths {
            refuse_for_file(path)?;
            refuse_unless_given(path, out)?;
        }
        let mut staged = Vec::new();
        for (page, path) in (0..of).zip(&paths) {
            staged.push(Staged::file(path, &make(page)?)?);
            step(watch, page + 1, of)?;
        }
        Ok(staged)
    }

    fn artwork(&self, place: usize) -> Result<Artwork, Error> {
        let sticker = self.stickers[place];
        let art = Artwork::new(&self.pictures.read(&sticker.key)?, &self.layout, &self.request);
        art.map_err(|reason| match reason {
            Error::Picture(text) => Error::Picture(format!("'{}': {text}", cut(&sticker.name, 60))),
            other => other,
        })
    }

    fn cells_in_all(&self) -> u32 {
        self.stickers.len() as u32 * self.request.copies
    }

    fn cells(&self, page: u32) -> Vec<Cell> {
        let per_page = self.layout.per_page();
        let first = page * per_page;
        (first..self.cells_in_all().min(first + per_page))
            .map(|cell| Cell {
                sticker: (cell / self.request.copies) as usize,
                corner: self.layout.corner(cell - first),
            })
            .collect()
    }

    fn check(&self, page: u32) -> Result<(), Error> {
        if page >= self.pages() {
            let (page, pages) = (page + 1, self.pages());
            return Err(Error::Usage(format!("there is no page {page}; the sheet has {pages}")));
        }
        Ok(())
    }
}

fn step(watch: &dyn Watch, done: u32, of: u32) -> Result<(), Error> {
    if watch.step(done, of).is_break() {
        return Err(Error::Stopped);
    }
    Ok(())
}

/// `name-2.png` for the second of several pages.
fn numbered(out: &Path, page: u32, of: u32) -> PathBuf {
    if of == 1 {
        return out.to_owned();
    }
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let suffix = out.extension().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!("{stem}-{}.{suffix}", page + 1))
}
