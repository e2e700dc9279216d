//! How many stickers a pack has.

use super::{About, written};
use crate::text::{listed, stickers};
use crate::{Finding, Limits, Pack, Problem, Severity};

pub(super) fn check(pack: &Pack, limits: &Limits, findings: &mut Vec<Finding>) {
    let (count, label) = (written(pack), limits.label);
    let mut about = About::whole(findings);
    let least = limits.count.least;
    if count < least {
        let message = format!(
            "Packs for {label} have at least {}; this one has {count}: add {}.",
            stickers(least),
            least - count
        );
        return about.open(Severity::Blocks, Problem::TooFew, message);
    }
    if let Some(unit) = limits.steps.first().filter(|unit| !count.is_multiple_of(**unit)) {
        let steps: Vec<_> = limits.steps.iter().map(u32::to_string).collect();
        let (less, more) = (count % unit, unit - count % unit);
        let message = format!(
            "Packs for {label} have {} stickers; this one has {count}: add {more} or take out {less}.",
            listed(&steps, "or")
        );
        return about.open(Severity::Blocks, Problem::OddCount, message);
    }
    if let (Some(most), Some(parts)) = (limits.count.most, parts(count, limits)) {
        let message = format!(
            "Packs for {label} have at most {}; this one has {count}.",
            stickers(most)
        );
        let sizes: Vec<_> = parts.iter().map(u32::to_string).collect();
        let fix = format!("It is split into {} packs of {}.", parts.len(), listed(&sizes, "and"));
        about.mended(Severity::Blocks, Problem::TooMany, message, fix);
    } else if let Some(unpaid) = limits.unpaid.filter(|unpaid| count > *unpaid) {
        let message = format!("{label}: a server that pays for nothing has room for {unpaid}; this pack has {count}.");
        about.open(Severity::Advice, Problem::TooMany, message);
    }
}

/// The sizes of the packs that a pack of so many stickers is split into, as even as the platform's numbers let them be, the larger
/// ones first; none: it need not be split, or its number is none of the platform's.
pub(crate) fn parts(count: u32, limits: &Limits) -> Option<Vec<u32>> {
    let most = limits.count.most.filter(|most| count > *most)?;
    let unit = limits.steps.first().copied().unwrap_or(1);
    if !count.is_multiple_of(unit) {
        return None;
    }
    let (units, packs) = (count / unit, count.div_ceil(most));
    let (each, longer) = (units / packs, units % packs);
    Some(
        (0..packs)
            .map(|pack| unit * (each + u32::from(pack < longer)))
            .collect(),
    )
}
