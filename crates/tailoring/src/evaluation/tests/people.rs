//! What people said.

use super::*;
use crate::metrics::{Wins, wilson};
use crate::report::How;

#[test]
fn peoples_verdicts_are_taken_where_there_are_some_and_nowhere_else() {
    let root = tempfile::tempdir().unwrap();
    let mut evaluation = evaluation(root.path());
    evaluation.seeds = vec![1];
    evaluation.rows[1].review = Some(Review { passed: 5, judged: 6 });
    let pair = |first, second, ties| PairedWins {
        judged: "overall".to_owned(),
        first: 1,
        second: 0,
        wins: Wins { first, second, ties },
    };
    evaluation.wins = vec![pair(3, 1, 2), pair(0, 0, 4)];
    let (report, _) = run(&evaluation);
    let column = report.column("pass_rate").unwrap();
    assert_eq!(column.how, How::People);
    assert!(!report.rows[0].cells.contains_key("pass_rate"));
    let cell = report.rows[1].cells["pass_rate"];
    let expected = wilson(5, 6, 0.9).unwrap();
    assert_eq!(
        (cell.value, cell.low, cell.high),
        (expected.value, expected.low, expected.high)
    );
    assert_eq!(report.wins[0].share.unwrap().value, 0.75);
    assert_eq!((report.wins[0].first, report.wins[0].ties), (1, 2));
    assert!(report.wins[1].share.is_none());
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.contains("judged 6 pictures and 10 pairs, blind"))
    );
}
