//! What an encoder says about pictures.

use nalgebra::DMatrix;

use super::Error;

/// The features of a set of pictures: one row each, all of one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    width: usize,
    values: Vec<f32>,
}

impl Features {
    /// From values row by row, `[pictures, width]`.
    pub fn new(width: usize, values: Vec<f32>) -> Result<Self, Error> {
        if width == 0 || !values.len().is_multiple_of(width) {
            return Err(Error::Width {
                expected: width,
                found: values.len(),
            });
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Error::NotFinite("the features"));
        }
        Ok(Self { width, values })
    }

    /// From one vector a picture.
    pub fn from_rows<R: AsRef<[f32]>>(rows: &[R]) -> Result<Self, Error> {
        let width = rows.first().map_or(0, |row| row.as_ref().len());
        if rows.is_empty() {
            return Err(Error::TooFew {
                what: "pictures",
                needed: 1,
                found: 0,
            });
        }
        if let Some(other) = rows.iter().find(|row| row.as_ref().len() != width) {
            return Err(Error::Width {
                expected: width,
                found: other.as_ref().len(),
            });
        }
        Self::new(width, rows.iter().flat_map(AsRef::as_ref).copied().collect())
    }

    /// How many pictures.
    pub fn len(&self) -> usize {
        self.values.len() / self.width
    }

    /// Whether there is no picture.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// How many numbers describe a picture.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The features of each picture.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.values.chunks_exact(self.width)
    }

    /// The features of one picture. `None` beyond the last.
    pub fn row(&self, index: usize) -> Option<&[f32]> {
        self.values.get(index * self.width..(index + 1) * self.width)
    }

    /// `[pictures, width]` in double precision.
    pub(super) fn matrix(&self) -> DMatrix<f64> {
        DMatrix::from_row_iterator(
            self.len(),
            self.width,
            self.values.iter().map(|value| f64::from(*value)),
        )
    }

    pub(super) fn at_least(&self, needed: usize) -> Result<(), Error> {
        let (what, found) = ("pictures", self.len());
        if found < needed {
            return Err(Error::TooFew { what, needed, found });
        }
        Ok(())
    }

    pub(super) fn same_width(&self, other: usize) -> Result<(), Error> {
        if self.width != other {
            return Err(Error::Width {
                expected: other,
                found: self.width,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_given() {
        let features = Features::from_rows(&[[1.0, 2.0], [3.0, 4.0]]).unwrap();
        assert_eq!((features.len(), features.width()), (2, 2));
        assert_eq!(features.row(1), Some([3.0, 4.0].as_slice()));
        assert_eq!(features.row(2), None);
        assert_eq!(features.matrix()[(0, 1)], 2.0);
    }

    #[test]
    fn what_no_encoder_writes_is_refused_with_a_sentence() {
        let uneven = Features::from_rows(&[vec![1.0], vec![1.0, 2.0]]).unwrap_err();
        assert_eq!(uneven, Error::Width { expected: 1, found: 2 });
        let broken = Features::new(1, vec![f32::NAN]).unwrap_err().to_string();
        assert_eq!(
            broken,
            "the features hold a number that is not finite; the model that made them is broken"
        );
        assert!(Features::new(0, vec![]).is_err());
        assert!(Features::from_rows::<Vec<f32>>(&[]).is_err());
    }
}
