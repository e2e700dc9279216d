//! The standard normal distribution.

/// Its distribution function, by the series of Marsaglia (2004, "Evaluating the Normal Distribution", Journal of
/// Statistical Software 11): exact to about 1e-15, absolute.
pub(super) fn cdf(x: f64) -> f64 {
    if x.abs() > 8.5 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut sum, mut term, mut odd, mut last) = (x, x, 1.0, 0.0);
    while sum != last {
        last = sum;
        odd += 2.0;
        term *= x * x / odd;
        sum += term;
    }
    // Rounding must not leave [0, 1].
    (0.5 + sum * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()).clamp(0.0, 1.0)
}

/// Its quantile of a probability: algorithm AS 241, PPND16 (Wichura 1988), about 16 digits. Infinite at 0 and 1.
pub(super) fn quantile(probability: f64) -> f64 {
    let centred = probability - 0.5;
    if centred.abs() <= 0.425 {
        return centred * ratio(0.180625 - centred * centred, &MIDDLE);
    }
    let tail = probability.min(1.0 - probability);
    if tail <= 0.0 {
        return f64::INFINITY.copysign(centred);
    }
    let root = (-tail.ln()).sqrt();
    let size = if root <= 5.0 {
        ratio(root - 1.6, &NEAR)
    } else {
        ratio(root - 5.0, &FAR)
    };
    size.copysign(centred)
}

/// Coefficients of numerator and denominator, the lowest power first.
type Rational = [[f64; 8]; 2];

fn ratio(x: f64, rational: &Rational) -> f64 {
    let [above, below] = rational.map(|powers| powers.iter().rev().fold(0.0, |sum, factor| sum * x + factor));
    above / below
}

#[expect(clippy::excessive_precision, reason = "as published")]
const MIDDLE: Rational = [
    [
        3.387_132_872_796_366_608,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ],
    [
        1.0,
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_3,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_61,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561,
    ],
];
#[expect(clippy::excessive_precision, reason = "as published")]
const NEAR: Rational = [
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_7e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_4e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        6.897_673_349_851_000_045_5e-1,
        1.481_039_764_274_800_745_9e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];
#[expect(clippy::excessive_precision, reason = "as published")]
const FAR: Rational = [
    [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        2.965_605_718_285_048_912_3e-1,
        2.653_218_952_657_612_309_3e-2,
        1.242_660_947_388_078_438_6e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_9e-1,
        1.369_298_809_227_358_053_1e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn both_functions_are_those_of_scipy() {
        let quantiles: Vec<f64> = fixture::numbers("normal", "probabilities")
            .into_iter()
            .map(quantile)
            .collect();
        for (found, scipy) in quantiles.iter().zip(fixture::numbers("normal", "quantiles")) {
            assert!(
                (found - scipy).abs() <= 4e-15 * scipy.abs(),
                "{found} instead of {scipy}"
            );
        }
        let cdfs: Vec<f64> = fixture::numbers("normal", "points").into_iter().map(cdf).collect();
        fixture::close(&cdfs, &fixture::numbers("normal", "cdf"), 1e-15);
    }

    #[test]
    fn the_ends_are_infinite() {
        assert_eq!([quantile(0.0), quantile(1.0)], [f64::NEG_INFINITY, f64::INFINITY]);
    }
}
