// What an earlier daemon left behind: found by the run records, proven, ended.

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>

#include "base/log.hpp"
#include "tunnel/process.hpp"
#include "tunnel/run_process.hpp"
#include "tunnel/run_record.hpp"
#include "tunnel/task_group.hpp"
#include "tunnel/tunnel.hpp"

namespace panko {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kKillTime{1000};
constexpr milliseconds kExecTime{100};  // until a process that is being started shows its environment

struct Left {
  std::string variable;  // of its run
  std::shared_ptr<RunProcess> process;
};
using Processes = std::vector<Left>;

void log_exception(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    log_error(fmt::format("tunnel: {}", exception.what()));
  }
}

asio::awaitable<void> wait_for(std::shared_ptr<RunProcess> process) {
  co_await process->ended();
}

/// Those that did not end, by the variables of their runs.
asio::awaitable<std::set<std::string>> end(Processes processes, TunnelTimes times) {
  TaskGroup waiting(co_await asio::this_coro::executor);
  for (const auto& [variable, process] : processes) {
    process->send_signal(SIGTERM);
    waiting.spawn(wait_for(process), log_exception);
  }
  if (!co_await waiting.join(times.stop)) {
    for (const auto& [variable, process] : processes) process->send_signal(SIGKILL);
    co_await waiting.join(kKillTime);
  }
  waiting.cancel();
  co_await waiting.join();
  std::set<std::string> remaining;
  for (const auto& [variable, process] : processes) {
    if (!process->has_ended()) remaining.insert(variable);
  }
  co_return remaining;
}

/// The daemon died between starting the process and writing down which it is, or before the process was itself.
bool may_be_starting(const RunRecord& run, const std::vector<ProvenProcess>& found) {
  const bool was_found =
      std::ranges::any_of(found, [&](const ProvenProcess& is) { return is.variable == run_variable(run.run_id); });
  return !was_found && (run.pid == 0 || start_time_of(run.pid) == run.start_time);
}

struct Remains {
  RunRecord run;
  std::filesystem::path tunnels_dir;
  const Provider* provider = nullptr;  // none: nobody knows it any more
  ProviderSettings settings;
};

asio::awaitable<void> clean_up(Remains remains) {
  const auto& run = remains.run;
  bool clean = true;
  if (remains.provider != nullptr && remains.provider->clean_up != nullptr) {
    try {
      clean = co_await remains.provider->clean_up({.settings = remains.settings,
                                                   .local_port = run.local_port,
                                                   .origin_socket = run.origin_socket,
                                                   .run_path = run_path(remains.tunnels_dir, run.run_id),
                                                   .pid = 0,
                                                   .control = run.control,
                                                   .url = run.url});
    } catch (const std::exception& exception) {
      log_error(fmt::format("tunnel {}: clean-up: {}", run.provider, exception.what()));
      clean = false;
    }
  }
  if (clean) {
    remove_run(remains.tunnels_dir, run.run_id);
  } else {
    log_warning(fmt::format("tunnel {}: run {} left something behind", run.provider, run.run_id));
  }
}

}  // namespace

asio::awaitable<void> end_runs(std::vector<RunRecord> runs, std::filesystem::path tunnels_dir,
                               std::map<std::string, ProviderSettings, std::less<>> settings,
                               std::span<const Provider* const> providers, TunnelTimes times) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto boot = boot_id();
  std::vector<std::string> variables;
  for (const auto& run : runs) {
    if (run.boot_id != boot && !run.boot_id.empty()) continue;  // a record that cannot be read names no boot
    variables.push_back(run_variable(run.run_id));
    if (run.pid != 0) reap_ended_child(run.pid, run.start_time);
  }
  std::set<std::string> remaining;
  if (!variables.empty()) {
    auto found = co_await find_processes(variables);
    if (std::ranges::any_of(runs, [&](const RunRecord& run) { return may_be_starting(run, found); })) {
      asio::steady_timer timer(executor, kExecTime);
      co_await timer.async_wait(asio::use_awaitable);
      found = co_await find_processes(variables);
    }
    Processes processes;
    for (auto& process : found) {
      auto variable = process.variable;
      processes.push_back({std::move(variable), std::make_shared<RunProcess>(executor, std::move(process))});
    }
    remaining = co_await end(std::move(processes), times);
  }
  TaskGroup cleaning(executor);
  for (auto& run : runs) {
    if (remaining.contains(run_variable(run.run_id))) {
      log_warning(fmt::format("tunnel {}: a process of run {} does not end", run.provider, run.run_id));
      continue;  // its record stays, for the next daemon
    }
    const auto provider = std::ranges::find_if(providers, [&](const Provider* is) { return is->name == run.provider; });
    const auto section = settings.find(run.provider);
    Remains remains{.run = std::move(run),
                    .tunnels_dir = tunnels_dir,
                    .provider = provider == providers.end() ? nullptr : *provider,
                    .settings = section == settings.end() ? ProviderSettings() : section->second};
    cleaning.spawn(clean_up(std::move(remains)), log_exception);
  }
  co_await cleaning.join();
}

}  // namespace panko
