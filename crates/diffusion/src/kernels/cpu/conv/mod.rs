//! 2-D convolutions of the kinds that diffusion models use, as implicit matrix products: the weights are read where they are, and
//! the input is laid out a few channels at a time in the cache. Nothing of the size of an im2col matrix exists.

mod block;
mod columns;
mod direct;
pub mod gradients;
mod winograd;

pub use direct::conv2d;

/// The convolutions known here. "Padded" is by zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// 1x1, stride 1.
    Pointwise,
    /// 3x3, stride 1, padded by 1.
    Same,
    /// 3x3 padded by 1 over the input enlarged twice (nearest): diffusers' `Upsample2D`.
    Upsampled,
    /// 3x3, stride 2, padded by 1: `Downsample2D` of the U-Net.
    Strided,
    /// 3x3, stride 2, padded by 1 at the right and the bottom only: `Downsample2D` of the autoencoder.
    StridedEndPadded,
}

impl Kernel {
    /// Elements of the window.
    pub fn taps(self) -> usize {
        if self == Self::Pointwise { 1 } else { 9 }
    }

    fn stride(self) -> usize {
        if matches!(self, Self::Strided | Self::StridedEndPadded) {
            2
        } else {
            1
        }
    }

    /// How many times each input row and column is repeated.
    fn repeat(self) -> usize {
        if self == Self::Upsampled { 2 } else { 1 }
    }

    /// Zeros before the first row and column.
    fn padding(self) -> usize {
        usize::from(!matches!(self, Self::Pointwise | Self::StridedEndPadded))
    }

    /// Height or width of the output, from that of the input.
    pub fn output_size(self, input: usize) -> usize {
        match self {
            Self::Pointwise | Self::Same => input,
            Self::Upsampled => 2 * input,
            Self::Strided => input.div_ceil(2),
            Self::StridedEndPadded => input / 2,
        }
    }
}

/// Sizes of a convolution's input `[batch, in_channels, height, width]` and of its output.
#[derive(Clone, Copy, Debug)]
pub struct ConvShape {
    /// The window and how it moves.
    pub kernel: Kernel,
    /// Pictures.
    pub batch: usize,
    /// Channels of the input.
    pub in_channels: usize,
    /// Channels of the output.
    pub out_channels: usize,
    /// Of the input.
    pub height: usize,
    /// Of the input.
    pub width: usize,
}

impl ConvShape {
    /// Height of the output.
    pub fn output_height(&self) -> usize {
        self.kernel.output_size(self.height)
    }

    /// Width of the output.
    pub fn output_width(&self) -> usize {
        self.kernel.output_size(self.width)
    }

    /// Elements of one channel of the output.
    pub fn output_area(&self) -> usize {
        self.output_height() * self.output_width()
    }

    /// Elements of the whole output.
    pub fn output_len(&self) -> usize {
        self.batch * self.out_channels * self.output_area()
    }

    /// Elements of one output channel's weights.
    fn depth(&self) -> usize {
        self.in_channels * self.kernel.taps()
    }
}

/// What a convolution reads besides its input.
#[derive(Clone, Copy, Debug)]
pub struct ConvParameters<'a> {
    /// `[out_channels, in_channels, window]`, PyTorch's layout.
    pub weight: &'a [f32],
    /// `[out_channels]`.
    pub bias: Option<&'a [f32]>,
    /// Added to the result, of its shape.
    pub residual: Option<&'a [f32]>,
}

#[cfg(test)]
mod tests;
