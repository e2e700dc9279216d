//! Requests that cannot be done as they stand: exit code 2, and nothing is written.

use crate::support::Sandbox;

#[track_caller]
fn refused(arguments: &[&str], sentence: &str) {
    let sandbox = Sandbox::new();
    sandbox.generate(arguments).failed(2, sentence);
    assert!(sandbox.names().is_empty(), "{:?}", sandbox.names());
}

#[test]
fn no_command() {
    let ended = Sandbox::new().run::<[&str; 0]>([]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("Usage: sticker <COMMAND>"), "{}", ended.stderr);
}

#[test]
fn no_prompt() {
    refused(&[], "the following required arguments were not provided");
}

#[test]
fn an_unknown_option() {
    refused(&["cat", "--colour", "red"], "unexpected argument '--colour'");
}

#[test]
fn an_unknown_style_sampler_device_or_transparency_names_the_known_ones() {
    refused(&["cat", "--style", "oil"], "3d, flat, noto");
    refused(&["cat", "--sampler", "heun"], "dpmpp_2m_karras");
    refused(&["cat", "--device", "cuda"], "gpu:N");
    refused(&["cat", "--transparent", "maybe"], "auto, off");
}

#[test]
fn a_number_that_is_none() {
    for option in ["--count", "--seed", "--steps", "--guidance", "--size"] {
        refused(&["cat", option, "many"], option);
    }
    refused(&["cat", "--seed", "-1"], "--seed");
}

#[test]
fn nothing_to_do() {
    refused(&["cat", "-n", "0"], "0");
    refused(&["cat", "--steps", "0"], "step");
}

#[test]
fn a_size_that_the_autoencoder_cannot_make_names_its_factor() {
    refused(&["cat", "--size", "17"], "multiples of 2; use 16 or 18");
    refused(&["cat", "--size", "0"], "0");
}

#[test]
fn a_guidance_that_is_no_finite_number() {
    refused(&["cat", "--guidance", "nan"], "guidance");
    refused(&["cat", "--guidance", "inf"], "guidance");
}

#[test]
fn a_strength_needs_a_picture_and_lies_between_0_and_1() {
    let sandbox = Sandbox::new();
    let ended = sandbox.generate(["cat", "--strength", "0.5"]);
    ended.failed(2, "required arguments were not provided");
    assert!(ended.stderr.contains("--init <FILE>"), "{}", ended.stderr);
    crate::support::png_file::PngFile::plain(16).write(sandbox.path("in.png"));
    for strength in ["-0.1", "1.5", "nan"] {
        sandbox
            .generate(["cat", "--init", "in.png", "--strength", strength])
            .failed(2, "strength");
    }
    assert_eq!(sandbox.names(), ["in.png"]);
}

#[test]
fn seeds_that_run_past_the_largest_number() {
    refused(&["cat", "-n", "2", "--seed", "18446744073709551615"], "seed");
}

#[test]
fn a_style_that_the_model_does_not_know() {
    refused(&["cat", "--style", "3d"], "this model does not know the style 3d");
}

#[test]
fn a_gpu_that_is_not_there() {
    refused(&["cat", "--device", "gpu:99"], "gpu:99");
}
