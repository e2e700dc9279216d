use super::*;
use crate::passes::resample;
use crate::tests::pictures;
use crate::{Caption, CleanMatte, Crop, Edit, Fit, Foil, Gloss, Linear, Outline, Scale, Shadow, presets};

fn source(key: &str, picture: RgbaImage) -> Source {
    Source {
        key: key.to_owned(),
        picture: Arc::new(picture),
    }
}

fn disc() -> Source {
    source("disc", pictures::disc(60, 20.0, [0.7, 0.05, 0.05]).to_srgb())
}

fn finish(effects: Vec<Effect>) -> Finish {
    Finish {
        edits: Vec::new(),
        effects,
    }
}

fn shadow(opacity: f32) -> Effect {
    Effect::Shadow(Shadow {
        opacity,
        ..Shadow::default()
    })
}

#[test]
fn a_renderer_can_move_to_the_thread_that_renders() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&Renderer::on_cpu());
}

#[test]
fn the_empty_finish_changes_no_byte() {
    let hidden = RgbaImage::from_fn(5, 4, |x, y| image::Rgba([x as u8 * 50, 9, 200, y as u8 * 60]));
    let finished = Renderer::on_cpu()
        .render(&source("hidden", hidden.clone()), &Finish::default())
        .unwrap();
    assert_eq!(
        finished,
        Finished {
            picture: hidden,
            warnings: Vec::new()
        }
    );
}

#[test]
fn an_empty_picture_passes_unchanged_with_a_warning() {
    let empty = RgbaImage::from_pixel(7, 5, image::Rgba([10, 20, 30, 0]));
    for (name, preset) in presets() {
        let finished = Renderer::on_cpu()
            .render(&source("empty", empty.clone()), &preset)
            .unwrap();
        assert_eq!(finished.picture, empty, "{name}");
        assert_eq!(finished.warnings, ["the picture is empty"], "{name}");
    }
    let none = Renderer::on_cpu()
        .render(&source("none", RgbaImage::new(0, 3)), &presets()[0].1)
        .unwrap();
    assert_eq!((none.picture.dimensions(), none.warnings.len()), ((0, 3), 1));
}

#[test]
fn words_are_put_on_an_empty_picture() {
    let caption = Effect::Caption(Caption {
        text: "Hello".into(),
        size: 24.0,
        ..Caption::default()
    });
    let finished = Renderer::on_cpu()
        .render(&source("empty", RgbaImage::new(90, 60)), &finish(vec![caption]))
        .unwrap();
    assert!(!is_transparent(&finished.picture));
}

#[test]
fn letters_that_no_font_has_are_named() {
    let caption = |text: &str| {
        Effect::Caption(Caption {
            text: text.into(),
            size: 12.0,
            ..Caption::default()
        })
    };
    let finish = finish(vec![
        caption("a\u{10fffd}b"),
        caption("\u{10fffc}\u{10fffd}"),
        caption(""),
    ]);
    let warnings = Renderer::on_cpu().render(&disc(), &finish).unwrap().warnings;
    assert_eq!(
        warnings,
        ["no font of this machine has these letters: \u{10fffc} \u{10fffd}"]
    );
}

#[test]
fn what_is_kept_never_changes_the_result() {
    let mut kept = Renderer::on_cpu();
    let cut = Edit::Crop(Crop {
        x: 4,
        y: 4,
        width: 40,
        height: 50,
    });
    let gloss = || Effect::Gloss(Gloss::default());
    let finishes = [
        finish(vec![gloss(), shadow(0.3)]),
        finish(vec![gloss(), shadow(0.9)]),
        finish(vec![shadow(0.9)]),
        finish(vec![shadow(0.9), gloss()]),
        Finish {
            edits: vec![cut],
            effects: vec![shadow(0.9), gloss()],
        },
        finish(vec![gloss(), shadow(0.3)]),
    ];
    let other = source("other", pictures::noise(30, 40, 1).to_srgb());
    for source in [disc(), other, disc()] {
        for finish in &finishes {
            let fresh = Renderer::on_cpu().render(&source, finish).unwrap();
            assert_eq!(kept.render(&source, finish).unwrap(), fresh, "{finish:?}");
            kept.render_preview(&source, finish, 16).unwrap();
        }
    }
}

#[test]
fn a_value_outside_of_its_range_and_a_picture_too_large_are_refused() {
    let wrong = finish(vec![shadow(2.0)]);
    assert!(matches!(
        Renderer::on_cpu().render(&disc(), &wrong),
        Err(Error::Finish(_))
    ));
    assert!(matches!(
        Renderer::on_cpu().render_preview(&disc(), &wrong, 9),
        Err(Error::Finish(_))
    ));
    let large = source("large", RgbaImage::from_pixel(MAX_SIDE + 1, 1, image::Rgba([255; 4])));
    let right = finish(vec![shadow(0.5)]);
    assert!(matches!(
        Renderer::on_cpu().render(&large, &right),
        Err(Error::TooLarge { .. })
    ));
    let full = source("full", RgbaImage::from_pixel(MAX_SIDE, 1, image::Rgba([255; 4])));
    assert!(matches!(
        Renderer::on_cpu().render(&full, &right),
        Err(Error::TooLarge { .. })
    ));
}

#[test]
fn a_preview_looks_like_the_whole_made_smaller() {
    let finish = finish(vec![
        Effect::Outline(Outline {
            width: 24.0,
            ..Outline::default()
        }),
        Effect::Shadow(Shadow {
            blur: 16.0,
            offset_y: 16.0,
            opacity: 0.8,
            ..Shadow::default()
        }),
        Effect::Fit(Fit {
            width: 320.0,
            height: 320.0,
            margin: 16.0,
        }),
    ]);
    let source = source("disc", pictures::disc(256, 90.0, [0.7, 0.05, 0.05]).to_srgb());
    let mut renderer = Renderer::on_cpu();
    let whole = Linear::from_srgb(&renderer.render(&source, &finish).unwrap().picture);
    let preview = Linear::from_srgb(&renderer.render_preview(&source, &finish, 64).unwrap().picture);
    assert_eq!((preview.width, preview.height), (64, 64));
    let small = resample::area(&whole, 64, 64);
    let differences = small
        .pixels
        .iter()
        .zip(&preview.pixels)
        .map(|(a, b)| (0..4).map(|c| (a[c] - b[c]).abs()).sum::<f32>());
    let mean = differences.sum::<f32>() / (4.0 * 4096.0);
    assert!(mean < 0.01, "the mean difference is {mean}");
}

#[test]
fn a_preview_is_limited_by_its_side_also_where_a_picture_is_scaled_up() {
    let effects = vec![Effect::Scale(Scale { side: 512.0 })];
    let finished = Renderer::on_cpu()
        .render_preview(&disc(), &finish(effects), 48)
        .unwrap();
    assert_eq!(finished.picture.dimensions(), (48, 48));
}

#[test]
fn what_is_kept_of_a_preview_never_serves_one_of_another_size() {
    let mut kept = Renderer::on_cpu();
    let finish = finish(vec![Effect::Gloss(Gloss::default())]);
    for side in [16, 48, 60, 500, 16] {
        let preview = kept.render_preview(&disc(), &finish, side).unwrap();
        assert_eq!(preview.picture.dimensions(), (side.min(60), side.min(60)));
        assert_eq!(Renderer::on_cpu().render_preview(&disc(), &finish, side), Ok(preview));
    }
}

#[test]
fn a_preview_is_limited_by_its_side_also_where_a_picture_is_fitted_into_a_larger_canvas() {
    let fit = Effect::Fit(Fit {
        width: 2048.0,
        height: 1024.0,
        margin: 0.0,
    });
    let finish = finish(vec![
        fit,
        Effect::Outline(Outline::default()),
        Effect::Foil(Foil::default()),
    ]);
    let finished = Renderer::on_cpu().render_preview(&disc(), &finish, 48).unwrap();
    let (width, height) = finished.picture.dimensions();
    assert!(
        (48..56).contains(&width) && (24..32).contains(&height),
        "{width} x {height}"
    );
}

#[test]
fn a_preview_of_a_part_has_the_pixels_that_it_may_have() {
    let part = |x, width| Finish {
        edits: vec![Edit::Crop(Crop {
            x,
            y: 10,
            width,
            height: 15,
        })],
        effects: vec![Effect::Gloss(Gloss::default())],
    };
    let mut renderer = Renderer::on_cpu();
    for (finish, size) in [
        (part(10, 30), (24, 12)),
        (part(10, 20), (20, 15)),
        (part(30, 1000), (24, 12)),
    ] {
        let preview = renderer.render_preview(&disc(), &finish, 24).unwrap().picture;
        assert_eq!(preview.dimensions(), size, "{finish:?}");
    }
}

#[test]
fn a_picture_of_which_nothing_is_left_comes_with_a_warning() {
    let mut picture = RgbaImage::new(20, 20);
    picture.put_pixel(9, 9, image::Rgba([200, 100, 0, 255]));
    let clean = finish(vec![Effect::CleanMatte(CleanMatte::default())]);
    let finished = Renderer::on_cpu().render(&source("speck", picture), &clean).unwrap();
    assert!(is_transparent(&finished.picture));
    assert_eq!(finished.warnings, ["nothing is left of the picture"]);
}

#[test]
fn whole_pictures_and_previews_share_one_budget_and_what_was_used_last_stays() {
    // Numbers of 16 MiB each: one before the effects, and one after each.
    let stages = |count: usize| {
        let mut stages = Stages::new("cat", &[], Arc::new(Linear::empty(1024, 1024)));
        for index in 0..count {
            stages.keep(index, &shadow(0.5), Arc::new(Linear::empty(1024, 1024)));
        }
        Some(stages)
    };
    let kept =
        |stages: &Option<Stages<Arc<Linear>>>| stages.as_ref().map_or(0, |stages| stages.bytes(Cpu::bytes) >> 24);
    for (used, other, left) in [(3, 4, [4, 5]), (9, 20, [10, 6]), (15, 1, [16, 0]), (18, 3, [16, 0])] {
        let (mut used, mut other) = (stages(used), stages(other));
        stay_within_budget::<Cpu>(&mut used, &mut other);
        assert_eq!([kept(&used), kept(&other)], left);
    }
}

#[test]
fn a_sticker_is_shown_on_wallpaper() {
    let picture = disc().picture;
    for wallpaper in Wallpaper::ALL {
        let shown = Renderer::on_cpu().on_wallpaper(&picture, wallpaper).unwrap();
        assert_eq!(shown.dimensions(), picture.dimensions());
        assert!(shown.pixels().all(|pixel| pixel.0[3] == 255));
        assert_eq!(shown.get_pixel(30, 30), picture.get_pixel(30, 30));
    }
    assert!(
        Renderer::on_cpu()
            .on_wallpaper(&RgbaImage::new(0, 9), Wallpaper::Dark)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn every_preset_makes_the_canvas_that_it_says() {
    for (name, preset) in presets() {
        let finished = Renderer::on_cpu().render(&disc(), &preset).unwrap();
        assert_eq!(finished.picture.dimensions(), (512, 512), "{name}");
        assert!(!is_transparent(&finished.picture), "{name}");
    }
}

#[cfg(feature = "gpu")]
mod on_gpu {
    use super::*;
    use crate::Glow;
    use crate::tests::device;

    fn renderer() -> Renderer {
        let (device, queue) = device::open();
        Renderer::on_gpu(device, queue).unwrap()
    }

    #[test]
    fn the_gpu_gives_the_bytes_of_the_twin() {
        let mut renderer = renderer();
        let effects = vec![
            Effect::Gloss(Gloss::default()),
            Effect::Glow(Glow::default()),
            shadow(0.6),
        ];
        for (name, picture) in pictures::all() {
            let source = source(name, picture.to_srgb());
            let gpu = renderer.render(&source, &finish(effects.clone())).unwrap();
            let twin = Renderer::on_cpu().render(&source, &finish(effects.clone())).unwrap();
            assert_eq!(gpu.warnings, twin.warnings);
            for (gpu, twin) in gpu.picture.pixels().zip(twin.picture.pixels()) {
                let alpha = f32::from(twin.0[3]) / 255.0;
                let color = (0..3).all(|c| f32::from(gpu.0[c].abs_diff(twin.0[c])) * alpha <= 1.0);
                assert!(
                    color && gpu.0[3].abs_diff(twin.0[3]) <= 1,
                    "{name}: {gpu:?} and {twin:?}"
                );
            }
        }
    }

    #[test]
    fn every_byte_survives_the_way_to_the_gpu_and_back() {
        let picture = RgbaImage::from_fn(256, 256, |x, y| image::Rgba([x as u8, 255 - x as u8, 7, y as u8]));
        let mut gpu = device::gpu();
        let begun = gpu.begin(&picture).unwrap();
        for (was, is) in picture.pixels().zip(gpu.end(&begun).unwrap().pixels()) {
            assert_eq!(is.0, if was.0[3] == 0 { [0; 4] } else { was.0 });
        }
    }

    #[test]
    fn a_lost_device_is_an_error_and_the_cpu_goes_on() {
        let (device, queue) = device::open();
        let mut renderer = Renderer::on_gpu(device.clone(), queue).unwrap();
        let finish = finish(vec![shadow(0.6)]);
        renderer.render(&disc(), &finish).unwrap();
        device.destroy();
        for _ in 0..2 {
            assert!(matches!(renderer.render(&disc(), &finish), Err(Error::Gpu(_))));
        }
        renderer = Renderer::on_cpu();
        assert!(renderer.render(&disc(), &finish).is_ok());
    }
}
