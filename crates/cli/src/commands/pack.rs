//! `sticker pack`: pictures become a pack that a platform takes.

use std::ops::ControlFlow;
use std::path::PathBuf;

use engine::packs::{self, Finding, Pack, Platform, Severity, Written};
use engine::{Error, FilePack};
use serde::Serialize;

use crate::failure::Failure;
use crate::progress::Progress;
use crate::{inputs, interrupt, output};

#[derive(clap::Args)]
pub struct Arguments {
    /// A folder of pictures, pictures, or ids of stickers in the library
    #[arg(value_name = "DIR|FILE|ID", required = true)]
    inputs: Vec<String>,

    #[arg(long, value_name = "NAME", help = platform_help())]
    platform: Platform,

    /// The title [default: what title.txt beside the pictures says]
    #[arg(long, value_name = "T")]
    title: Option<String>,

    /// Who made it [default: what author.txt beside the pictures says]
    #[arg(long, value_name = "A")]
    author: Option<String>,

    /// The file or folder to write; without a suffix it becomes what the platform usually takes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Mend nothing: when the platform would not take the pictures as they are, say why and write nothing
    #[arg(long)]
    strict: bool,

    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

/// The result with `--json`.
#[derive(Serialize)]
struct Report<'a> {
    fixes: &'a [String],
    #[serde(flatten)]
    written: &'a Written,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let files = inputs::files(&arguments.inputs)?;
    let read = FilePack::read(files, arguments.title.as_deref(), arguments.author.as_deref())?;
    let platform = arguments.platform;
    if arguments.strict {
        refuse(&read.pack, platform)?;
    }
    let fixed = packs::fix(read.pack.clone(), platform);
    let fixes: Vec<_> = fixed.fixes.into_iter().map(|fix| fix.message).collect();
    for fix in &fixes {
        output::say(format_args!("fixed: {fix}"));
    }
    tell(&fixed.packs, platform)?;

    let interrupted = interrupt::listen()?;
    let progress = std::sync::Mutex::new(Progress::on_stderr());
    let watch = |done: u32, of: u32| {
        if let Ok(mut progress) = progress.lock() {
            progress.step(done as usize, of as usize, "packing");
        }
        if interrupted.is_empty() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let stickers = fixed.packs.iter().map(|pack| pack.stickers.len()).sum();
    let write = if arguments.strict {
        packs::write_lossless
    } else {
        packs::write
    };
    let written = match write(&fixed.packs, platform, &read, &arguments.out, &watch) {
        Err(packs::Error::Stopped) => {
            return Err(Failure::Interrupted {
                finished: 0,
                asked: stickers,
            });
        }
        other => other.map_err(Error::from)?,
    };
    drop(progress);
    if arguments.json {
        return output::json(&Report {
            fixes: &fixes,
            written: &written,
        });
    }
    for sticker in written.stickers.iter().filter(|sticker| sticker.ssim < 1.0) {
        output::say(format_args!(
            "{}: {} ({:.1} % alike, {} bytes)",
            sticker.file,
            sticker.how,
            sticker.ssim * 100.0,
            sticker.bytes
        ));
    }
    written.paths.iter().try_for_each(|path| output::text(path.display()))
}

/// Refuses a pack that would have to be mended or changed.
fn refuse(pack: &Pack, platform: Platform) -> Result<(), Failure> {
    let findings = packs::check(pack, platform);
    let wrong: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity != Severity::Advice)
        .collect();
    for finding in &wrong {
        output::say(described(finding));
    }
    match wrong.len() {
        0 => Ok(()),
        1 => Err(Error::input(format!(
            "{platform} would not take this pack as it is; nothing was written. Without --strict it is mended"
        ))
        .into()),
        more => Err(Error::input(format!(
            "{platform} would not take this pack as it is, for {more} reasons; nothing was written. Without --strict it is mended"
        ))
        .into()),
    }
}

/// Says what is left after the fixes; what the platform would refuse even so ends the command.
fn tell(packs: &[Pack], platform: Platform) -> Result<(), Failure> {
    if packs.is_empty() {
        return Err(Error::input("every picture is empty; nothing was written").into());
    }
    for pack in packs {
        for finding in packs::check(pack, platform) {
            let text = described(&finding);
            match finding.severity {
                Severity::Blocks => {
                    let why = text.trim_end_matches('.');
                    return Err(Error::input(format!("the pack is not ready for {platform}: {why}")).into());
                }
                Severity::Changes => output::say(format_args!("fixed: {text}")),
                Severity::Advice => output::say(format_args!("advice: {text}")),
            }
        }
    }
    Ok(())
}

/// What is wrong, and what is done about it.
fn described(finding: &Finding) -> String {
    match &finding.fix {
        Some(fix) => format!("{} {fix}", finding.message),
        None => finding.message.clone(),
    }
}

fn platform_help() -> String {
    let names: Vec<_> = Platform::ALL.iter().map(|platform| platform.as_str()).collect();
    format!("Where the pack goes: {}", names.join(", "))
}
