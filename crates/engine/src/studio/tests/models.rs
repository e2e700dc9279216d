//! Models that the person adds.

use std::fs;

use super::*;

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_model_is_checked_listed_used_and_forgotten() {
    let mut bench = Bench::start();
    let folder = bench.path("tiny");
    copy_folder(&fixture("folders/tiny-sd1"), &folder);
    fs::write(folder.join("README.md"), "---\nlicense: mit\n---\n").unwrap();
    let model = bench.studio().add_model(&folder).unwrap();
    assert_eq!(
        (model.name.as_str(), model.built_in, model.problem.as_deref()),
        ("tiny", false, None)
    );
    assert_eq!(
        (model.licence.as_deref(), model.sha256.len(), model.native_alpha),
        (Some("mit"), 64, false)
    );
    assert!(model.bytes > 0 && model.size > 0 && model.sha256.starts_with(&model.id));
    bench.reopen();
    let models = bench.studio().models();
    assert_eq!(models.len(), 2);
    assert!(models[0].built_in && models[0].problem.is_none());
    assert_eq!(models[1], model);

    let options = bench.studio().model_options(Some(&model.id)).unwrap();
    assert_eq!(
        (options.model.as_str(), options.styles.len(), options.native_alpha),
        ("tiny", 0, false)
    );
    let form = Draft {
        model: Some(model.id.clone()),
        count: 1,
        ..draft("a cat")
    };
    assert_eq!(bench.studio().check_draft(&form).unwrap().problem, None);
    let job = bench.studio().submit(&form).unwrap();
    bench.until(&job.id, JobState::Done);
    assert_eq!(bench.script.last().model_name, "tiny");

    bench.studio().remove_model(&model.id).unwrap();
    assert_eq!(bench.studio().models().len(), 1);
    assert!(folder.join("model_index.json").exists(), "its files stay");
    assert_eq!(
        bench.studio().check_draft(&form).unwrap().problem.unwrap().field,
        "model"
    );
    is_sentence(&bench.studio().remove_model(&model.id).unwrap_err());
    is_sentence(&bench.studio().model_options(Some(&model.id)).unwrap_err());
}

#[test]
fn the_built_in_model_has_its_options() {
    let bench = Bench::start();
    let options = bench.studio().model_options(None).unwrap();
    assert_eq!(bench.studio().model_options(Some("built-in")).unwrap(), options);
    assert_eq!(
        (options.model.as_str(), options.native_alpha, options.max_count),
        ("built-in", true, 1000)
    );
    assert!(options.samplers.contains(&options.sampler) && options.size.is_multiple_of(options.size_multiple));
    for id in ["../x", "", "built-out"] {
        is_sentence(&bench.studio().model_options(Some(id)).unwrap_err());
    }
    is_sentence(&bench.studio().remove_model("built-in").unwrap_err());
}

#[test]
fn what_cannot_be_run_is_not_listed() {
    let bench = Bench::start();
    let copy = |name: &str| {
        let folder = bench.path(name);
        copy_folder(&fixture("folders/tiny-sd1"), &folder);
        folder
    };
    let added = bench.studio().add_model(&copy("first")).unwrap();
    let (truncated, unknown, missing) = (copy("truncated"), copy("unknown"), copy("missing"));
    let weights = truncated.join("unet/diffusion_pytorch_model.safetensors");
    let bytes = fs::read(&weights).unwrap();
    fs::write(&weights, &bytes[..bytes.len() / 2]).unwrap();
    let config = unknown.join("unet/config.json");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(
        &config,
        text.replace("UNet2DConditionModel", "SomethingElse")
            .replace("CrossAttnDownBlock2D", "OddBlock"),
    )
    .unwrap();
    fs::remove_dir_all(missing.join("vae")).unwrap();
    let file = bench.path("file");
    fs::write(&file, "x").unwrap();
    let built_in = crate::built_in_model().unwrap();
    for folder in [
        truncated,
        unknown,
        missing,
        file,
        bench.path("absent"),
        bench.path("data"),
        copy("again"),
        built_in,
    ] {
        let error = bench.studio().add_model(&folder).unwrap_err();
        is_sentence(&error);
        assert!(
            error
                .message
                .contains(&folder.file_name().unwrap().to_string_lossy().into_owned()),
            "{error}"
        );
    }
    assert_eq!(bench.studio().models().len(), 2);
    assert_eq!(bench.studio().models()[1], added);
}

#[test]
fn a_folder_that_went_away_is_listed_with_its_problem() {
    let bench = Bench::start();
    let folder = bench.path("steps and size");
    copy_folder(&fixture("folders/tiny-sd1"), &folder);
    let model = bench.studio().add_model(&folder).unwrap();
    bench.studio().pause_queue(true).unwrap();
    let form = Draft {
        model: Some(model.id.clone()),
        count: 1,
        ..draft("a cat")
    };
    let job = bench.studio().submit(&form).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(bench.studio().models()[1].problem.is_some());
    assert_eq!(
        bench.studio().check_draft(&form).unwrap().problem.unwrap().field,
        "model",
        "whatever its folder is called"
    );
    is_sentence(&bench.studio().model_options(Some(&model.id)).unwrap_err());
    bench.studio().pause_queue(false).unwrap();
    let failed = bench.until(&job.id, JobState::Failed);
    is_sentence(&Error::input(failed.error.unwrap()));
    bench.studio().remove_model(&model.id).unwrap();
}
