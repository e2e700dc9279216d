//! `sticker dataset`: prompts to rate, and data sets to and from other programs' forms.

use std::collections::HashSet;
use std::path::PathBuf;

use engine::tailoring::data::{self, Format};
use engine::tailoring::prompts::{Bucket, Draw, Wording, evenly};
use engine::{Error, read_set};

use crate::failure::Failure;
use crate::output;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Write a set in a form that trainers read
    Export {
        /// A folder, archive or list of pictures, a set of the library, or @passed for its stickers with a strong pass
        #[arg(value_name = "DIR|NAME")]
        set: String,
        /// The form
        #[arg(long, value_enum, default_value_t = FormatChoice::ImageFolder)]
        format: FormatChoice,
        /// The folder, which must be new or empty
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Say what a set of pictures holds and what is wrong with it
    Check {
        /// As for export
        #[arg(value_name = "DIR|NAME")]
        set: String,
    },
    /// Print prompts of the buckets that stickers are rated in
    Prompts {
        /// Only of this bucket [default: all of them in turn]
        #[arg(long, value_name = "emotion|action|pair|scene")]
        bucket: Option<Bucket>,
        /// How many
        #[arg(short = 'n', long, value_name = "N", default_value_t = 40)]
        count: usize,
        /// The same seed gives the same prompts
        #[arg(long, value_name = "SEED", default_value_t = 0)]
        seed: u64,
        /// Short words that the built-in model knows, instead of sentences
        #[arg(long)]
        simple: bool,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum FormatChoice {
    /// Hugging Face's: train/ with metadata.jsonl
    ImageFolder,
    /// sd-scripts': folders, captions and a TOML
    Kohya,
    /// Archives of pictures and captions
    WebDataset,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::Export { set, format, out } => {
            let (set, findings) = read_set(set)?;
            for finding in findings {
                output::say(format_args!("warning: {finding}"));
            }
            let format = match format {
                FormatChoice::ImageFolder => Format::ImageFolder,
                FormatChoice::Kohya => Format::Kohya,
                FormatChoice::WebDataset => Format::WebDataset,
            };
            let written = data::export(&set, format, out).map_err(Error::from)?;
            output::say(format_args!("{} pictures, {} bytes", written.pictures, written.bytes));
            output::text(out.display())
        }
        Command::Check { set } => {
            let (set, findings) = read_set(set)?;
            for finding in &findings {
                output::say(format_args!("warning: {finding}"));
            }
            let captions: HashSet<_> = set.examples.iter().map(|example| example.caption.as_str()).collect();
            output::text(format_args!(
                "{} pictures, {} captions",
                set.examples.len(),
                captions.len()
            ))
        }
        Command::Prompts {
            bucket,
            count,
            seed,
            simple,
        } => {
            let exclude = HashSet::new();
            let draw = Draw {
                wording: if *simple { Wording::Simple } else { Wording::Natural },
                seed: *seed,
                exclude: &exclude,
            };
            let drawn = match bucket {
                Some(bucket) => draw.prompts(*bucket, *count),
                None => draw.plan(&evenly(*count)),
            };
            drawn.iter().try_for_each(|prompt| output::text(&prompt.text))
        }
    }
}
