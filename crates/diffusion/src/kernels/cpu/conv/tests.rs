use super::{
    super::test_values::{assert_close, values},
    *,
};

fn reference(x: &[f32], shape: &ConvShape, parameters: &ConvParameters) -> Vec<f32> {
    let ConvShape {
        kernel,
        in_channels,
        out_channels,
        height,
        width,
        ..
    } = *shape;
    let (out_height, out_width) = (shape.output_height(), shape.output_width());
    let size = if kernel == Kernel::Pointwise { 1 } else { 3 };
    let mut out = vec![0.0; shape.output_len()];
    for (i, out) in out.iter_mut().enumerate() {
        let (ox, oy) = (i % out_width, i / out_width % out_height);
        let (o, n) = (
            i / shape.output_area() % out_channels,
            i / shape.output_area() / out_channels,
        );
        let mut sum = f64::from(parameters.bias.map_or(0.0, |bias| bias[o]));
        sum += f64::from(parameters.residual.map_or(0.0, |residual| residual[i]));
        for (c, ky, kx) in (0..in_channels).flat_map(|c| (0..size * size).map(move |t| (c, t / size, t % size))) {
            let at = |o: usize, k: usize, limit: usize| {
                (o * kernel.stride() + k)
                    .checked_sub(kernel.padding())
                    .filter(|p| *p < limit * kernel.repeat())
            };
            let (Some(y), Some(z)) = (at(oy, ky, height), at(ox, kx, width)) else {
                continue;
            };
            let value = x[((n * in_channels + c) * height + y / kernel.repeat()) * width + z / kernel.repeat()];
            let weight = parameters.weight[(o * in_channels + c) * size * size + ky * size + kx];
            sum += f64::from(value) * f64::from(weight);
        }
        *out = sum as f32;
    }
    out
}

fn check(kernel: Kernel, batch: usize, in_channels: usize, out_channels: usize, height: usize, width: usize) {
    let shape = ConvShape {
        kernel,
        batch,
        in_channels,
        out_channels,
        height,
        width,
    };
    let x = values(batch * in_channels * height * width, 1);
    let scale = 1.0 / (shape.depth() as f32).sqrt();
    let weight: Vec<f32> = values(out_channels * shape.depth(), 2)
        .iter()
        .map(|w| w * scale)
        .collect();
    let (bias, residual) = (values(out_channels, 3), values(shape.output_len(), 4));
    for (bias, residual) in [
        (None, None),
        (Some(&bias[..]), None),
        (Some(&bias[..]), Some(&residual[..])),
    ] {
        let parameters = ConvParameters {
            weight: &weight,
            bias,
            residual,
        };
        let mut out = vec![f32::NAN; shape.output_len()];
        conv2d(&x, &shape, &parameters, &mut out);
        assert_close(&out, &reference(&x, &shape, &parameters), 3e-6, 1e-6);
    }
}

const KERNELS: [Kernel; 5] = [
    Kernel::Pointwise,
    Kernel::Same,
    Kernel::Upsampled,
    Kernel::Strided,
    Kernel::StridedEndPadded,
];

#[test]
fn matches_the_scalar_form() {
    for kernel in KERNELS {
        check(kernel, 1, 1, 1, 2, 2);
        check(kernel, 1, 2, 3, 5, 7);
        check(kernel, 2, 3, 9, 4, 4);
        check(kernel, 3, 8, 33, 8, 8);
        check(kernel, 2, 30, 12, 16, 16);
        check(kernel, 1, 53, 8, 6, 32);
        check(kernel, 1, 4, 4, 48, 48);
        check(kernel, 2, 5, 6, 19, 21);
        check(kernel, 1, 200, 4, 9, 12);
    }
    check(Kernel::Same, 1, 1, 1, 1, 1);
    check(Kernel::Pointwise, 2, 3, 5, 1, 1);
    check(Kernel::Upsampled, 1, 2, 2, 1, 1);
}

#[test]
fn parts_of_large_ones_fit_together() {
    check(Kernel::Same, 2, 40, 41, 40, 40);
    check(Kernel::Same, 2, 64, 100, 8, 8);
    check(Kernel::Pointwise, 2, 300, 350, 13, 20);
}

#[test]
fn winograd_matches_the_scalar_form() {
    for kernel in [Kernel::Same, Kernel::Upsampled] {
        for (height, width) in [(8, 8), (10, 10), (14, 12), (8, 16), (4, 34), (6, 66)] {
            let shape = ConvShape {
                kernel,
                batch: 3,
                in_channels: 33,
                out_channels: 35,
                height,
                width,
            };
            assert!(winograd::suits(&shape));
            check(kernel, 3, 33, 35, height, width);
        }
    }
    check(Kernel::Same, 1, 330, 50, 8, 8);
    check(Kernel::Same, 2, 32, 100, 64, 48);
}

#[test]
fn nan_reaches_its_neighbours_only() {
    let shape = ConvShape {
        kernel: Kernel::Same,
        batch: 1,
        in_channels: 2,
        out_channels: 3,
        height: 16,
        width: 16,
    };
    let mut x = values(512, 1);
    x[5 * 16 + 7] = f32::NAN;
    let weight = values(54, 2);
    let mut out = vec![0.0; 768];
    conv2d(
        &x,
        &shape,
        &ConvParameters {
            weight: &weight,
            bias: None,
            residual: None,
        },
        &mut out,
    );
    for (i, value) in out.iter().enumerate() {
        let (x, y) = (i % 16, i / 16 % 16);
        assert_eq!(
            value.is_nan(),
            (4..=6).contains(&y) && (6..=8).contains(&x),
            "pixel {x}, {y}"
        );
    }
}

#[test]
fn a_picture_is_the_same_alone_and_in_a_batch() {
    for kernel in KERNELS {
        for (in_channels, out_channels, size) in [(70, 40, 4), (30, 96, 16), (50, 10, 22), (40, 33, 20)] {
            let shape = ConvShape {
                kernel,
                batch: 8,
                in_channels,
                out_channels,
                height: size,
                width: size,
            };
            let x = values(8 * in_channels * size * size, 1);
            let weight = values(out_channels * shape.depth(), 2);
            let parameters = ConvParameters {
                weight: &weight,
                bias: None,
                residual: None,
            };
            let mut all = vec![0.0; shape.output_len()];
            conv2d(&x, &shape, &parameters, &mut all);
            let one = ConvShape { batch: 1, ..shape };
            for (x, expected) in x.chunks(in_channels * size * size).zip(all.chunks(one.output_len())) {
                let mut alone = vec![0.0; one.output_len()];
                conv2d(x, &one, &parameters, &mut alone);
                assert_eq!(alone, expected);
            }
        }
    }
}
