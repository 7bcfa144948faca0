// What the kernel says of a process, so that a stranger with a reused number is never taken for ours.
// Linux: /proc. Empty or false when the process is gone or hidden.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"

namespace panko {

/// Differs after every boot of the machine.
[[nodiscard]] std::string boot_id();

/// In clock ticks since boot; together with the number and the boot it names one process for ever.
[[nodiscard]] std::optional<std::uint64_t> start_time_of(pid_t pid);

/// Whether the environment that the process was started with has exactly this "NAME=value".
[[nodiscard]] bool was_started_with(pid_t pid, std::string_view variable);

[[nodiscard]] std::vector<pid_t> all_processes();

struct ProvenProcess {
  pid_t pid = 0;
  Fd pidfd{};              // what may be signalled: it stands for this process, whoever gets its number later
  std::string variable{};  // that it was started with
};

/// The process of this number when it was started with this variable and, unless that is nullopt, at this time.
/// Never this process itself.
[[nodiscard]] std::optional<ProvenProcess> prove_process(pid_t pid, std::optional<std::uint64_t> start_time,
                                                         const std::string& variable);

/// Every process that was started with one of them. On the loop, which gets its turns where there are very many.
[[nodiscard]] boost::asio::awaitable<std::vector<ProvenProcess>> find_processes(std::vector<std::string> variables);

/// A child of ours from before an exec, which has ended meanwhile, is let go. Touches nothing else.
void reap_ended_child(pid_t pid, std::uint64_t start_time);

}  // namespace panko
