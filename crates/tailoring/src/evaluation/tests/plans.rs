//! What is refused before anything is loaded.

use super::*;
use crate::metrics::Wins;

fn plan() -> Evaluation {
    let mut evaluation = evaluation_of(ModelFolder::open(&assets()).unwrap());
    evaluation.sweep = vec![RowPlan {
        cut: Some(0.5),
        ..RowPlan::trained(Objective::StyleTailoring, 1)
    }];
    evaluation
}

fn problem(change: impl Fn(&mut Evaluation)) -> String {
    let mut plan = plan();
    assert!(plan.check().is_ok());
    change(&mut plan);
    plan.check().unwrap_err().to_string()
}

#[test]
fn a_plan_that_makes_no_comparison_is_refused_with_a_sentence() {
    assert_eq!(
        problem(|plan| plan.prompts.truncate(1)),
        "there are 1 prompts; intervals need at least 2, add some"
    );
    assert_eq!(
        problem(|plan| plan.seeds.clear()),
        "there is no seed to draw with; choose at least one"
    );
    assert_eq!(
        problem(|plan| plan.style.examples.truncate(3)),
        "the style set has 3 pictures; a comparison with it needs at least 4"
    );
    assert_eq!(
        problem(|plan| plan.rows.clear()),
        "there is no row to measure; choose at least one model"
    );
    assert_eq!(
        problem(|plan| plan.prompts[1] = " a cat ".to_owned()),
        "the prompt ` a cat ` is there twice; take one out"
    );
    assert!(problem(|plan| plan.prompts[1] = " ".to_owned()).starts_with("a prompt is empty"));
    assert_eq!(
        problem(|plan| plan.seeds = vec![4, 4]),
        "the seed 4 is there twice; take one out"
    );
}

#[test]
fn a_row_that_means_nothing_is_refused_with_a_sentence() {
    assert_eq!(
        problem(|plan| plan.rows[0].prompt_form = Some("purple".to_owned())),
        "the prompt form of the row `Prompt engineering` has no {prompt}, so every picture would be the same; add it"
    );
    assert!(problem(|plan| plan.rows[1].cut = Some(1.0)).contains("lies outside 0 to 1"));
    assert!(problem(|plan| plan.rows[1].cut = Some(f64::NAN)).contains("lies outside 0 to 1"));
    assert_eq!(
        problem(|plan| plan.sweep[0].cut = None),
        "`Style Tailoring` of the sweep has no cut; give it one"
    );
    let review = |passed, judged| {
        problem(|plan| plan.rows[0].review = Some(Review { passed, judged })).contains("more passes than verdicts")
    };
    assert!(review(3, 2) && review(0, 0));
    let beyond = problem(|plan| {
        plan.wins = vec![PairedWins {
            judged: "overall".to_owned(),
            first: 0,
            second: 2,
            wins: Wins::default(),
        }];
    });
    assert_eq!(beyond, "the wins judged by `overall` name a row that is not there");
    assert!(problem(|plan| plan.bootstrap.resamples = 0).contains("2000 are usual"));
    assert!(problem(|plan| plan.bootstrap.confidence = 95.0).contains("0.95 is usual"));
}

#[test]
fn a_picture_of_the_style_that_is_no_picture_is_named() {
    let mut plan = plan();
    plan.style.examples[2].picture = PictureSource::Bytes(Arc::from(*b"not a picture"));
    let sentence = refusal(&plan);
    assert!(
        sentence.starts_with("the picture `2.png` of the style set cannot be used"),
        "{sentence}"
    );
}
