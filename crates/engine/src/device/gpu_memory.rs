//! The memory of a GPU, which wgpu itself does not tell.

use burn_wgpu::wgpu::Adapter;

use super::memory::Memory;

/// The device-local memory of a Vulkan adapter: the size of its heaps, and what the driver still gives (with
/// `VK_EXT_memory_budget`; without it all of it counts as free).
#[cfg(not(target_vendor = "apple"))]
#[expect(
    unsafe_code,
    reason = "wgpu does not tell a GPU's memory, so its Vulkan handles are asked"
)]
pub(crate) fn vulkan(adapter: &Adapter) -> Option<Memory> {
    use ash::vk;
    use burn_wgpu::wgpu::hal;

    // SAFETY: the handles are only read while the adapter lives, and nothing of it is destroyed.
    let adapter = unsafe { adapter.as_hal::<hal::api::Vulkan>() }?;
    let instance = adapter.shared_instance().raw_instance();
    let device = adapter.raw_physical_device();
    // SAFETY: `device` belongs to `instance`, and both are alive.
    let heaps = unsafe { instance.get_physical_device_memory_properties(device) };
    let budget = budget(adapter.shared_instance().instance_api_version(), instance, device);
    let mut memory = Memory { total: 0, free: 0 };
    for (index, heap) in heaps.memory_heaps_as_slice().iter().enumerate() {
        if heap.flags.contains(vk::MemoryHeapFlags::DEVICE_LOCAL) {
            memory.total += heap.size;
            memory.free += match &budget {
                Some(budget) => budget.heap_budget[index].saturating_sub(budget.heap_usage[index]),
                None => heap.size,
            };
        }
    }
    (memory.total > 0).then_some(memory)
}

/// What the driver still gives of each heap, if it knows.
#[cfg(not(target_vendor = "apple"))]
#[expect(unsafe_code, reason = "as above")]
fn budget(
    instance_version: u32,
    instance: &ash::Instance,
    device: ash::vk::PhysicalDevice,
) -> Option<ash::vk::PhysicalDeviceMemoryBudgetPropertiesEXT<'static>> {
    use ash::{ext, vk};

    // SAFETY: `device` belongs to `instance`, and both are alive.
    let extensions = unsafe { instance.enumerate_device_extension_properties(device) }.ok()?;
    let known = extensions
        .iter()
        .any(|extension| extension.extension_name_as_c_str() == Ok(ext::memory_budget::NAME));
    // The question came with Vulkan 1.1.
    if !known || instance_version < vk::API_VERSION_1_1 {
        return None;
    }
    let mut budget = vk::PhysicalDeviceMemoryBudgetPropertiesEXT::default();
    let mut properties = vk::PhysicalDeviceMemoryProperties2::default().push_next(&mut budget);
    // SAFETY: as above, and the device knows the chained structure.
    unsafe { instance.get_physical_device_memory_properties2(device, &mut properties) };
    budget.p_next = std::ptr::null_mut();
    Some(budget)
}

/// Apple's systems have no Vulkan.
#[cfg(target_vendor = "apple")]
pub(crate) fn vulkan(_adapter: &Adapter) -> Option<Memory> {
    None
}
