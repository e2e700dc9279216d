//! Whether a pack is what a platform takes.

mod emoji;
mod numbers;
mod pictures;
mod texts;

use crate::{Finding, Pack, Platform, Problem, Severity};

pub(crate) use numbers::parts;

/// What the platform would refuse, what the export changes, and what could be better: the worst first, and of equal ones those of the
/// whole pack first, then by the sticker's place. Opens no pictures and no files.
pub fn check(pack: &Pack, platform: Platform) -> Vec<Finding> {
    let limits = platform.limits();
    let mut findings = Vec::new();
    numbers::check(pack, limits, &mut findings);
    texts::check(pack, limits, &mut findings);
    pictures::check_cover(pack, limits, &mut findings);
    for (place, sticker) in pack.stickers.iter().enumerate() {
        let mut about = About {
            place: Some(place as u32),
            findings: &mut findings,
        };
        pictures::check(sticker, place, limits, &mut about);
        if sticker.measured.visible.is_some() {
            texts::check_sticker(sticker, place, limits, &mut about);
            emoji::check(sticker, place, limits, &mut about);
        }
    }
    texts::check_codes(pack, limits, &mut findings);
    findings.sort_by_key(|finding| (finding.severity, finding.sticker));
    findings
}

/// Findings about one sticker, or about the whole pack.
struct About<'a> {
    place: Option<u32>,
    findings: &'a mut Vec<Finding>,
}

impl About<'_> {
    fn whole(findings: &mut Vec<Finding>) -> About<'_> {
        About { place: None, findings }
    }

    /// With what the fix or the export does about it.
    fn mended(&mut self, severity: Severity, problem: Problem, message: String, fix: String) {
        self.findings.push(Finding {
            severity,
            problem,
            sticker: self.place,
            message,
            fix: Some(fix),
        });
    }

    /// What only the person can mend.
    fn open(&mut self, severity: Severity, problem: Problem, message: String) {
        self.findings.push(Finding {
            severity,
            problem,
            sticker: self.place,
            message,
            fix: None,
        });
    }
}

/// How many stickers have a picture: only those are written.
fn written(pack: &Pack) -> u32 {
    pack.stickers
        .iter()
        .filter(|sticker| sticker.measured.visible.is_some())
        .count() as u32
}

#[cfg(test)]
mod tests;
