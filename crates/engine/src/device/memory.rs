//! How much memory there is.

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// Memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) total: u64,
    pub(crate) free: u64,
}

/// The machine's own memory; what a job may still take counts as free.
pub(crate) fn system() -> Memory {
    let kinds = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(kinds);
    // A container may be allowed less than the machine has.
    match system.cgroup_limits() {
        Some(limits) => Memory {
            total: limits.total_memory,
            free: limits.free_memory.min(system.available_memory()),
        },
        None => Memory {
            total: system.total_memory(),
            free: system.available_memory(),
        },
    }
}

/// The processor as it names itself.
pub(crate) fn processor_name() -> String {
    let system = System::new_with_specifics(RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()));
    match system.cpus().first().map(|cpu| cpu.brand().trim()) {
        Some(brand) if !brand.is_empty() => brand.to_owned(),
        _ => "CPU".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_memory_and_a_processor() {
        let memory = system();
        assert!(memory.total > 0 && memory.free <= memory.total, "{memory:?}");
        assert!(!processor_name().is_empty());
    }
}
