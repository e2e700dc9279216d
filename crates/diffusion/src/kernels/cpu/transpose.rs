//! Transposition of a few rows into a panel, for the vector side of a product.

#[cfg(target_arch = "x86_64")]
use super::transpose_avx512;
use pulp::{Arch, Simd, WithSimd};

/// Edge of the squares that are transposed in registers.
const SQUARE: usize = 16;

struct Panel<'a> {
    from: &'a [f32],
    stride: usize,
    rows: usize,
    columns: usize,
    to: &'a mut [f32],
    pitch: usize,
}

impl WithSimd for Panel<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            from,
            stride,
            rows,
            columns,
            to,
            pitch,
        } = self;
        let (whole_rows, whole_columns) = (rows - rows % SQUARE, columns - columns % SQUARE);
        for r in (0..whole_rows).step_by(SQUARE) {
            for c in (0..whole_columns).step_by(SQUARE) {
                square::<S>(&from[r * stride + c..], stride, &mut to[c * pitch + r..], pitch);
            }
            one_by_one(from, stride, to, pitch, r..r + SQUARE, whole_columns..columns);
        }
        one_by_one(from, stride, to, pitch, whole_rows..rows, 0..columns);
    }
}

#[inline(always)]
fn square<S: Simd>(from: &[f32], stride: usize, to: &mut [f32], pitch: usize) {
    assert!(from.len() >= (SQUARE - 1) * stride + SQUARE && to.len() >= (SQUARE - 1) * pitch + SQUARE);
    #[cfg(target_arch = "x86_64")]
    if S::F32_LANES == SQUARE {
        // SAFETY: vectors of 16 mean AVX-512, and the slices are long enough (asserted).
        return unsafe { transpose_avx512::square(from.as_ptr(), stride, to.as_mut_ptr(), pitch) };
    }
    // Whole rows as arrays of constant size: only then the compiler makes shuffles of this.
    let mut square = [[0.0; SQUARE]; SQUARE];
    for i in 0..SQUARE {
        let row = from[i * stride..].first_chunk::<SQUARE>().unwrap_or(&[0.0; SQUARE]);
        for j in 0..SQUARE {
            square[j][i] = row[j];
        }
    }
    for (j, row) in square.iter().enumerate() {
        to[j * pitch..][..SQUARE].copy_from_slice(row);
    }
}

#[inline(always)]
fn one_by_one(
    from: &[f32],
    stride: usize,
    to: &mut [f32],
    pitch: usize,
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
) {
    for r in rows {
        for c in columns.clone() {
            to[c * pitch + r] = from[r * stride + c];
        }
    }
}

/// Writes `from[r * stride + c]` to `to[c * pitch + r]` for all `rows` and `columns`, and zeros for r from `rows` to `padded`.
pub fn transpose(
    from: &[f32],
    stride: usize,
    rows: usize,
    columns: usize,
    to: &mut [f32],
    pitch: usize,
    padded: usize,
) {
    Arch::new().dispatch(Panel {
        from,
        stride,
        rows,
        columns,
        to,
        pitch,
    });
    if padded > rows {
        for column in to.chunks_mut(pitch).take(columns) {
            column[rows..padded].fill(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::test_values::values, *};

    #[test]
    fn every_element_goes_to_its_place() {
        for (rows, columns) in [(1, 1), (3, 20), (16, 16), (48, 40), (17, 33), (5, 16)] {
            let (stride, pitch, padded) = (columns + 3, 50, rows + 2);
            let from = values(rows * stride, 1);
            let mut to = vec![f32::NAN; columns * pitch];
            transpose(&from, stride, rows, columns, &mut to, pitch, padded);
            for (c, column) in to.chunks(pitch).enumerate() {
                for (r, value) in column.iter().enumerate() {
                    match r {
                        r if r < rows => assert_eq!(*value, from[r * stride + c]),
                        r if r < padded => assert_eq!(*value, 0.0),
                        _ => assert!(value.is_nan()),
                    }
                }
            }
        }
    }
}
