//! The device that passes run on.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use wgpu::{
    Buffer, BufferDescriptor, BufferUsages, CommandBuffer, Device, ErrorFilter, MapMode, PollType, Queue,
    SubmissionIndex,
};

use super::Shader;
use super::pipelines::{Pipelines, Program, Reloaded, now};
use crate::Error;

/// A device, its queue, and the shaders compiled for it.
pub(crate) struct Gpu {
    device: Device,
    queue: Queue,
    pipelines: Pipelines,
    lacked_room: Cell<bool>,
}

/// A GPU that takes longer hangs; software drivers are slow, too.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

impl Gpu {
    /// On a device that somebody else opened. Debug builds follow the shaders of the source tree, if it is there.
    pub(crate) fn new(device: Device, queue: Queue) -> Self {
        let tree = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shaders"));
        Self::following(device, queue, cfg!(debug_assertions).then_some(tree))
    }

    /// With shaders read from this folder again when they change there.
    pub(crate) fn following(device: Device, queue: Queue, folder: Option<PathBuf>) -> Self {
        Self {
            device,
            queue,
            pipelines: Pipelines::new(folder),
            lacked_room: Cell::new(false),
        }
    }

    /// The device.
    pub(super) fn device(&self) -> &Device {
        &self.device
    }

    /// A compiled shader.
    pub(super) fn program(&mut self, shader: &'static Shader) -> Result<Program, Error> {
        self.pipelines.get(&self.device, shader)
    }

    /// Takes over shaders that changed on disk.
    pub(crate) fn reload(&mut self) -> Vec<Reloaded> {
        self.pipelines.reload(&self.device)
    }

    /// Does something with the GPU: whatever goes wrong there becomes an error instead of a panic of wgpu.
    ///
    /// # Errors
    /// [`Error::Gpu`], or what `work` gives.
    pub(crate) fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let filters = [ErrorFilter::Internal, ErrorFilter::OutOfMemory, ErrorFilter::Validation];
        let device = self.device.clone();
        let scopes = filters.map(|filter| device.push_error_scope(filter));
        let done = work(self);
        let mut failed = None;
        for scope in scopes.into_iter().rev() {
            failed = now(scope.pop()).flatten().or(failed);
        }
        match failed {
            Some(error) => Err(Error::Gpu(error.to_string())),
            None => done,
        }
    }

    /// Whether a buffer was refused since the last call because it would be larger than the device allows: the device is fine.
    pub(crate) fn lacked_room(&self) -> bool {
        self.lacked_room.take()
    }

    /// A zeroed buffer that shaders read and write.
    pub(super) fn storage(&self, bytes: u64) -> Result<Buffer, Error> {
        let limits = self.device.limits();
        if bytes > limits.max_storage_buffer_binding_size.min(limits.max_buffer_size) {
            self.lacked_room.set(true);
            return Err(Error::Gpu(format!(
                "it has no room for a buffer of {bytes} bytes; do it on the CPU"
            )));
        }
        Ok(self.device.create_buffer(&BufferDescriptor {
            label: None,
            size: bytes.next_multiple_of(16).max(16),
            usage: BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        }))
    }

    /// A storage buffer with these values.
    pub(super) fn upload<T: bytemuck::NoUninit>(&self, values: &[T]) -> Result<Buffer, Error> {
        let bytes: &[u8] = bytemuck::cast_slice(values);
        let buffer = self.storage(bytes.len() as u64)?;
        self.write(&buffer, bytes);
        Ok(buffer)
    }

    /// A buffer of uniforms.
    pub(super) fn uniform(&self, bytes: &[u8]) -> Buffer {
        let buffer = self.device.create_buffer(&BufferDescriptor {
            label: None,
            size: (bytes.len() as u64).next_multiple_of(16),
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        self.write(&buffer, bytes);
        buffer
    }

    /// wgpu takes multiples of four bytes.
    fn write(&self, buffer: &Buffer, bytes: &[u8]) {
        let whole = bytes.len() & !3;
        self.queue.write_buffer(buffer, 0, &bytes[..whole]);
        if whole < bytes.len() {
            let mut rest = [0; 4];
            rest[..bytes.len() - whole].copy_from_slice(&bytes[whole..]);
            self.queue.write_buffer(buffer, whole as u64, &rest);
        }
    }

    /// Starts commands.
    pub(super) fn submit(&self, commands: CommandBuffer) -> SubmissionIndex {
        self.queue.submit([commands])
    }

    /// Waits for what was submitted and reads a mappable buffer. Others poll the device, too: the buffer may be handed over on
    /// one of their threads, after the wait here is over.
    pub(super) fn read<T: bytemuck::Pod>(&self, staging: &Buffer, written: SubmissionIndex) -> Result<Vec<T>, Error> {
        let lost = |reason: &dyn std::fmt::Display| Error::Gpu(format!("its result could not be read: {reason}"));
        let (sender, receiver) = mpsc::sync_channel(1);
        staging.map_async(MapMode::Read, .., move |result| {
            let _ = sender.send(result);
        });
        self.device
            .poll(PollType::Wait {
                submission_index: Some(written),
                timeout: Some(LONGEST_WAIT),
            })
            .map_err(|reason| lost(&reason))?;
        let mapped = receiver.recv_timeout(LONGEST_WAIT).map_err(|reason| lost(&reason))?;
        mapped.map_err(|reason| lost(&reason))?;
        let view = staging.get_mapped_range(..).map_err(|reason| lost(&reason))?;
        Ok(bytemuck::pod_collect_to_vec(&view[..]))
    }
}
