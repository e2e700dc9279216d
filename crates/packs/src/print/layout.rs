//! Where stickers lie on the pages.

use super::request::{DOTS, SheetRequest, dots};
use crate::Error;

/// Equal cells in rows, centred inside the margin. In dots from the upper left corner of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The paper.
    pub(super) page: (u32, u32),
    /// What stays free around the sheet.
    pub(super) margin: u32,
    /// The longer side of a sticker.
    pub(super) sticker: u32,
    /// What is around a sticker in its cell.
    pub(super) reach: u32,
    columns: u32,
    rows: u32,
    gap: u32,
}

impl Layout {
    pub(super) fn new(request: &SheetRequest) -> Result<Self, Error> {
        request.check()?;
        let (width, height) = request.paper.size();
        let mut layout = Self {
            page: ((width * DOTS).round() as u32, (height * DOTS).round() as u32),
            margin: dots(request.margin_mm),
            sticker: dots(request.sticker_mm),
            reach: request.reach(),
            gap: dots(request.gap_mm),
            columns: 0,
            rows: 0,
        };
        let (width, height) = layout.room();
        let fit = |room: u32| (room + layout.gap) / (layout.cell() + layout.gap);
        (layout.columns, layout.rows) = (fit(width), fit(height));
        if layout.columns == 0 || layout.rows == 0 {
            let most = f64::from(width.min(height).saturating_sub(2 * layout.reach)) / DOTS;
            return Err(Error::Usage(format!(
                "a sticker of {} mm does not fit on the paper; with these margins it can have {} mm",
                request.sticker_mm,
                most.floor()
            )));
        }
        Ok(layout)
    }

    /// A side of a cell.
    pub(super) fn cell(&self) -> u32 {
        self.sticker + 2 * self.reach
    }

    /// How many cells a page has.
    pub(super) fn per_page(&self) -> u32 {
        self.columns * self.rows
    }

    /// The upper left corner of a page's cell, by its place from 0.
    pub(super) fn corner(&self, place: u32) -> (u32, u32) {
        let (width, height) = self.room();
        let pitch = self.cell() + self.gap;
        let begin = |room: u32, count: u32| self.margin + (room - (count * pitch - self.gap)) / 2;
        (
            begin(width, self.columns) + place % self.columns * pitch,
            begin(height, self.rows) + place / self.columns * pitch,
        )
    }

    /// The size of the part inside the margin.
    fn room(&self) -> (u32, u32) {
        (
            self.page.0.saturating_sub(2 * self.margin),
            self.page.1.saturating_sub(2 * self.margin),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::print::request::{Cut, Marks, PaperSize};

    #[test]
    fn an_a4_page_at_300_dpi_holds_three_times_four_stickers_of_5_cm() {
        let layout = Layout::new(&SheetRequest::default()).unwrap();
        assert_eq!(layout.page, (2480, 3508));
        assert_eq!(layout.per_page(), 12);
        let (x, y) = layout.corner(0);
        let (far_x, far_y) = layout.corner(layout.per_page() - 1);
        assert!(x.abs_diff(2480 - far_x - layout.cell()) <= 1);
        assert!(y.abs_diff(3508 - far_y - layout.cell()) <= 1);
        assert!(x >= layout.margin && y >= layout.margin);
    }

    #[test]
    fn cells_never_overlap_nor_leave_the_margin() {
        for (sticker_mm, gap_mm, cut, paper) in [
            (5.0, 0.0, Cut::Die, PaperSize::A4),
            (61.3, 4.7, Cut::Kiss, PaperSize::Letter),
            (150.0, 0.0, Cut::Die, PaperSize::Letter),
        ] {
            let request = SheetRequest {
                paper,
                sticker_mm,
                gap_mm,
                cut,
                ..SheetRequest::default()
            };
            let layout = Layout::new(&request).unwrap();
            let corners: Vec<_> = (0..layout.per_page()).map(|place| layout.corner(place)).collect();
            for (place, (x, y)) in corners.iter().enumerate() {
                assert!(*x >= layout.margin && x + layout.cell() + layout.margin <= layout.page.0);
                assert!(*y >= layout.margin && y + layout.cell() + layout.margin <= layout.page.1);
                let apart = |other: &(u32, u32)| x.abs_diff(other.0).max(y.abs_diff(other.1)) >= layout.cell();
                assert!(corners[..place].iter().all(apart));
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_would() {
        let refused = |request: SheetRequest| Layout::new(&request).unwrap_err().to_string();
        let request = SheetRequest {
            sticker_mm: 200.0,
            ..SheetRequest::default()
        };
        assert!(refused(request).contains("it can have 185 mm"), "{}", refused(request));
        assert!(
            Layout::new(&SheetRequest {
                sticker_mm: 185.0,
                ..request
            })
            .is_ok()
        );
        assert!(
            refused(SheetRequest {
                sticker_mm: f32::NAN,
                ..request
            })
            .contains("NaN")
        );
        let narrow = SheetRequest {
            margin_mm: 2.0,
            ..SheetRequest::default()
        };
        assert!(refused(narrow).contains("6 mm"));
        assert!(
            Layout::new(&SheetRequest {
                marks: Marks::None,
                ..narrow
            })
            .is_ok()
        );
    }
}
