//! How many of the benchmark's workers its instances hold.

use crate::catalog::instance_types::InstanceType;
use crate::environment::{Benchmark, Size};

use super::instance::{interface_slots, registered_memory};

/// Room for workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerRoom {
    /// On the instance that runs the generator.
    pub beside_generator: i64,
    /// On each other instance.
    pub on_another: i64,
}

impl WorkerRoom {
    /// On the benchmark's instances. What one instance holds decides, since tasks can't be split.
    #[must_use]
    pub fn of(benchmark: &Benchmark, instance: &InstanceType, trunking: bool) -> Self {
        let cpu = i64::from(instance.cpu_units());
        let memory = registered_memory(instance);
        let slots = interface_slots(instance, trunking);
        let Size {
            cpu: worker_cpu,
            memory: worker_memory,
            ..
        } = benchmark.worker;
        let holds = |cpu_left: i64, memory_left: i64, slots_left: i64| {
            (cpu_left / worker_cpu)
                .min(memory_left / worker_memory)
                .min(slots_left)
        };
        Self {
            beside_generator: holds(
                cpu - benchmark.generator.cpu,
                memory - benchmark.generator.memory,
                slots - 1,
            ),
            on_another: holds(cpu, memory, slots),
        }
    }

    /// On so many instances.
    #[must_use]
    pub fn on(&self, instances: i64) -> i64 {
        self.beside_generator + self.on_another * (instances - 1)
    }
}
