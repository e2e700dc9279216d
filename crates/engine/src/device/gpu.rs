//! GPUs through wgpu 30: listed by this crate, opened here, and shared by burn and the effects.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{LazyLock, Mutex, Once, PoisonError};

use burn::tensor::Device;
use burn_wgpu::wgpu::{self, Adapter, AdapterInfo, Backend, Backends, DeviceType, Features, Instance};
use burn_wgpu::{MemoryConfiguration, WgpuSetup};
use cubecl::config::cache::CacheConfig;
use cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use cubecl::future::block_on;

use super::list::{DeviceInfo, DeviceKind};
use super::memory::{self, Memory};
use super::{DeviceChoice, gpu_memory};
use crate::Error;

/// The graphics interfaces made for compute. OpenGL is asked only when they reach no real GPU.
const NATIVE: Backends = if cfg!(target_vendor = "apple") {
    Backends::METAL
} else {
    Backends::VULKAN.union(Backends::DX12)
};

/// One of each for the process: Vulkan loaders crash when instances come and go on several threads.
static NATIVE_INSTANCE: LazyLock<Instance> = LazyLock::new(|| instance(NATIVE));
static GL_INSTANCE: LazyLock<Instance> = LazyLock::new(|| instance(Backends::GL));

fn instance(backends: Backends) -> Instance {
    Instance::new(wgpu::InstanceDescriptor {
        backends,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    })
}

/// The GPUs, in the order of their numbers.
pub(crate) fn list() -> Vec<DeviceInfo> {
    ADAPTERS
        .iter()
        .enumerate()
        .map(|(index, adapter)| describe(index, adapter))
        .collect()
}

/// The memory of a GPU that is free now, if its driver tells.
pub(crate) fn free_memory(info: &DeviceInfo) -> Option<u64> {
    let DeviceChoice::GpuIndex(index) = info.choice else {
        return None;
    };
    ADAPTERS.get(index).and_then(memory_of).map(|memory| memory.free)
}

/// A GPU that is open. burn and the effects share it.
struct Opened {
    device: wgpu::Device,
    queue: wgpu::Queue,
    /// burn has it. It takes no device twice: when it asks again, the one before was lost.
    has_burn: bool,
}

/// By their numbers.
static OPENED: Mutex<BTreeMap<usize, Opened>> = Mutex::new(BTreeMap::new());

/// The GPU with this number for effects: the one that burn has, if it has it.
///
/// # Errors
/// When the driver refuses.
pub(crate) fn for_effects(index: usize) -> Result<(wgpu::Device, wgpu::Queue), Error> {
    shared(index, |_| true, |_| ())
}

/// This one was lost, or does not do its work: it is not given to anybody any more. Who has it keeps it.
pub(crate) fn forget(device: &wgpu::Device) {
    let mut all = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    all.retain(|_, opened| opened.device != *device);
}

/// The open GPU of this number if it is `usable`, else a new one; `take` is told which.
fn shared(
    index: usize,
    usable: impl Fn(&Opened) -> bool,
    take: impl Fn(&mut Opened),
) -> Result<(wgpu::Device, wgpu::Queue), Error> {
    let mut all = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    let mut opened = match all.remove(&index).filter(usable) {
        Some(opened) => opened,
        None => request(index)?,
    };
    take(&mut opened);
    let parts = (opened.device.clone(), opened.queue.clone());
    all.insert(index, opened);
    Ok(parts)
}

fn adapter(index: usize) -> Result<Adapter, Error> {
    let adapter = ADAPTERS.get(index).cloned();
    adapter.ok_or_else(|| Error::device(format!("there is no gpu:{index}; choose another device")))
}

fn refused(adapter: &Adapter, reason: &dyn std::fmt::Display) -> Error {
    Error::device(format!(
        "the driver did not open the GPU {}: {reason}; use --device cpu, or update the driver",
        adapter.get_info().name
    ))
}

fn request(index: usize) -> Result<Opened, Error> {
    let adapter = adapter(index)?;
    let (device, queue) = block_on(
        adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("sticker studio"),
            // Everything that burn's kernels can use. Mappable primary buffers are slow on a GPU with its own memory.
            required_features: adapter
                .features()
                .difference(Features::MAPPABLE_PRIMARY_BUFFERS)
                .difference(Features::all_experimental_mask()),
            required_limits: adapter.limits(),
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            trace: wgpu::Trace::Off,
            experimental_features: wgpu::ExperimentalFeatures::disabled(),
        }),
    )
    .map_err(|reason| refused(&adapter, &reason))?;
    Ok(Opened {
        device,
        queue,
        has_burn: false,
    })
}

/// Opens the GPU with this number for burn. Each call makes a new burn device, also after the former one was lost.
///
/// # Errors
/// When the driver refuses.
pub(crate) fn open(index: usize, cache: Option<&Path>) -> Result<Device, Error> {
    keep_measurements_in(cache);
    let adapter = adapter(index)?;
    let (device, queue) = shared(index, |opened| !opened.has_burn, |opened| opened.has_burn = true)?;
    let backend = adapter.get_info().backend;
    let instance = if backend == Backend::Gl {
        &GL_INSTANCE
    } else {
        &NATIVE_INSTANCE
    };
    let instance = Instance::clone(instance);
    let setup = WgpuSetup {
        instance,
        adapter: adapter.clone(),
        device,
        queue,
        backend,
    };
    // A page of its own for every tensor: otherwise two tensors can share one buffer, which a pass of our own that reads
    // one and writes the other may not bind.
    Device::wgpu_options()
        .setup(setup)
        .memory_config(MemoryConfiguration::ExclusivePages)
        .init()
        .map_err(|reason| refused(&adapter, &reason))
}

/// Tells burn where to keep what it measured about its kernels, before the first device. Without it only the memory keeps
/// them, and every start measures anew. A cubecl.toml or burn.toml of the working directory is not read.
fn keep_measurements_in(cache: Option<&Path>) {
    static TOLD: Once = Once::new();
    let Some(cache) = cache else { return };
    TOLD.call_once(|| {
        let mut config = CubeClRuntimeConfig::default().override_from_env();
        config.environment.path = CacheConfig::Directory(cache.to_owned());
        if !CubeClRuntimeConfig::try_set(config) {
            log::warn!("burn keeps its measurements elsewhere: it was configured before the first device was opened");
        }
    });
}

/// The adapters in the order of their numbers: discrete, integrated, virtual, unknown, software. They are asked for once:
/// numbers stay, and Mesa writes to stderr each time when there is no desktop session (unless `NODEVICE_SELECT` is set).
static ADAPTERS: LazyLock<Vec<Adapter>> = LazyLock::new(|| {
    let mut adapters = distinct(block_on(NATIVE_INSTANCE.enumerate_adapters(NATIVE)));
    let is_real = |adapter: &Adapter| kind(&adapter.get_info()) != DeviceKind::Software;
    if !adapters.iter().any(is_real) && may_ask_gl() {
        let software_too = adapters.is_empty();
        let others = block_on(GL_INSTANCE.enumerate_adapters(Backends::GL));
        adapters.extend(others.into_iter().filter(|adapter| software_too || is_real(adapter)));
    }
    adapters.sort_by_key(|adapter| kind(&adapter.get_info()));
    adapters
});

/// On Linux, OpenGL's libraries write an error to stderr where no desktop session is, and no GPU would be found there.
fn may_ask_gl() -> bool {
    cfg!(windows) || (cfg!(unix) && !cfg!(target_vendor = "apple") && std::env::var_os("XDG_RUNTIME_DIR").is_some())
}

/// Windows shows a GPU through Vulkan and through DirectX 12: the first stays.
fn distinct(adapters: Vec<Adapter>) -> Vec<Adapter> {
    let infos: Vec<AdapterInfo> = adapters.iter().map(Adapter::get_info).collect();
    let is_first = |info: &AdapterInfo| {
        let twin = |other: &AdapterInfo| (other.vendor, other.device) == (info.vendor, info.device);
        info.backend != Backend::Dx12
            || !infos
                .iter()
                .any(|other| other.backend == Backend::Vulkan && twin(other))
    };
    adapters
        .into_iter()
        .zip(&infos)
        .filter(|(_, info)| is_first(info))
        .map(|(adapter, _)| adapter)
        .collect()
}

fn describe(index: usize, adapter: &Adapter) -> DeviceInfo {
    let info = adapter.get_info();
    let memory = memory_of(adapter);
    DeviceInfo {
        choice: DeviceChoice::GpuIndex(index),
        backend: format!("wgpu/{}", backend_name(info.backend)),
        kind: kind(&info),
        memory_bytes: memory.map(|memory| memory.total),
        free_memory_bytes: memory.map(|memory| memory.free),
        f16: adapter.features().contains(Features::SHADER_F16),
        chosen_by_auto: false,
        name: info.name,
    }
}

/// What the driver tells, and the machine's memory for a GPU that has none of its own.
fn memory_of(adapter: &Adapter) -> Option<Memory> {
    let shared = || match kind(&adapter.get_info()) {
        DeviceKind::Integrated | DeviceKind::Software => Some(memory::system()),
        _ => None,
    };
    gpu_memory::vulkan(adapter).or_else(shared)
}

fn kind(info: &AdapterInfo) -> DeviceKind {
    match info.device_type {
        DeviceType::DiscreteGpu => DeviceKind::Discrete,
        DeviceType::IntegratedGpu => DeviceKind::Integrated,
        DeviceType::VirtualGpu => DeviceKind::Virtual,
        DeviceType::Cpu => DeviceKind::Software,
        DeviceType::Other => DeviceKind::Other,
    }
}

fn backend_name(backend: Backend) -> &'static str {
    match backend {
        Backend::Vulkan => "vulkan",
        Backend::Metal => "metal",
        Backend::Dx12 => "dx12",
        Backend::Gl => "gl",
        Backend::BrowserWebGpu => "webgpu",
        Backend::Noop => "noop",
    }
}
