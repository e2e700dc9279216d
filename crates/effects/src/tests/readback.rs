//! Results come back also while others use the device.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use wgpu::{BufferDescriptor, BufferUsages, Device, MapMode, PollType};

use super::{device, pictures};
use crate::gpu::{Frame, Gpu};

/// Maps a buffer with a callback that takes its time; those after it in the same poll wait.
fn map_slowly(device: &Device) {
    let buffer = device.create_buffer(&BufferDescriptor {
        label: None,
        size: 16,
        usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    buffer.map_async(MapMode::Read, .., |_| thread::sleep(Duration::from_millis(3)));
    let _ = device.poll(PollType::Poll);
}

#[test]
fn a_result_that_another_thread_hands_over_late_is_no_error() {
    let (device, queue) = device::open();
    let mut gpu = Gpu::new(device.clone(), queue);
    let picture = pictures::disc(24, 9.0, [0.3, 0.2, 0.1]);
    let done = AtomicBool::new(false);
    let read: Vec<_> = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                map_slowly(&device);
            }
        });
        let read = (0..200).map(|_| gpu.guarded(|gpu| Frame::from_linear(gpu, &picture)?.read_picture()));
        let read = read.collect();
        done.store(true, Ordering::Relaxed);
        read
    });
    for read in read {
        assert_eq!(read.as_ref(), Ok(&picture));
    }
}
