//! What requests are completed to, and what is refused.

use super::*;
use crate::{ErrorCode, InitRequest};

/// What makes a good request a bad one.
type Change = fn(&mut GenerateRequest);

/// Any completed request.
pub(crate) fn completed() -> CompletedRequest {
    complete(&cat()).unwrap()
}

fn traits() -> ModelTraits {
    ModelTraits {
        folder: "models/toy".into(),
        name: "toy".into(),
        styles: vec!["3d".into(), "flat".into()],
        prompt_form: Some("{style} sticker: {prompt}".into()),
        native_alpha: true,
        size: 128,
        size_multiple: 8,
        num_inference_steps: 25,
        guidance_scale: 4.0,
        guidance_rescale: 0.0,
        sampler: SamplerName::Ddim,
    }
}

fn complete(request: &GenerateRequest) -> Result<CompletedRequest, Error> {
    request.check()?;
    request.complete_for(traits())
}

fn refusal(request: GenerateRequest) -> String {
    let error = complete(&request).expect_err("this request is to be refused");
    assert_eq!(error.code, ErrorCode::Usage, "{error}");
    error.message
}

fn cat() -> GenerateRequest {
    GenerateRequest::new("a cat")
}

#[test]
fn what_is_left_open_comes_from_the_model() {
    let completed = complete(&cat()).unwrap();
    assert_eq!((completed.num_inference_steps, completed.guidance_scale), (25, 4.0));
    assert_eq!(
        (completed.width, completed.height, completed.sampler),
        (128, 128, SamplerName::Ddim)
    );
    assert_eq!(
        (completed.full_prompt.as_str(), completed.model_name.as_str()),
        ("a cat", "toy")
    );
    assert!(u32::try_from(completed.seed).is_ok(), "a seed that every tool can hold");
}

#[test]
fn what_is_given_stays() {
    let request = GenerateRequest {
        style: Some(Style::Flat),
        count: 3,
        seed: Some(7),
        num_inference_steps: Some(4),
        guidance_scale: Some(1.0),
        guidance_rescale: Some(0.7),
        sampler: Some(SamplerName::EulerA),
        size: Some(64),
        ..cat()
    };
    let completed = complete(&request).unwrap();
    assert_eq!(completed.seeds(), [7, 8, 9]);
    assert_eq!(
        (completed.num_inference_steps, completed.guidance_scale, completed.width),
        (4, 1.0, 64)
    );
    assert_eq!(
        (completed.sampler, completed.guidance_rescale),
        (SamplerName::EulerA, 0.7)
    );
    assert_eq!(
        (completed.prompt.as_str(), completed.full_prompt.as_str()),
        ("a cat", "flat sticker: a cat")
    );
}

#[test]
fn seeds_of_chance_differ() {
    let seeds = [(); 4].map(|()| complete(&cat()).unwrap().seed);
    assert!(seeds.iter().any(|&seed| seed != seeds[0]), "{seeds:?}");
}

#[test]
fn values_outside_their_range_are_refused() {
    let wrong: [(Change, &str); 15] = [
        (
            |request| request.count = 0,
            "the count is 0; use a value from 1 to 1000",
        ),
        (|request| request.count = 1001, "the count is 1001;"),
        (
            |request| request.num_inference_steps = Some(0),
            "the number of steps is 0;",
        ),
        (
            |request| request.num_inference_steps = Some(1001),
            "the number of steps is 1001;",
        ),
        (|request| request.guidance_scale = Some(f32::NAN), "guidance is NaN;"),
        (|request| request.guidance_scale = Some(-1.0), "guidance is -1;"),
        (
            |request| request.guidance_scale = Some(f32::INFINITY),
            "guidance is inf;",
        ),
        (
            |request| request.guidance_rescale = Some(1.5),
            "guidance rescale is 1.5;",
        ),
        (
            |request| request.size = Some(0),
            "the size is 0; use a multiple of 8 from 8 to 2048",
        ),
        (|request| request.size = Some(4096), "the size is 4096;"),
        (
            |request| request.size = Some(100),
            "the size is 100, and this model makes multiples of 8; use 96 or 104",
        ),
        (
            |request| request.size = Some(3),
            "the size is 3, and this model makes multiples of 8; use 8 or 16",
        ),
        (
            |request| (request.seed, request.count) = (Some(u64::MAX), 2),
            "the seed is too large",
        ),
        (
            |request| request.prompt = "a\0b".into(),
            "the prompt holds a NUL character",
        ),
        (
            |request| request.negative_prompt = "x".repeat(20_001),
            "the negative prompt is longer",
        ),
    ];
    for (change, beginning) in wrong {
        let mut request = cat();
        change(&mut request);
        let message = refusal(request);
        assert!(message.starts_with(beginning), "{message}");
    }
    assert!(
        complete(&GenerateRequest {
            seed: Some(u64::MAX),
            ..cat()
        })
        .is_ok(),
        "one picture has room"
    );
}

#[test]
fn a_style_that_the_model_does_not_know_is_refused() {
    assert_eq!(
        refusal(GenerateRequest {
            style: Some(Style::Noto),
            ..cat()
        }),
        "this model does not know the style noto: use 3d, flat: models/toy"
    );
    let request = GenerateRequest {
        style: Some(Style::Flat),
        ..cat()
    };
    let error = request
        .complete_for(ModelTraits {
            styles: vec![],
            prompt_form: None,
            ..traits()
        })
        .unwrap_err();
    assert!(
        error.message.contains("it was trained with none; describe the look"),
        "{error}"
    );
}

#[test]
fn braces_in_a_prompt_are_its_own() {
    let request = GenerateRequest {
        style: Some(Style::Flat),
        ..GenerateRequest::new("{style} {prompt}")
    };
    assert_eq!(
        complete(&request).unwrap().full_prompt,
        "flat sticker: {style} {prompt}"
    );
}

#[test]
fn a_model_without_alpha_is_asked_for_a_plain_ground_unless_none_is_to_be_cut_out() {
    let complete = |transparency| {
        let request = GenerateRequest { transparency, ..cat() };
        request
            .complete_for(ModelTraits {
                native_alpha: false,
                ..traits()
            })
            .unwrap()
            .full_prompt
    };
    assert_eq!(complete(TransparencyChoice::Auto), format!("a cat{PLAIN_BACKGROUND}"));
    assert_eq!(complete(TransparencyChoice::Off), "a cat");
}

#[test]
fn a_strength_must_leave_a_step() {
    let with = |strength, steps| GenerateRequest {
        init: Some(InitRequest {
            path: "absent.png".into(),
            strength,
        }),
        num_inference_steps: Some(steps),
        ..cat()
    };
    for strength in [0.0, -0.1, 1.1, f32::NAN] {
        assert!(refusal(with(strength, 25)).starts_with("the strength is "));
    }
    assert_eq!(
        refusal(with(0.2, 4)),
        "a strength of 0.2 leaves none of 4 steps; use a strength of 0.25 or more, or more steps"
    );
}

#[test]
fn an_init_picture_is_fitted_and_said_so() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("init.png");
    let picture = Picture {
        width: 4,
        height: 2,
        rgba: [9, 9, 9, 255].repeat(8),
    };
    crate::write_png(&path, &picture).unwrap();
    let request = GenerateRequest {
        init: Some(InitRequest { path, strength: 0.5 }),
        size: Some(16),
        ..cat()
    };
    let completed = complete(&request).unwrap();
    let init = completed.init.unwrap();
    assert_eq!(
        (init.picture.width, init.picture.height, init.reference.sha256.len()),
        (16, 16, 64)
    );
    assert!(
        completed.notes[0].starts_with("the picture to begin from has 4 x 2 pixels"),
        "{:?}",
        completed.notes
    );
}

#[test]
fn an_absent_file_is_an_input_error() {
    let lora = LoraRequest {
        path: "absent.safetensors".into(),
        weight: 1.0,
        name: None,
    };
    let error = complete(&GenerateRequest {
        loras: vec![lora.clone()],
        ..cat()
    })
    .unwrap_err();
    assert_eq!(
        (error.code, error.message.as_str()),
        (ErrorCode::Input, "there is no such adapter file: absent.safetensors")
    );
    let endless = LoraRequest {
        weight: f32::INFINITY,
        name: None,
        ..lora
    };
    assert!(
        refusal(GenerateRequest {
            loras: vec![endless],
            ..cat()
        })
        .starts_with("the weight of an adapter is inf;")
    );
}
