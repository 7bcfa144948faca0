// What the kernel says of a process, so that a stranger with a reused number is never taken for ours.
// Linux: /proc. Empty or false when the process is gone or hidden.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace panko {

/// Differs after every boot of the machine.
[[nodiscard]] std::string boot_id();

/// In clock ticks since boot; together with the number and the boot it names one process for ever.
[[nodiscard]] std::optional<std::uint64_t> start_time_of(pid_t pid);

/// Whether the environment that the process was started with has exactly this "NAME=value".
[[nodiscard]] bool was_started_with(pid_t pid, std::string_view variable);

[[nodiscard]] std::vector<pid_t> all_processes();

}  // namespace panko
