//! Gradients of the convolutions. That of the input is a convolution again, with the windows turned round and the channels exchanged;
//! that of the weights is a matrix product over all pixels of all pictures, laid out some input channels and pictures at a time.

use super::{ConvParameters, ConvShape, Kernel, conv2d};
use crate::kernels::cpu::{
    matrix::{self, Matrix, Old},
    parallel::{self, Shared},
    scratch,
};
use std::borrow::Cow;
use std::ops::Range;

/// Input channels of one task of the weights' gradient.
const CHANNELS: usize = 16;
/// Pixels whose products are summed in one go.
const PIXELS: usize = 512;

/// The gradient of the input, `[batch, in_channels, height, width]` into `out`, from that of the output.
///
/// # Panics
/// When the lengths do not agree with `shape`.
pub fn input_gradient(gradient: &[f32], shape: &ConvShape, weight: &[f32], out: &mut [f32]) {
    assert_eq!(
        gradient.len(),
        shape.output_len(),
        "the gradient of a convolution does not have its output's shape"
    );
    let turned = turned(weight, shape);
    let parameters = ConvParameters {
        weight: &turned,
        bias: None,
        residual: None,
    };
    let (kernel, repeat) = match shape.kernel {
        Kernel::Pointwise => (Kernel::Pointwise, 1),
        _ => (Kernel::Same, shape.kernel.repeat()),
    };
    let back = ConvShape {
        kernel,
        in_channels: shape.out_channels,
        out_channels: shape.in_channels,
        height: shape.height * repeat,
        width: shape.width * repeat,
        ..*shape
    };
    let gradient = match shape.kernel.stride() {
        1 => Cow::Borrowed(gradient),
        _ => Cow::Owned(spread(gradient, shape)),
    };
    if repeat == 1 {
        return conv2d(&gradient, &back, &parameters, out);
    }
    let mut enlarged = vec![0.0; back.output_len()];
    conv2d(&gradient, &back, &parameters, &mut enlarged);
    sum_squares(&enlarged, shape.width, out);
}

/// `[out, in, window]` to `[in, out, window]` with every window's elements in reverse.
fn turned(weight: &[f32], shape: &ConvShape) -> Vec<f32> {
    let (inputs, outputs, taps) = (shape.in_channels, shape.out_channels, shape.kernel.taps());
    if taps == 1 {
        return matrix::transposed(weight, outputs, inputs);
    }
    let mut turned = vec![0.0; weight.len()];
    let tasks = parallel::parts(weight.len(), inputs.div_ceil(16));
    let to = Shared::new(&mut turned);
    parallel::for_each(tasks, |task| {
        let range = parallel::part(task, tasks, inputs, 16);
        // SAFETY: the parts' input channels do not overlap.
        let to = unsafe { to.slice(range.start * outputs * 9..range.end * outputs * 9) };
        let (to, _) = to.as_chunks_mut::<9>();
        for first in range.clone().step_by(16) {
            let few = first..range.end.min(first + 16);
            for output in 0..outputs {
                let (windows, _) = weight[(output * inputs + few.start) * 9..].as_chunks::<9>();
                for (input, window) in few.clone().zip(windows) {
                    let mut window = *window;
                    window.reverse();
                    to[(input - range.start) * outputs + output] = window;
                }
            }
        }
    });
    turned
}

/// The gradient of a convolution with stride 2 at the size of its input: each element where its window's middle was, zeros between.
fn spread(gradient: &[f32], shape: &ConvShape) -> Vec<f32> {
    let (width, offset) = (shape.output_width(), 1 - shape.kernel.padding());
    let plane = shape.height * shape.width;
    let planes = shape.batch * shape.out_channels;
    let mut spread = vec![0.0; planes * plane];
    let tasks = parallel::parts(spread.len(), planes);
    let to = Shared::new(&mut spread);
    parallel::for_each(tasks, |task| {
        for index in parallel::part(task, tasks, planes, 1) {
            // SAFETY: the parts' planes do not overlap.
            let to = unsafe { to.slice(index * plane..(index + 1) * plane) };
            let from = &gradient[index * shape.output_area()..][..shape.output_area()];
            for (y, row) in from.chunks_exact(width.max(1)).enumerate() {
                let to = &mut to[(2 * y + offset) * shape.width + offset..];
                for (to, value) in to.iter_mut().step_by(2).zip(row) {
                    *to = *value;
                }
            }
        }
    });
    spread
}

/// The sums of the squares of 2x2 pixels: the gradient of an enlargement to rows of twice `width`.
fn sum_squares(enlarged: &[f32], width: usize, out: &mut [f32]) {
    let rows = out.len() / width.max(1);
    let tasks = parallel::parts(enlarged.len(), rows);
    let out = Shared::new(out);
    parallel::for_each(tasks, |task| {
        let rows = parallel::part(task, tasks, rows, 1);
        // SAFETY: the parts' rows do not overlap.
        let out = unsafe { out.slice(rows.start * width..rows.end * width) };
        let from = &enlarged[rows.start * 4 * width..rows.end * 4 * width];
        for (out, pair) in out.chunks_exact_mut(width).zip(from.chunks_exact(4 * width)) {
            let (upper, lower) = pair.split_at(2 * width);
            let (upper, lower) = (upper.as_chunks::<2>().0, lower.as_chunks::<2>().0);
            for ((out, upper), lower) in out.iter_mut().zip(upper).zip(lower) {
                *out = (upper[0] + upper[1]) + (lower[0] + lower[1]);
            }
        }
    });
}

/// The gradient of the weights, `[out_channels, in_channels, window]` into `out`, from the input and the gradient of the output.
///
/// # Panics
/// When the lengths do not agree with `shape`.
pub fn weight_gradient(gradient: &[f32], x: &[f32], shape: &ConvShape, out: &mut [f32]) {
    assert_eq!(
        gradient.len(),
        shape.output_len(),
        "the gradient of a convolution does not have its output's shape"
    );
    assert_eq!(
        x.len(),
        shape.batch * shape.in_channels * shape.height * shape.width,
        "the input of a convolution does not have its shape"
    );
    assert_eq!(
        out.len(),
        shape.out_channels * shape.depth(),
        "the weights' gradient has another size"
    );
    out.fill(0.0);
    let cuts = shape.in_channels.div_ceil(CHANNELS);
    let tasks = parallel::parts(out.len() * shape.batch * shape.output_area() / 8, cuts);
    let out = Shared::new(out);
    parallel::for_each(tasks, |task| {
        for cut in parallel::part(task, tasks, cuts, 1) {
            let channels = parallel::part(cut, cuts, shape.in_channels, 1);
            weights_of(gradient, x, shape, &channels, &out);
        }
    });
}

/// The part of [`weight_gradient`] for the input channels `channels`.
fn weights_of(gradient: &[f32], x: &[f32], shape: &ConvShape, channels: &Range<usize>, out: &Shared) {
    let (area, taps) = (shape.output_area(), shape.kernel.taps());
    if area == 0 || channels.is_empty() {
        return;
    }
    let pictures = (PIXELS / area).clamp(1, shape.batch.max(1));
    let (rows, most) = (channels.len() * taps, pictures * area);
    scratch::with((rows + shape.out_channels) * most, |buffer| {
        let (windows, gathered) = buffer.split_at_mut(rows * most);
        for first in (0..shape.batch).step_by(pictures) {
            let batch = first..shape.batch.min(first + pictures);
            let pixels = batch.len() * area;
            for (i, picture) in batch.clone().enumerate() {
                for (row, gradient) in gradient[picture * shape.out_channels * area..]
                    .chunks_exact(area)
                    .take(shape.out_channels)
                    .enumerate()
                {
                    gathered[row * pixels + i * area..][..area].copy_from_slice(gradient);
                }
                for (c, channel) in channels.clone().enumerate() {
                    let plane = shape.height * shape.width;
                    let input = &x[(picture * shape.in_channels + channel) * plane..][..plane];
                    for tap in 0..taps {
                        shifted(
                            input,
                            shape,
                            tap,
                            &mut windows[(c * taps + tap) * pixels + i * area..][..area],
                        );
                    }
                }
            }
            let gathered = Matrix::new(gathered, shape.out_channels, pixels, pixels);
            let windows = Matrix::new(windows, rows, pixels, pixels).transposed();
            let to = [channels.start * taps, shape.depth()];
            // SAFETY: each input channel's weights belong to one task only.
            unsafe { matrix::multiply(gathered, windows, 1.0, Old::Kept, out, to) };
        }
    });
}

/// What element `tap` of the window sees of one channel at every pixel of the output.
fn shifted(input: &[f32], shape: &ConvShape, tap: usize, out: &mut [f32]) {
    if shape.kernel == Kernel::Pointwise {
        return out.copy_from_slice(input);
    }
    let (stride, repeat, padding) = (shape.kernel.stride(), shape.kernel.repeat(), shape.kernel.padding());
    let (height, width) = (shape.height * repeat, shape.width * repeat);
    let (down, right) = (tap / 3, tap % 3);
    for (y, row) in out.chunks_exact_mut(shape.output_width()).enumerate() {
        let Some(from) = (y * stride + down).checked_sub(padding).filter(|y| *y < height) else {
            row.fill(0.0);
            continue;
        };
        let from = &input[from / repeat * shape.width..][..shape.width];
        if stride == 1 && repeat == 1 {
            match right {
                0 => {
                    row[0] = 0.0;
                    row[1..].copy_from_slice(&from[..width - 1]);
                }
                1 => row.copy_from_slice(from),
                _ => {
                    row[..width - 1].copy_from_slice(&from[1..]);
                    row[width - 1] = 0.0;
                }
            }
            continue;
        }
        for (x, value) in row.iter_mut().enumerate() {
            let column = (x * stride + right).checked_sub(padding).filter(|x| *x < width);
            *value = column.map_or(0.0, |x| from[x / repeat]);
        }
    }
}

/// The sum of each channel of `x` `[batch, channels, area]` into `out` `[channels]`: the bias's gradient.
pub fn sum_of_channels(x: &[f32], area: usize, out: &mut [f32]) {
    let channels = out.len();
    out.fill(0.0);
    for picture in x.chunks_exact((channels * area).max(1)) {
        for (sum, values) in out.iter_mut().zip(picture.chunks_exact(area)) {
            let (lanes, rest) = values.as_chunks::<16>();
            let mut sums = [0.0; 16];
            for lane in lanes {
                for i in 0..16 {
                    sums[i] += lane[i];
                }
            }
            *sum += sums.iter().sum::<f32>() + rest.iter().sum::<f32>();
        }
    }
}
