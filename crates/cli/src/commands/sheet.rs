//! `sticker sheet`: pictures on paper, with cut lines.

use std::ops::ControlFlow;
use std::path::PathBuf;

use engine::packs::{self, Cut, Lines, Marks, PaperSize, SheetRequest};
use engine::{Error, FilePack};

use crate::failure::Failure;
use crate::{inputs, interrupt, output};

#[derive(clap::Args)]
pub struct Arguments {
    /// Folders of pictures, pictures, or ids of stickers in the library
    #[arg(value_name = "DIR|FILE|ID", required = true)]
    inputs: Vec<String>,

    /// A .pdf, .png or .svg (cut lines) file, replaced if it exists; anything else is a folder for all of them
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// The paper
    #[arg(long, value_enum, default_value_t = PaperChoice::A4)]
    paper: PaperChoice,

    /// The longer side of a sticker in millimetres
    #[arg(long, value_name = "MM", default_value_t = SheetRequest::default().sticker_mm)]
    size: f32,

    /// How far the colour of the edge goes on behind the cut
    #[arg(long, value_name = "MM", default_value_t = SheetRequest::default().bleed_mm)]
    bleed: f32,

    /// Between stickers
    #[arg(long, value_name = "MM", default_value_t = SheetRequest::default().gap_mm)]
    gap: f32,

    /// Kiss: the cut runs outside of the edge and leaves the paper whole; die: along the edge
    #[arg(long, value_enum, default_value_t = CutChoice::Kiss)]
    cut: CutChoice,

    /// How many of each
    #[arg(long, value_name = "N", default_value_t = 1)]
    copies: u32,

    /// Leave out the crop marks
    #[arg(long)]
    no_marks: bool,

    /// Leave the cut lines out of the PDF: they are in the SVG files only
    #[arg(long)]
    no_lines: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum PaperChoice {
    A4,
    Letter,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum CutChoice {
    Kiss,
    Die,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let files = inputs::files(&arguments.inputs)?;
    let asked = files.len();
    let read = FilePack::read(files, None, None)?;
    let request = arguments.request();
    let sheet = packs::sheet(&read.pack.stickers, &read, &request).map_err(Error::from)?;
    for name in sheet.left_out() {
        output::say(format_args!("warning: the picture is empty and left out: {name}"));
    }
    let interrupted = interrupt::listen()?;
    let watch = |_: u32, _: u32| {
        if interrupted.is_empty() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    match sheet.write(&arguments.out, &watch) {
        Err(packs::Error::Stopped) => Err(Failure::Interrupted { finished: 0, asked }),
        other => other
            .map_err(Error::from)?
            .iter()
            .try_for_each(|path| output::text(path.display())),
    }
}

impl Arguments {
    fn request(&self) -> SheetRequest {
        SheetRequest {
            paper: match self.paper {
                PaperChoice::A4 => PaperSize::A4,
                PaperChoice::Letter => PaperSize::Letter,
            },
            sticker_mm: self.size,
            bleed_mm: self.bleed,
            gap_mm: self.gap,
            cut: match self.cut {
                CutChoice::Kiss => Cut::Kiss,
                CutChoice::Die => Cut::Die,
            },
            marks: if self.no_marks { Marks::None } else { Marks::Crop },
            lines: if self.no_lines { Lines::Apart } else { Lines::Drawn },
            copies: self.copies,
            ..SheetRequest::default()
        }
    }
}
