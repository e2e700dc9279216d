//! Oklab (Ottosson 2020), a space in which distances are about as large as differences look.

/// Linear-light sRGB components, 0 to 1, to lightness 0 to 1 and the two axes green-red and blue-yellow, about -0.4 to 0.4.
pub(crate) fn from_linear([r, g, b]: [f32; 3]) -> [f32; 3] {
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// The inverse of [`from_linear`]; components can lie outside of 0 to 1 where sRGB has no such colour.
pub(crate) fn to_linear([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let cube = |root: f32| root * root * root;
    let l = cube(lightness + 0.396_337_78 * a + 0.215_803_76 * b);
    let m = cube(lightness - 0.105_561_346 * a - 0.063_854_17 * b);
    let s = cube(lightness - 0.089_484_18 * a - 1.291_485_5 * b);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
}

/// An sRGB colour in Oklab.
pub(crate) fn from_srgb(color: [u8; 3]) -> [f32; 3] {
    from_linear(color.map(crate::linear::to_linear))
}

/// The square of the distance.
pub(crate) fn distance_squared(one: [f32; 3], other: [f32; 3]) -> f32 {
    (0..3).map(|axis| (one[axis] - other[axis]).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of <https://bottosson.github.io/posts/oklab/> and the values of the CSS Color 4 specification for its primaries.
    #[test]
    fn known_colours_have_their_published_values() {
        for (color, expected) in [
            ([255, 255, 255], [1.0, 0.0, 0.0]),
            ([255, 0, 0], [0.627_955, 0.224_863, 0.125_846]),
            ([0, 255, 0], [0.866_440, -0.233_888, 0.179_498]),
            ([0, 0, 255], [0.452_014, -0.032_457, -0.311_528]),
        ] {
            assert!(distance_squared(from_srgb(color), expected) < 1e-8, "{color:?}");
        }
    }

    #[test]
    fn colours_survive_the_way_there_and_back() {
        for color in [[0.0, 0.0, 0.0], [1.0, 0.5, 0.02], [0.3, 0.9, 1.0]] {
            assert!(
                distance_squared(to_linear(from_linear(color)), color) < 1e-9,
                "{color:?}"
            );
        }
    }
}
