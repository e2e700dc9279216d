//! The report as one page.

mod tables;

use std::collections::BTreeMap;

use super::escape::{base64, markup};
use super::plot::{Theme, sweep_svg, trade_off_svg};
use super::{Report, Sheet};

const STYLE: &str = include_str!("style.css");

/// One HTML page that needs nothing beside it: plots, style and the sheets' pictures are in it. `pictures` are PNGs by
/// [`Sheet::path`]; a sheet that is not among them is linked by its path. Light or dark as the reader's system is.
pub fn html(report: &Report, pictures: &BTreeMap<String, Vec<u8>>) -> String {
    let title = markup(&report.title);
    let sections = [
        section("Results", &tables::results(report)),
        plots(report),
        section("Sweep of T′", &tables::sweep(report)),
        section("Differences", &tables::comparisons(report)),
        section("Wins", &tables::wins(report)),
        sheets(report, pictures),
        section("What was measured", &tables::columns(report)),
        section("Data", &tables::data_sets(report)),
        notes(report),
        again(report),
    ];
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src &#39;self&#39; file: data:\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{}{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1><bdi>{title}</bdi></h1>\n{}\n{}</main>\n</body>\n</html>\n",
        colours(),
        introduction(report),
        sections.concat()
    )
}

/// The colours of both themes.
fn colours() -> String {
    format!(
        ":root {{ color-scheme: light dark; --page:#f5f4f2;{} }}\n@media (prefers-color-scheme: dark) {{ :root {{ --page:#161514;{} }} }}\n",
        Theme::Light.properties(),
        Theme::Dark.properties()
    )
}

fn introduction(report: &Report) -> String {
    let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    format!(
        "<p class=\"muted\">Base model <bdi>{}</bdi> · {} by {} · seed {} · made with <bdi>{}</bdi></p>",
        markup(&report.model),
        count(report.prompts.len(), "prompt"),
        count(report.seeds.len(), "seed"),
        report.seed,
        markup(&report.program)
    )
}

/// A heading and what is below it; nothing where that is empty.
fn section(heading: &str, body: &str) -> String {
    if body.is_empty() {
        return String::new();
    }
    format!("<section>\n<h2>{heading}</h2>\n{body}</section>\n")
}

fn plots(report: &Report) -> String {
    let figure = |svg: String| format!("<figure>\n{svg}</figure>\n");
    let sweep = sweep_svg(report, Theme::Page).map(figure).unwrap_or_default();
    section("Plots", &(figure(trade_off_svg(report, Theme::Page)) + &sweep))
}

fn sheets(report: &Report, pictures: &BTreeMap<String, Vec<u8>>) -> String {
    let body: String = report
        .sheets
        .iter()
        .map(|sheet| figure(report, sheet, pictures))
        .collect();
    section("Samples", &body)
}

fn figure(report: &Report, sheet: &Sheet, pictures: &BTreeMap<String, Vec<u8>>) -> String {
    let source = pictures.get(&sheet.path).map_or_else(
        || markup(&sheet.path),
        |png| format!("data:image/png;base64,{}", base64(png)),
    );
    let label = markup(&report.row_label(sheet.row));
    let (prompts, seeds) = (sheet.prompts.len(), sheet.seeds.len());
    let rows: Vec<String> = sheet
        .prompts
        .iter()
        .map(|prompt| format!("<bdi>{}</bdi>", markup(prompt)))
        .collect();
    let columns: Vec<String> = sheet.seeds.iter().map(u64::to_string).collect();
    format!(
        "<figure>\n<img src=\"{source}\" alt=\"Samples of {label}: prompts from top to bottom ({prompts}), seeds from left to right ({seeds})\">\n\
         <figcaption><strong><bdi>{label}</bdi></strong>. From top to bottom: {}. Seeds from left to right: {}.</figcaption>\n</figure>\n",
        rows.join("; "),
        columns.join(", ")
    )
}

fn notes(report: &Report) -> String {
    section("Notes", &list("ul", &report.notes))
}

/// What makes the report again.
fn again(report: &Report) -> String {
    let seeds: Vec<String> = report.seeds.iter().map(u64::to_string).collect();
    let body = format!(
        "<pre><code>{}</code></pre>\n<p>Seeds: {}. Prompts:</p>\n{}",
        markup(&report.command),
        seeds.join(", "),
        list("ol", &report.prompts)
    );
    section("How to make this report again", &body)
}

fn list(tag: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items: Vec<String> = items
        .iter()
        .map(|item| format!("<li><bdi>{}</bdi></li>\n", markup(item)))
        .collect();
    format!("<{tag}>\n{}</{tag}>\n", items.concat())
}

#[cfg(test)]
mod tests;
