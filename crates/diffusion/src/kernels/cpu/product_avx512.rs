//! The micro-kernel for AVX-512, 8 rows by 1, 2 or 3 vectors of 16, in assembly. It computes what the portable form in `product.rs` does,
//! to the last bit. The compiler will not keep 24 sums in registers reliably: depending on the code around, it spills them and takes up
//! to twice the time.

use std::arch::asm;

/// `sums[row] = sum over k of a[row][k] * b[k]` for 8 rows and `V` vectors, at most 3. Row r of `a` starts at `a + r * a_stride` and has
/// as many elements as `offsets`; vector v of row k of `b` is at `b[v] + offsets[k]`. Rows of sums are `sums_stride` apart.
///
/// # Safety
/// The processor must have AVX-512F, all elements must be readable and the sums writable.
#[inline]
#[target_feature(enable = "avx512f")]
pub unsafe fn tile<const V: usize>(
    a: *const f32,
    a_stride: usize,
    b: &[*const f32; V],
    offsets: &[u32],
    sums: *mut f32,
    sums_stride: usize,
) {
    let tile = Tile {
        a,
        a_stride,
        offsets,
        sums,
        sums_stride,
    };
    // SAFETY: the caller's promise.
    unsafe {
        match *b.as_slice() {
            [b0] => one_vector(tile, [b0]),
            [b0, b1] => two_vectors(tile, [b0, b1]),
            [b0, b1, b2] => three_vectors(tile, [b0, b1, b2]),
            _ => unreachable!("tiles have one to three vectors"),
        }
    }
}

struct Tile<'a> {
    a: *const f32,
    a_stride: usize,
    offsets: &'a [u32],
    sums: *mut f32,
    sums_stride: usize,
}

/// `factor = a[row][k]`, then `sum += factor * vector` for each pair of a sum and a vector.
macro_rules! row {
    ($k:literal, $base:literal, $rows:literal, $factor:literal, $($sum:literal $vector:literal)*) => {
        concat!(
            "vbroadcastss zmm", $factor, ", dword ptr [{", $base, "}", $rows, " + ", $k, "]\n",
            $("vfmadd231ps zmm", $sum, ", zmm", $factor, ", zmm", $vector, "\n",)*
        )
    };
}

/// Reads the next element of `offsets`.
macro_rules! offset {
    ($k:literal) => {
        concat!("mov {offset:e}, dword ptr [{offsets} + ", $k, "]\n")
    };
}

/// `vector = b[k]`.
macro_rules! vector {
    ($vector:literal, $base:literal) => {
        concat!("vmovups zmm", $vector, ", zmmword ptr [{", $base, "} + 4*{offset}]\n")
    };
}

/// The bodies below: four k at a time, then one at a time. `$step` is a macro that takes the byte offset of k in a row.
macro_rules! body {
    ($step:ident, $([$($sum:literal $place:literal)*])*) => {
        concat!(
            $($("vpxord zmm", $sum, ", zmm", $sum, ", zmm", $sum, "\n",)*)*
            "sub {count}, 4\n",
            "jb 3f\n",
            ".p2align 4\n",
            "2:\n",
            $step!("0"), $step!("4"), $step!("8"), $step!("12"),
            "add {r0}, 16\n", "add {r3}, 16\n", "add {r5}, 16\n", "add {offsets}, 16\n",
            "sub {count}, 4\n",
            "jae 2b\n",
            "3:\n",
            "add {count}, 4\n",
            "je 5f\n",
            "4:\n",
            $step!("0"),
            "add {r0}, 4\n", "add {r3}, 4\n", "add {r5}, 4\n", "add {offsets}, 4\n",
            "dec {count}\n",
            "jne 4b\n",
            "5:\n",
            $(
                $("vmovups zmmword ptr [{sums} + ", $place, "], zmm", $sum, "\n",)*
                "add {sums}, {sums_stride}\n",
            )*
        )
    };
}

/// Runs a body on `$tile`. Rows 0, 3 and 5 have registers; the others are a power of two of strides after one of them.
macro_rules! run {
    ($tile:ident, $body:expr, $($b:ident = $vector:expr),*) => {{
        let stride = $tile.a_stride * size_of::<f32>();
        // SAFETY: the caller promises that the elements are readable and the sums writable. All vector registers are declared lost.
        unsafe {
            asm!(
                $body,
                r0 = inout(reg) $tile.a => _,
                r3 = inout(reg) $tile.a.wrapping_byte_add(3 * stride) => _,
                r5 = inout(reg) $tile.a.wrapping_byte_add(5 * stride) => _,
                stride = in(reg) stride,
                $($b = in(reg) $vector,)*
                offset = out(reg) _,
                offsets = inout(reg) $tile.offsets.as_ptr() => _,
                count = inout(reg) $tile.offsets.len() => _,
                sums = inout(reg) $tile.sums => _,
                sums_stride = in(reg) $tile.sums_stride * size_of::<f32>(),
                out("zmm0") _, out("zmm1") _, out("zmm2") _, out("zmm3") _, out("zmm4") _, out("zmm5") _,
                out("zmm6") _, out("zmm7") _, out("zmm8") _, out("zmm9") _, out("zmm10") _, out("zmm11") _,
                out("zmm12") _, out("zmm13") _, out("zmm14") _, out("zmm15") _, out("zmm16") _, out("zmm17") _,
                out("zmm18") _, out("zmm19") _, out("zmm20") _, out("zmm21") _, out("zmm22") _, out("zmm23") _,
                out("zmm24") _, out("zmm25") _, out("zmm26") _, out("zmm27") _, out("zmm28") _, out("zmm29") _,
                out("zmm30") _, out("zmm31") _,
                options(nostack),
            );
        }
    }};
}

macro_rules! three {
    ($k:literal) => {
        concat!(
            offset!($k), vector!("24", "b0"), vector!("25", "b1"), vector!("26", "b2"),
            row!($k, "r0", "", "27", "0" "24" "1" "25" "2" "26"),
            row!($k, "r0", " + {stride}", "28", "3" "24" "4" "25" "5" "26"),
            row!($k, "r0", " + 2*{stride}", "29", "6" "24" "7" "25" "8" "26"),
            row!($k, "r3", "", "30", "9" "24" "10" "25" "11" "26"),
            row!($k, "r0", " + 4*{stride}", "31", "12" "24" "13" "25" "14" "26"),
            row!($k, "r5", "", "27", "15" "24" "16" "25" "17" "26"),
            row!($k, "r5", " + {stride}", "28", "18" "24" "19" "25" "20" "26"),
            row!($k, "r3", " + 4*{stride}", "29", "21" "24" "22" "25" "23" "26"),
        )
    };
}

macro_rules! two {
    ($k:literal) => {
        concat!(
            offset!($k), vector!("24", "b0"), vector!("25", "b1"),
            row!($k, "r0", "", "27", "0" "24" "1" "25"),
            row!($k, "r0", " + {stride}", "28", "2" "24" "3" "25"),
            row!($k, "r0", " + 2*{stride}", "29", "4" "24" "5" "25"),
            row!($k, "r3", "", "30", "6" "24" "7" "25"),
            row!($k, "r0", " + 4*{stride}", "31", "8" "24" "9" "25"),
            row!($k, "r5", "", "27", "10" "24" "11" "25"),
            row!($k, "r5", " + {stride}", "28", "12" "24" "13" "25"),
            row!($k, "r3", " + 4*{stride}", "29", "14" "24" "15" "25"),
        )
    };
}

macro_rules! one {
    ($k:literal) => {
        concat!(
            offset!($k), vector!("24", "b0"),
            row!($k, "r0", "", "27", "0" "24"),
            row!($k, "r0", " + {stride}", "28", "1" "24"),
            row!($k, "r0", " + 2*{stride}", "29", "2" "24"),
            row!($k, "r3", "", "30", "3" "24"),
            row!($k, "r0", " + 4*{stride}", "31", "4" "24"),
            row!($k, "r5", "", "27", "5" "24"),
            row!($k, "r5", " + {stride}", "28", "6" "24"),
            row!($k, "r3", " + 4*{stride}", "29", "7" "24"),
        )
    };
}

/// Three vectors.
///
/// # Safety
/// As for [`tile`].
#[target_feature(enable = "avx512f")]
unsafe fn three_vectors(tile: Tile, b: [*const f32; 3]) {
    run!(
        tile,
        body!(three, ["0" "0" "1" "64" "2" "128"] ["3" "0" "4" "64" "5" "128"] ["6" "0" "7" "64" "8" "128"] ["9" "0" "10" "64" "11" "128"] ["12" "0" "13" "64" "14" "128"] ["15" "0" "16" "64" "17" "128"] ["18" "0" "19" "64" "20" "128"] ["21" "0" "22" "64" "23" "128"]),
        b0 = b[0],
        b1 = b[1],
        b2 = b[2]
    );
}

/// Two vectors.
///
/// # Safety
/// As for [`tile`].
#[target_feature(enable = "avx512f")]
unsafe fn two_vectors(tile: Tile, b: [*const f32; 2]) {
    run!(
        tile,
        body!(two, ["0" "0" "1" "64"] ["2" "0" "3" "64"] ["4" "0" "5" "64"] ["6" "0" "7" "64"] ["8" "0" "9" "64"] ["10" "0" "11" "64"] ["12" "0" "13" "64"] ["14" "0" "15" "64"]),
        b0 = b[0],
        b1 = b[1]
    );
}

/// One vectors.
///
/// # Safety
/// As for [`tile`].
#[target_feature(enable = "avx512f")]
unsafe fn one_vector(tile: Tile, b: [*const f32; 1]) {
    run!(
        tile,
        body!(one, ["0" "0"] ["1" "0"] ["2" "0"] ["3" "0"] ["4" "0"] ["5" "0"] ["6" "0"] ["7" "0"]),
        b0 = b[0]
    );
}
