//! A picture on the GPU while effects change it.
//!
//! ```text
//! frame.width(), frame.height()
//! frame.picture() -> Buffer                                    the picture: vec4<f32> per pixel; never write to it
//! frame.run(&shaders::NAME, &uniforms, &[&input, ..], [w, h]) -> Result<Buffer>        a new output of w * h elements
//! frame.run_into(&shaders::NAME, &uniforms, &[&input, ..], &output, [w, h])            the same into a buffer that exists
//! frame.storage(bytes) -> Result<Buffer>                       zeroed
//! frame.upload(&[T]) -> Result<Buffer>
//! frame.read::<T>(&buffer) -> Result<Vec<T>>                   waits for the GPU: avoid
//! frame.set(buffer, width, height)                             the picture from now on
//! ```

use wgpu::{Buffer, BufferDescriptor, BufferUsages, CommandEncoder, ComputePassDescriptor, SubmissionIndex};

use super::{Gpu, Shader, Uniforms};
use crate::Error;
#[cfg(test)]
use crate::Linear;

/// A picture in a storage buffer: `vec4<f32>` per pixel, linear light, premultiplied. Clones share the memory.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// `width * height` of `vec4<f32>`.
    pub buffer: Buffer,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// A picture that passes change. Dispatches are collected and handed to the GPU by [`Frame::finish`] or a read.
pub(crate) struct Frame<'gpu> {
    gpu: &'gpu mut Gpu,
    picture: Picture,
    encoder: CommandEncoder,
}

impl<'gpu> Frame<'gpu> {
    /// Begins with this picture, which stays as it is: passes write to other buffers.
    pub(crate) fn new(gpu: &'gpu mut Gpu, picture: Picture) -> Self {
        let encoder = gpu
            .device()
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        Self { gpu, picture, encoder }
    }

    /// Begins with pixels of the CPU.
    #[cfg(test)]
    pub(crate) fn from_linear(gpu: &'gpu mut Gpu, picture: &Linear) -> Result<Self, Error> {
        let buffer = gpu.upload(&picture.pixels)?;
        let (width, height) = (picture.width, picture.height);
        Ok(Self::new(gpu, Picture { buffer, width, height }))
    }

    /// Pixels.
    pub(crate) fn width(&self) -> u32 {
        self.picture.width
    }

    /// Pixels.
    pub(crate) fn height(&self) -> u32 {
        self.picture.height
    }

    /// The picture as it is now. An input for shaders, never an output.
    pub(crate) fn picture(&self) -> Buffer {
        self.picture.buffer.clone()
    }

    /// The result of a pass becomes the picture.
    pub(crate) fn set(&mut self, buffer: Buffer, width: u32, height: u32) {
        self.picture = Picture { buffer, width, height };
    }

    /// A zeroed buffer of this many bytes.
    pub(crate) fn storage(&mut self, bytes: u64) -> Result<Buffer, Error> {
        self.gpu.storage(bytes)
    }

    /// A buffer with these values.
    pub(crate) fn upload<T: bytemuck::NoUninit>(&mut self, values: &[T]) -> Result<Buffer, Error> {
        self.gpu.upload(values)
    }

    /// Runs a shader once per element of a new output with `size[0] * size[1]` elements.
    pub(crate) fn run(
        &mut self,
        shader: &'static Shader,
        uniforms: &impl Uniforms,
        inputs: &[&Buffer],
        size: [u32; 2],
    ) -> Result<Buffer, Error> {
        let elements = u64::from(size[0]) * u64::from(size[1]);
        let output = self.gpu.storage(elements * u64::from(shader.stride))?;
        self.run_into(shader, uniforms, inputs, &output, size)?;
        Ok(output)
    }

    /// Runs a shader with at least `size[0]` by `size[1]` invocations: it returns early for those outside. The output keeps what
    /// the shader does not write, so it can be state that several runs change.
    pub(crate) fn run_into(
        &mut self,
        shader: &'static Shader,
        uniforms: &impl Uniforms,
        inputs: &[&Buffer],
        output: &Buffer,
        size: [u32; 2],
    ) -> Result<(), Error> {
        let uniforms = self.gpu.uniform(bytemuck::bytes_of(uniforms));
        let program = self.gpu.program(shader)?;
        let buffers = [&uniforms].into_iter().chain(inputs.iter().copied()).chain([output]);
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry {
                binding,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        let group = self.gpu.device().create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(shader.name),
            layout: &program.layout,
            entries: &entries,
        });
        let label = Some(shader.name);
        let mut pass = self.encoder.begin_compute_pass(&ComputePassDescriptor {
            label,
            timestamp_writes: None,
        });
        pass.set_pipeline(&program.pipeline);
        pass.set_bind_group(0, &group, &[]);
        let [x, y, _] = program.workgroup_size;
        pass.dispatch_workgroups(size[0].div_ceil(x), size[1].div_ceil(y), 1);
        Ok(())
    }

    /// Hands what was dispatched to the GPU and waits for the values of a buffer.
    pub(crate) fn read<T: bytemuck::Pod>(&mut self, buffer: &Buffer) -> Result<Vec<T>, Error> {
        let staging = self.gpu.device().create_buffer(&BufferDescriptor {
            label: Some("readback"),
            size: buffer.size(),
            usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        self.encoder
            .copy_buffer_to_buffer(buffer, 0, &staging, 0, buffer.size());
        let written = self.submit();
        self.gpu.read(&staging, written)
    }

    /// The picture's pixels on the CPU.
    #[cfg(test)]
    pub(crate) fn read_picture(&mut self) -> Result<Linear, Error> {
        let (width, height) = (self.picture.width, self.picture.height);
        let mut pixels: Vec<[f32; 4]> = self.read(&self.picture())?;
        pixels.truncate(width as usize * height as usize);
        Ok(Linear { width, height, pixels })
    }

    /// Hands what was dispatched to the GPU; the picture can be used by later frames.
    pub(crate) fn finish(mut self) -> Picture {
        self.submit();
        self.picture
    }

    fn submit(&mut self) -> SubmissionIndex {
        let next = self
            .gpu
            .device()
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let commands = std::mem::replace(&mut self.encoder, next).finish();
        self.gpu.submit(commands)
    }
}
