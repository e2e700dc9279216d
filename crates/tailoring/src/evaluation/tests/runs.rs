//! Whole evaluations.

use super::*;
use crate::encoders::PictureEncoder;
use crate::metrics::Features;
use crate::metrics::frechet_distance;
use crate::report::{How, from_json, to_json, write};
use crate::training::fit;

#[test]
fn two_runs_give_the_same_report_and_the_same_sheets() {
    let root = tempfile::tempdir().unwrap();
    let mut evaluation = evaluation(root.path());
    let (report, sheets) = run(&evaluation);
    assert_eq!(drawn(&evaluation.pictures).len(), 12);
    evaluation.pictures = root.path().join("elsewhere");
    let (again, sheets_again) = run(&evaluation);
    let json = to_json(&report).unwrap();
    assert_eq!(json, to_json(&again).unwrap());
    assert_eq!(sheets, sheets_again);
    assert_eq!(from_json(&json).unwrap(), report);

    let ids: Vec<&str> = report.columns.iter().map(|column| column.id.as_str()).collect();
    assert_eq!(
        ids,
        ["alignment", "clip_score", "style", "kernel_distance", "diversity"]
    );
    assert!(report.columns.iter().all(|column| column.how == How::Automatic));
    assert!(report.columns[2].measured_with.contains("untrained image encoder"));
    assert!(report.rows.iter().all(|row| row.cells.len() == 5));
    assert!(
        report.rows[0]
            .cells
            .values()
            .all(|cell| cell.relative_to_first.is_none())
    );
    assert!(report.rows[1].cells["style"].relative_to_first.is_some());
    let compared: Vec<_> = report
        .comparisons
        .iter()
        .map(|found| (found.column.as_str(), found.first, found.second, found.prompts))
        .collect();
    assert_eq!(
        compared,
        [("alignment", 0, 1, 3), ("style", 0, 1, 3), ("diversity", 0, 1, 3)]
    );
    let sheet = image::load_from_memory(&sheets[0].png).unwrap();
    assert_eq!((sheet.width(), sheet.height()), (2 * 136 + 8, 3 * 136 + 8));
    let page = write(&report, sheets, &root.path().join("report")).unwrap();
    assert!(page.is_file());
}

#[test]
fn the_style_distance_is_that_of_the_kept_pictures() {
    let root = tempfile::tempdir().unwrap();
    let evaluation = evaluation(root.path());
    let (report, _) = run(&evaluation);
    let encoder = untrained(&evaluation.model);
    let features = |pictures: &[RgbaImage]| Features::from_rows(&encoder.encode(pictures).unwrap()).unwrap();
    let fitted: Vec<_> = evaluation
        .style
        .examples
        .iter()
        .map(|example| fit(&example.picture.decode().unwrap(), 128))
        .collect();
    let rows: BTreeSet<PathBuf> = drawn(&evaluation.pictures).into_iter().collect();
    // Both rows are the base: one folder. The pictures with the style's words are those of the first row.
    let distances: BTreeSet<u64> = report
        .rows
        .iter()
        .map(|row| row.cells["style"].value.to_bits())
        .collect();
    assert_eq!((rows.len(), distances.len()), (12, 2));
    let subjects = super::super::subject::subjects(&evaluation, &OPTIONS).unwrap();
    for (row, subject) in report.rows.iter().zip(&subjects) {
        let files = evaluation
            .prompts
            .iter()
            .flat_map(|prompt| evaluation.seeds.iter().map(|seed| subject.file(prompt, *seed)));
        let pictures: Vec<_> = files.map(|file| image::open(file).unwrap().into_rgba8()).collect();
        let expected = frechet_distance(&features(&fitted), &features(&pictures)).unwrap();
        let found = row.cells["style"].value;
        assert!((found - expected).abs() < 1e-9 * expected, "{found} {expected}");
    }
}

#[test]
fn a_stopped_evaluation_goes_on_and_ends_with_the_same_report() {
    let root = tempfile::tempdir().unwrap();
    let mut evaluation = evaluation(root.path());
    evaluation.seeds = vec![7];
    let (whole, _) = run(&evaluation);
    evaluation.pictures = root.path().join("stopped");
    let encoder = untrained(&evaluation.model);
    let encoders = named(&encoder);
    let stopped = run_with(&evaluation, &encoders, &mut |progress| match progress {
        Progress::Drawing { done: 2, .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    assert!(stopped.unwrap().is_none());
    let kept = drawn(&evaluation.pictures);
    assert_eq!(kept.len(), 2);
    // Half a picture, as a disk may lose it.
    let bytes = fs::read(&kept[0]).unwrap();
    fs::write(&kept[0], &bytes[..bytes.len() / 2]).unwrap();

    let mut new = Vec::new();
    let resumed = run_with(&evaluation, &encoders, &mut |progress| {
        if let Progress::Drawing {
            picture: Some(path),
            done,
            of,
            ..
        } = progress
        {
            new.push((path.to_owned(), done, of));
        }
        ControlFlow::Continue(())
    });
    let (report, _) = resumed.unwrap().unwrap();
    assert_eq!(to_json(&report).unwrap(), to_json(&whole).unwrap());
    assert_eq!(
        new.iter().map(|(_, done, of)| (*done, *of)).collect::<Vec<_>>(),
        [2, 3, 4, 5, 6].map(|done| (done, 6))
    );
    assert!(new.iter().any(|(path, ..)| *path == kept[0]));
    assert!(new.iter().all(|(path, ..)| *path != kept[1]));
    assert_eq!(fs::read(&kept[0]).unwrap(), bytes);
}

#[test]
fn a_break_within_the_first_picture_or_before_measuring_ends_it() {
    let root = tempfile::tempdir().unwrap();
    let evaluation = evaluation(root.path());
    let encoder = untrained(&evaluation.model);
    let encoders = named(&encoder);
    let mut asked = 0;
    let stopped = run_with(&evaluation, &encoders, &mut |_| {
        asked += 1;
        ControlFlow::Break(())
    });
    assert!(stopped.unwrap().is_none());
    assert_eq!((asked, drawn(&evaluation.pictures).len()), (1, 0));
    let stopped = run_with(&evaluation, &encoders, &mut |progress| match progress {
        Progress::Measuring { .. } => ControlFlow::Break(()),
        Progress::Drawing { .. } => ControlFlow::Continue(()),
    });
    assert!(stopped.unwrap().is_none());
    assert_eq!(drawn(&evaluation.pictures).len(), 12);
}

#[test]
fn one_row_and_one_seed_make_a_report_without_comparisons_and_diversity() {
    let root = tempfile::tempdir().unwrap();
    let mut evaluation = evaluation(root.path());
    evaluation.rows.truncate(1);
    evaluation.seeds = vec![1];
    let (report, sheets) = run(&evaluation);
    assert_eq!((report.rows.len(), sheets.len()), (1, 1));
    assert!(report.comparisons.is_empty() && report.column("diversity").is_none());
    assert!(!report.rows[0].cells.contains_key("diversity"));
    let says = |text: &str| report.notes.iter().any(|note| note.contains(text));
    assert!(says("one seed only") && says("fewer than 20") && says("no rating was invented"));
    assert!(says("same 3 prompts") && says("4 steps and guidance 4") && says("“{prompt}, purple”") && says("A test."));
    assert!(to_json(&report).is_ok());
}

#[test]
fn prompts_that_were_trained_on_are_told() {
    let root = tempfile::tempdir().unwrap();
    let mut evaluation = evaluation(root.path());
    let said = |evaluation: &Evaluation| {
        let encoder = untrained(&evaluation.model);
        super::super::notes::notes(evaluation, &[], &named(&encoder))[1].clone()
    };
    assert!(said(&evaluation).starts_with("It was not said"));
    evaluation.captions = ["a dog".to_owned()].into();
    assert!(said(&evaluation).starts_with("All 3 prompts were held out"));
    evaluation.captions.insert("A  Red heart!".to_owned());
    let one = said(&evaluation);
    assert!(
        one.starts_with("2 of 3 prompts were held out") && one.ends_with("“a red heart”."),
        "{one}"
    );
}
