//! Products of matrices with any strides, by the gemm crate, one thread each: what backward passes need beside the layers' own kernels.
//!
//! gemm cuts its sums by their length only, so a part of a product has the same bits whichever thread computes it.

use super::parallel::{self, Shared};
use gemm::{Parallelism, gemm};
use std::ops::Range;

/// Columns of a product that one task computes. Fixed: the cut must not depend on the number of threads.
const COLUMNS: usize = 96;

/// A matrix of f32 read from a slice.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Rows of `columns` elements, `stride` apart.
    ///
    /// # Panics
    /// When `values` is too short.
    pub fn new(values: &'a [f32], rows: usize, columns: usize, stride: usize) -> Self {
        assert!(
            rows == 0 || columns == 0 || values.len() >= (rows - 1) * stride + columns,
            "the values of a matrix do not reach its last element"
        );
        Self {
            values,
            rows,
            columns,
            row_stride: stride,
            column_stride: 1,
        }
    }

    /// The same values with rows and columns exchanged.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    fn columns(self, range: &Range<usize>) -> Self {
        let start = (range.start * self.column_stride).min(self.values.len());
        Self {
            values: &self.values[start..],
            columns: range.len(),
            ..self
        }
    }
}

/// What happens to the old values of a result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Old {
    /// They are replaced.
    Replaced,
    /// The product is added to them.
    Kept,
}

/// `scale · a b` into rows that start at element `start` of `out` and are `stride` apart.
///
/// # Safety
/// As for [`Shared::slice`], for the elements of the result.
///
/// # Panics
/// When the sizes do not agree.
pub unsafe fn multiply(a: Matrix, b: Matrix, scale: f32, old: Old, out: &Shared, [start, stride]: [usize; 2]) {
    assert_eq!(a.columns, b.rows, "the factors of a product do not fit");
    if a.rows == 0 || b.columns == 0 {
        return;
    }
    let to = out.as_ptr(start);
    // Bounds are asserted.
    let _ = out.as_ptr(start + (a.rows - 1) * stride + b.columns);
    // SAFETY: `Matrix` holds its last element, the result is inside `out`, and the caller promises that nobody else uses it.
    unsafe {
        gemm(
            a.rows,
            b.columns,
            a.columns,
            to,
            1,
            stride.cast_signed(),
            old == Old::Kept,
            a.values.as_ptr(),
            a.column_stride.cast_signed(),
            a.row_stride.cast_signed(),
            b.values.as_ptr(),
            b.column_stride.cast_signed(),
            b.row_stride.cast_signed(),
            f32::from(u8::from(old == Old::Kept)),
            scale,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// `scale · a b` into `out`, row-major, on all threads.
///
/// # Panics
/// When the sizes do not agree.
pub fn product(a: Matrix, b: Matrix, scale: f32, old: Old, out: &mut [f32]) {
    assert_eq!(
        out.len(),
        a.rows * b.columns,
        "the result of a product has another size"
    );
    let columns = b.columns;
    let parts = columns.div_ceil(COLUMNS);
    let tasks = parallel::parts(out.len() * a.columns / 8, parts);
    let out = Shared::new(out);
    parallel::for_each(tasks, |task| {
        for part in parallel::part(task, tasks, parts, 1) {
            let range = parallel::part(part, parts, columns, 16);
            // SAFETY: the parts' columns do not overlap.
            unsafe { multiply(a, b.columns(&range), scale, old, &out, [range.start, columns]) };
        }
    });
}

/// `scale · aᵀ b` for `a` `[rows, m]` and `b` `[rows, n]`, `[m, n]` into `out`: a linear layer's weight gradient. The longer side is cut.
///
/// # Panics
/// When the lengths do not agree.
pub fn sum_of_outer_products(a: &[f32], b: &[f32], [rows, m, n]: [usize; 3], scale: f32, out: &mut [f32]) {
    assert!(
        a.len() == rows * m && b.len() == rows * n && out.len() == m * n,
        "an outer product's sizes do not agree"
    );
    let a = Matrix::new(a, rows, m, m).transposed();
    let b = Matrix::new(b, rows, n, n);
    if n >= m {
        return product(a, b, scale, Old::Replaced, out);
    }
    let parts = m.div_ceil(COLUMNS);
    let tasks = parallel::parts(out.len() * rows / 8, parts);
    let out = Shared::new(out);
    parallel::for_each(tasks, |task| {
        for part in parallel::part(task, tasks, parts, 1) {
            let range = parallel::part(part, parts, m, 16);
            let a = a.transposed().columns(&range).transposed();
            // SAFETY: the parts' rows do not overlap.
            unsafe { multiply(a, b, scale, Old::Replaced, &out, [range.start * n, n]) };
        }
    });
}

/// The transpose of `from` `[rows, columns]`.
///
/// # Panics
/// When `from` has another length.
pub fn transposed(from: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    assert_eq!(from.len(), rows * columns, "a matrix to transpose has another size");
    let mut out = vec![0.0; from.len()];
    let parts = parallel::parts(from.len() / 2, columns.div_ceil(16));
    let shared = Shared::new(&mut out);
    parallel::for_each(parts, |i| {
        let range = parallel::part(i, parts, columns, 16);
        if range.is_empty() || rows == 0 {
            return;
        }
        // SAFETY: the parts' rows of the result do not overlap.
        let to = unsafe { shared.slice(range.start * rows..range.end * rows) };
        super::transpose::transpose(&from[range.start..], columns, rows, range.len(), to, rows, rows);
    });
    out
}

/// The sum of all rows of `x` `[rows, columns]`, one after the other.
///
/// # Panics
/// When the lengths do not agree.
pub fn sum_of_rows(x: &[f32], out: &mut [f32]) {
    out.fill(0.0);
    for row in x.chunks_exact(out.len().max(1)) {
        out.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::test_values::{assert_close, values},
        *,
    };

    #[test]
    fn products_are_those_of_scalar_sums() {
        for [m, n, k] in [[1, 1, 1], [3, 5, 7], [16, 200, 33], [200, 16, 40], [130, 97, 64]] {
            let (a, b) = (values(k * m, 1), values(k * n, 2));
            let mut expected = vec![0.0; m * n];
            for i in 0..m {
                for j in 0..n {
                    let sum: f64 = (0..k).map(|l| f64::from(a[l * m + i]) * f64::from(b[l * n + j])).sum();
                    expected[i * n + j] = (0.5 * sum) as f32;
                }
            }
            let mut out = vec![f32::NAN; m * n];
            sum_of_outer_products(&a, &b, [k, m, n], 0.5, &mut out);
            assert_close(&out, &expected, 1e-5, 1e-5);
            let a = transposed(&a, k, m);
            let twice: Vec<f32> = expected.iter().map(|value| 2.0 * value).collect();
            product(
                Matrix::new(&a, m, k, k),
                Matrix::new(&b, k, n, n),
                0.5,
                Old::Kept,
                &mut out,
            );
            assert_close(&out, &twice, 1e-5, 1e-5);
        }
    }

    #[test]
    fn rows_are_summed() {
        let mut out = [f32::NAN; 3];
        sum_of_rows(&[1.0, 2.0, 3.0, 10.0, 20.0, 30.0], &mut out);
        assert_eq!(out, [11.0, 22.0, 33.0]);
    }
}
