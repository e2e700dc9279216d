//! Adapters (LoRA).

use std::fs;

use super::*;

#[test]
fn every_form_is_imported_and_comes_out_as_it_was() {
    let bench = Bench::start();
    for (name, form) in [
        ("kohya", "kohya"),
        ("kohya_mixed_alpha", "kohya"),
        ("peft", "diffusers"),
        ("peft_without_metadata", "diffusers"),
        ("old_diffusers", "diffusers"),
    ] {
        let file = fixture(&format!("loras/{name}.safetensors"));
        let adapter = bench.studio().import_adapter(&file).unwrap();
        assert_eq!(
            (adapter.name.as_str(), adapter.form.as_str(), adapter.uses),
            (name, form, 0)
        );
        assert!(adapter.rank.is_some_and(|rank| rank > 0) && adapter.bytes > 0);
        let suggested = bench.studio().suggested_adapter_name(&adapter.id).unwrap();
        assert!(
            suggested.ends_with(".safetensors") && !suggested.contains('/'),
            "{suggested}"
        );
        let out = bench.path("out.safetensors");
        fs::write(&out, "old").unwrap();
        bench.studio().export_adapter(&adapter.id, &out).unwrap();
        assert_eq!(fs::read(&out).unwrap(), fs::read(&file).unwrap());
    }
    let kohya = fixture("loras/kohya.safetensors");
    let again = bench.studio().import_adapter(&kohya).unwrap();
    assert_eq!(again.name, "kohya");
    assert_eq!(bench.studio().adapters().unwrap().len(), 5, "none twice");
}

#[test]
fn an_adapter_is_used_renamed_and_deleted() {
    let bench = Bench::start();
    let studio = bench.studio();
    let adapter = studio.import_adapter(&fixture("loras/peft.safetensors")).unwrap();
    studio.rename_adapter(&adapter.id, "  Blobs  ").unwrap();
    let form = Draft {
        adapters: vec![AdapterUse {
            id: adapter.id.clone(),
            weight: -0.5,
        }],
        count: 1,
        ..draft("a cat")
    };
    let job = studio.submit(&form).unwrap();
    let sticker = bench.until(&job.id, JobState::Done).tiles[0].sticker.clone().unwrap();
    let recipe = studio.sticker(&sticker).unwrap().recipe.unwrap();
    assert_eq!(
        (recipe.adapters[0].name.as_str(), recipe.adapters[0].weight),
        ("Blobs", -0.5)
    );
    assert_eq!(studio.adapters().unwrap()[0].uses, 1);
    for name in ["", "  ", &"x".repeat(500), "a\nb"] {
        is_sentence(&studio.rename_adapter(&adapter.id, name).unwrap_err());
    }
    let file = studio.library.adapter_file(&adapter.id);
    studio.delete_adapter(&adapter.id).unwrap();
    assert!(studio.adapters().unwrap().is_empty() && !file.exists());
    for error in [
        studio.delete_adapter(&adapter.id).unwrap_err(),
        studio.rename_adapter(&adapter.id, "x").unwrap_err(),
        studio.suggested_adapter_name(&adapter.id).unwrap_err(),
        studio
            .export_adapter(&adapter.id, &bench.path("x.safetensors"))
            .unwrap_err(),
    ] {
        is_sentence(&error);
    }
    assert_eq!(studio.check_draft(&form).unwrap().problem.unwrap().field, "adapters");
    assert!(
        studio.sticker(&sticker).unwrap().recipe.is_some(),
        "the sticker remembers it"
    );
}

#[test]
fn what_is_no_adapter_is_refused() {
    let bench = Bench::start();
    let good = fs::read(fixture("loras/kohya.safetensors")).unwrap();
    let endless = [&u64::MAX.to_le_bytes()[..], b"{}"].concat();
    for (name, bytes) in [
        ("empty.safetensors", &[][..]),
        ("text.safetensors", b"hello, this is no adapter"),
        ("truncated.safetensors", &good[..good.len() / 2]),
        ("endless.safetensors", &endless),
        ("pickle.safetensors", b"\x80\x02}q\x00."),
    ] {
        let path = bench.path(name);
        fs::write(&path, bytes).unwrap();
        is_sentence(&bench.studio().import_adapter(&path).unwrap_err());
    }
    let model = fixture("folders/tiny-sd1/vae/diffusion_pytorch_model.safetensors");
    for path in [model, bench.path("absent.safetensors"), bench.path("data")] {
        is_sentence(&bench.studio().import_adapter(&path).unwrap_err());
    }
    assert!(bench.studio().adapters().unwrap().is_empty());
    assert_eq!(fs::read_dir(bench.path("data/adapters")).unwrap().count(), 0);
}
