//! Rows with adapters and with models of their own.

use std::collections::BTreeMap;

use diffusion::lora::{LoraFile, write_kohya};
use diffusion::pipeline::Pipeline;

use super::*;
use crate::training::{Control, Ended, LoraTargets, Run, TrainingConfig, TrainingSets, Validation};

/// An adapter after one step on the discs, trained on `model`.
fn adapter(model: &ModelFolder, root: &Path) -> PathBuf {
    let run = Run {
        folder: root.join("run"),
        cache: root.join("cache"),
        model: model.clone(),
        model_sha256: model.sha256().unwrap(),
        config: TrainingConfig {
            objective: Objective::StyleOnly,
            steps: 1,
            batch_size: 2,
            rank: 2,
            warmup_steps: 0,
            learning_rate: 1e-2,
            targets: vec![LoraTargets::Attention],
            ..TrainingConfig::default()
        },
        sets: TrainingSets {
            content: DataSet::default(),
            style: style(4),
        },
        validation: Validation::default(),
        checkpoint_every: 0,
        started_at: 0,
    };
    let ended = run.train(&Device::flex(), Precision::F32, &mut |_| Control::Continue);
    match ended.unwrap() {
        Ended::Done(path) => path,
        Ended::Paused { .. } => unreachable!("nobody paused it"),
    }
}

fn tailored(adapter: &Path) -> RowPlan {
    RowPlan {
        adapter: Some(adapter.to_owned()),
        cut: Some(0.9),
        ..RowPlan::trained(Objective::StyleTailoring, 1)
    }
}

/// The adapter again, changed, without what it says of its base.
fn changed(model: &ModelFolder, from: &Path, to: PathBuf, change: impl Fn(&mut LoraFile)) -> PathBuf {
    let mut pipeline = Pipeline::load(model, &Device::flex(), &OPTIONS, &mut |_| ()).unwrap();
    let mut file = LoraFile::open(from, &pipeline.module_paths()).unwrap();
    file.metadata.clear();
    change(&mut file);
    write_kohya(fs::File::create(&to).unwrap(), &file.targets, &file.metadata).unwrap();
    to
}

#[test]
fn an_adapter_changes_its_row_alone_and_the_sweep_shares_its_pictures() {
    let root = tempfile::tempdir().unwrap();
    let mut evaluation = evaluation(root.path());
    let adapter = adapter(&evaluation.model, root.path());
    evaluation.prompts.truncate(2);
    evaluation.rows = vec![
        RowPlan::trained(Objective::PromptEngineering, 0),
        tailored(&adapter),
        RowPlan::trained(Objective::Joint, 0),
    ];
    evaluation.sweep = vec![tailored(&adapter)];
    let (report, _) = run(&evaluation);
    // Two prompts and two seeds, of the base and of the adapter.
    assert_eq!(drawn(&evaluation.pictures).len(), 8);
    let [base, tailored, again] = [0, 1, 2].map(|row| &report.rows[row].cells["style"]);
    assert_eq!(base.value, again.value);
    assert_ne!(base.value, tailored.value);
    assert_eq!(report.sweep.len(), 1);
    assert_eq!(report.sweep[0].cells, report.rows[1].cells);
    let hash = report.rows[1].adapter.as_ref().unwrap();
    assert_eq!((hash.len(), &report.rows[0].adapter), (64, &None));
    let pairs: BTreeSet<_> = report
        .comparisons
        .iter()
        .map(|found| (found.first, found.second))
        .collect();
    assert_eq!(pairs, BTreeSet::from([(0, 1), (0, 2), (2, 1)]));
    assert_eq!(report.sheets.len(), 3);
}

#[test]
fn an_adapter_of_another_model_is_refused_before_anything_is_drawn() {
    let root = tempfile::tempdir().unwrap();
    let mut evaluation = evaluation(root.path());
    let good = adapter(&evaluation.model, root.path());
    let mut refused = |adapter: &Path| {
        evaluation.rows = vec![RowPlan::base("{prompt}"), tailored(adapter)];
        let sentence = refusal(&evaluation);
        assert!(drawn(&evaluation.pictures).is_empty());
        assert!(sentence.contains("the row `Style Tailoring, T′ 0.9`"), "{sentence}");
        sentence
    };
    let model = quick_model(&root.path().join("same"));
    let place = |name: &str| root.path().join(name);

    let named = changed(&model, &good, place("named.safetensors"), |file| {
        let base = ("sticker_studio.model_sha256".to_owned(), "00ff".repeat(16));
        file.metadata = BTreeMap::from([base]);
    });
    let sentence = refused(&named);
    assert!(
        sentence.contains("was trained on another model (00ff00ff00ff00ff… and not"),
        "{sentence}"
    );
    assert!(sentence.ends_with("named.safetensors"), "{sentence}");

    let wide = changed(&model, &good, place("wide.safetensors"), |file| {
        for target in file.targets.values_mut() {
            target.down.shape[1] += 1;
            target.down.values.resize(target.down.shape.iter().product(), 0.0);
        }
    });
    let sentence = refused(&wide);
    assert!(sentence.contains("the LoRA was made for another model"), "{sentence}");

    let partly = changed(&model, &good, place("partly.safetensors"), |file| {
        let (_, target) = file.targets.pop_first().unwrap();
        file.targets.insert("unet.nowhere.to_q".to_owned(), target);
    });
    let sentence = refused(&partly);
    assert!(
        sentence.contains("3 tensors") && sentence.contains("name nothing in this model"),
        "{sentence}"
    );

    let sentence = refused(&place("missing.safetensors"));
    assert!(sentence.ends_with("missing.safetensors"), "{sentence}");
}

#[test]
fn a_row_may_have_a_model_of_its_own() {
    let root = tempfile::tempdir().unwrap();
    let mut evaluation = evaluation(root.path());
    let other = root.path().join("aligned");
    let [_, unet, _] = quick_model(&other).weights_files().clone();
    // Numbers at the file's end, made zero.
    let mut bytes = fs::read(&unet).unwrap();
    let end = bytes.len();
    bytes[end - 4096..].fill(0);
    fs::write(&unet, bytes).unwrap();
    evaluation.seeds = vec![1];
    evaluation.rows = vec![
        RowPlan::trained(Objective::PromptEngineering, 0),
        RowPlan {
            model: Some(other),
            ..RowPlan::trained(Objective::DomainAlign, 400)
        },
    ];
    let (report, _) = run(&evaluation);
    assert_eq!(drawn(&evaluation.pictures).len(), 6);
    let [base, aligned] = [0, 1].map(|row| report.rows[row].cells["style"].value);
    assert_ne!(base, aligned);
    assert!(
        report
            .notes
            .iter()
            .any(|note| note.starts_with("Domain aligned is drawn with a model of its own"))
    );

    evaluation.rows[1].model = Some(root.path().join("nowhere"));
    let sentence = refusal(&evaluation);
    assert!(
        sentence.starts_with("the row `Domain aligned` cannot be drawn: ") && sentence.ends_with("nowhere"),
        "{sentence}"
    );
}
