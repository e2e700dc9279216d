//! Pages as PDF 1.7.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::ColorSpaceOperand;
use pdf_writer::writers::ColorSpace;
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

use super::artwork::Artwork;
use super::cut::CutLine;
use super::layout::Layout;
use super::page::marks;
use super::request::{Cut, DPI, Lines, SheetRequest};
use super::sheet::Cell;
use crate::Error;

/// Points (72 an inch) a dot, and a millimetre.
const POINT: f64 = 72.0 / DPI;
const POINTS_A_MM: f64 = 72.0 / 25.4;
/// How thick a cut line is drawn, in points: what plotters' programs call a hairline.
const HAIRLINE: f32 = 0.25;
/// The cut lines' colour where it is shown: magenta.
const MAGENTA: [f32; 4] = [0.0, 1.0, 0.0, 0.0];

const SPOT: Name = Name(b"Cut");
const OVERPRINT: Name = Name(b"Overprint");

/// What can be shown and hidden by itself.
#[derive(Clone, Copy)]
enum Layer {
    Stickers,
    CutLines,
    Marks,
}

impl Layer {
    const ALL: [Self; 3] = [Self::Stickers, Self::CutLines, Self::Marks];

    /// What a person sees.
    fn label(self) -> &'static str {
        match self {
            Self::Stickers => "Stickers",
            Self::CutLines => "Cut lines",
            Self::Marks => "Crop marks",
        }
    }

    /// What a page's content calls it.
    fn name(self) -> Name<'static> {
        Name(match self {
            Self::Stickers => b"Stickers",
            Self::CutLines => b"CutLines",
            Self::Marks => b"Marks",
        })
    }
}

/// A sticker's picture, packed, and where it is cut.
pub(super) struct Image {
    size: (u32, u32),
    corner: (u32, u32),
    colours: Vec<u8>,
    alpha: Vec<u8>,
    lines: Vec<CutLine>,
}

impl Image {
    pub(super) fn new(art: Artwork) -> Result<Self, Error> {
        // Viewers scale colours and alpha each for itself: what is not seen gets the paper's colour, so that no dark rim appears.
        let colours = art.picture.pixels().flat_map(|pixel| match pixel.0 {
            [.., 0] => [u8::MAX; 3],
            [red, green, blue, _] => [red, green, blue],
        });
        Ok(Self {
            size: art.picture.dimensions(),
            corner: art.corner,
            colours: packed(&colours.collect::<Vec<_>>())?,
            alpha: packed(&art.picture.pixels().map(|pixel| pixel.0[3]).collect::<Vec<_>>())?,
            lines: art.lines,
        })
    }
}

/// For PDF's FlateDecode.
fn packed(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.map_err(|reason| Error::Internal(format!("could not pack the picture: {reason}")))
}

/// Hands out the numbers of objects.
struct Refs(i32);

impl Refs {
    fn next(&mut self) -> Ref {
        self.0 += 1;
        Ref::new(self.0)
    }

    fn many(&mut self, count: usize) -> Vec<Ref> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// What pages share.
struct Shared {
    tree: Ref,
    spot: Ref,
    overprint: Ref,
    layers: Vec<Ref>,
    images: Vec<Ref>,
}

/// The whole file.
pub(super) fn document(images: &[Image], pages: &[Vec<Cell>], layout: &Layout, request: &SheetRequest) -> Vec<u8> {
    let mut refs = Refs(0);
    let (catalog, info) = (refs.next(), refs.next());
    let shared = Shared {
        tree: refs.next(),
        spot: refs.next(),
        overprint: refs.next(),
        layers: refs.many(Layer::ALL.len()),
        images: refs.many(images.len()),
    };
    let mut pdf = Pdf::new();
    write_catalog(&mut pdf, catalog, &shared);
    pdf.document_info(info)
        .title(TextStr("Sticker sheet"))
        .producer(TextStr("Sticker Studio"));
    write_spot(&mut pdf, &shared, request.cut);
    for (image, id) in images.iter().zip(&shared.images) {
        write_image(&mut pdf, image, *id, refs.next());
    }
    let ids = refs.many(pages.len());
    pdf.pages(shared.tree)
        .kids(ids.iter().copied())
        .count((ids.len() as u32).cast_signed());
    for (cells, id) in pages.iter().zip(ids) {
        let content = refs.next();
        write_page(&mut pdf, (id, content), &shared, cells, request);
        pdf.stream(content, &draw(images, cells, layout, request));
    }
    pdf.finish()
}

/// The document with its layers (optional content, PDF 1.7, 8.11).
fn write_catalog(pdf: &mut Pdf, id: Ref, shared: &Shared) {
    let mut catalog = pdf.catalog(id);
    catalog.pages(shared.tree);
    let mut layers = catalog.insert(Name(b"OCProperties")).dict();
    layers
        .insert(Name(b"OCGs"))
        .array()
        .items(shared.layers.iter().copied());
    let mut shown = layers.insert(Name(b"D")).dict();
    shown.pair(Name(b"Name"), TextStr("Layers"));
    shown
        .insert(Name(b"Order"))
        .array()
        .items(shared.layers.iter().copied());
    shown.finish();
    layers.finish();
    catalog.finish();
    for (shown, id) in Layer::ALL.iter().zip(&shared.layers) {
        let mut layer = pdf.indirect(*id).dict();
        layer.pair(Name(b"Type"), Name(b"OCG"));
        layer.pair(Name(b"Name"), TextStr(shown.label()));
    }
}

/// The spot colour, and the state in which its lines leave the picture below them as it is.
fn write_spot(pdf: &mut Pdf, shared: &Shared, cut: Cut) {
    let name = match cut {
        Cut::Kiss => Name(b"CutContour"),
        Cut::Die => Name(b"PerfCutContour"),
    };
    let mut separation = pdf.indirect(shared.spot).start::<ColorSpace<'_>>().separation(name);
    separation.alternate_color_space().device_cmyk();
    let mut tint = separation.tint_exponential();
    tint.n(1.0)
        .domain([0.0, 1.0])
        .c0([0.0; 4])
        .c1(MAGENTA)
        .range([0.0, 1.0].repeat(4));
    tint.finish();
    separation.finish();
    pdf.ext_graphics(shared.overprint).overprint(true);
}

fn write_image(pdf: &mut Pdf, image: &Image, id: Ref, mask_id: Ref) {
    let (width, height) = (image.size.0.cast_signed(), image.size.1.cast_signed());
    let mut colours = pdf.image_xobject(id, &image.colours);
    colours.filter(Filter::FlateDecode);
    colours.width(width).height(height).bits_per_component(8);
    colours.color_space().device_rgb();
    colours.s_mask(mask_id);
    colours.finish();
    let mut mask = pdf.image_xobject(mask_id, &image.alpha);
    mask.filter(Filter::FlateDecode);
    mask.width(width).height(height).bits_per_component(8);
    mask.color_space().device_gray();
}

fn write_page(pdf: &mut Pdf, (id, content): (Ref, Ref), shared: &Shared, cells: &[Cell], request: &SheetRequest) {
    let (width, height) = request.paper.size();
    let points = |mm: f64| (mm * POINTS_A_MM) as f32;
    let margin = f64::from(request.margin_mm);
    let mut page = pdf.page(id);
    page.parent(shared.tree).contents(content);
    page.media_box(Rect::new(0.0, 0.0, points(width), points(height)));
    page.trim_box(Rect::new(
        points(margin),
        points(margin),
        points(width - margin),
        points(height - margin),
    ));
    let mut resources = page.resources();
    let mut images = resources.x_objects();
    for copies in cells.chunk_by(|a, b| a.sticker == b.sticker) {
        let sticker = copies[0].sticker;
        images.pair(Name(image_name(sticker).as_bytes()), shared.images[sticker]);
    }
    images.finish();
    resources.color_spaces().pair(SPOT, shared.spot);
    resources.ext_g_states().pair(OVERPRINT, shared.overprint);
    let mut layers = resources.insert(Name(b"Properties")).dict();
    for (layer, id) in Layer::ALL.iter().zip(&shared.layers) {
        layers.pair(layer.name(), *id);
    }
}

fn image_name(sticker: usize) -> String {
    format!("Sticker{}", sticker + 1)
}

/// What is on a page.
fn draw(images: &[Image], cells: &[Cell], layout: &Layout, request: &SheetRequest) -> Vec<u8> {
    let height = request.paper.size().1 * POINTS_A_MM;
    let mut content = Content::new();
    on_layer(&mut content, Layer::Stickers, |content| {
        for cell in cells {
            let image = &images[cell.sticker];
            let [x, y] = [cell.corner.0 + image.corner.0, cell.corner.1 + image.corner.1].map(f64::from);
            let [wide, high] = [image.size.0, image.size.1].map(|dots| f64::from(dots) * POINT);
            let matrix = [wide, 0.0, 0.0, high, x * POINT, height - y * POINT - high];
            content.save_state().transform(matrix.map(|number| number as f32));
            content
                .x_object(Name(image_name(cell.sticker).as_bytes()))
                .restore_state();
        }
    });
    if request.lines == Lines::Drawn {
        on_layer(&mut content, Layer::CutLines, |content| {
            content.save_state().set_parameters(OVERPRINT).set_line_width(HAIRLINE);
            content
                .set_stroke_color_space(ColorSpaceOperand::Named(SPOT))
                .set_stroke_color([1.0]);
            for cell in cells {
                outline(content, &images[cell.sticker].lines, cell.corner, height);
            }
            content.restore_state();
        });
    }
    on_layer(&mut content, Layer::Marks, |content| {
        for mark in marks(layout, request) {
            let [x, y, wide, high] = mark.map(|mm| mm * POINTS_A_MM);
            content
                .rect(x as f32, (height - y - high) as f32, wide as f32, high as f32)
                .fill_nonzero();
        }
    });
    content.finish().into_vec()
}

fn on_layer(content: &mut Content, layer: Layer, draw: impl FnOnce(&mut Content)) {
    content
        .begin_marked_content_with_properties(Name(b"OC"))
        .properties_named(layer.name());
    draw(content);
    content.end_marked_content();
}

/// A sticker's cut lines.
fn outline(content: &mut Content, lines: &[CutLine], corner: (u32, u32), height: f64) {
    for line in lines {
        for (place, [x, y]) in line.points.iter().enumerate() {
            let x = ((f64::from(*x) + f64::from(corner.0)) * POINT) as f32;
            let y = (height - (f64::from(*y) + f64::from(corner.1)) * POINT) as f32;
            if place == 0 {
                content.move_to(x, y)
            } else {
                content.line_to(x, y)
            };
        }
        content.close_and_stroke();
    }
}
