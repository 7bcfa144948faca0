// How a run begins: planned and launched, or found again by its record.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/files.hpp"
#include "base/random.hpp"
#include "tunnel/process.hpp"
#include "tunnel/program.hpp"
#include "tunnel/provider_settings.hpp"
#include "tunnel/run.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

Result<void> write_private(const std::filesystem::path& path, std::string_view content) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file && ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size())) return {};
  return fail(fmt::format("Cannot write {}: {}.", path.native(), describe_errno(errno)));
}

/// Both ends in one: whoever has it keeps it from ending, also when we are gone.
Result<Fd> endless_input(const std::filesystem::path& path) {
  Fd fifo;
  if (::mkfifo(path.c_str(), 0600) == 0) fifo = Fd(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  const int error = errno;
  ::unlink(path.c_str());
  if (!fifo) return fail(fmt::format("Cannot make {}: {}.", path.native(), describe_errno(error)));
  return fifo;
}

}  // namespace

Run::Run(asio::io_context& loop, Setup setup, std::shared_ptr<Journal> journal, RunRecord record)
    : loop_(loop),
      setup_(std::move(setup)),
      provider_(*setup_->provider),
      times_(setup_->times),
      journal_(std::move(journal)),
      program_(provider_.name),
      record_(std::move(record)),
      health_(loop.get_executor()),
      basics_(loop.get_executor()),
      wake_(loop, Time::max()),
      pause_(loop),
      public_pause_(loop),
      heed_timer_(loop) {}

RunContext Run::context() const {
  return {.settings = setup_->settings,
          .local_port = setup_->local_port,
          .origin_socket = setup_->origin_socket,
          .run_path = run_path(setup_->tunnels_dir, record_.run_id),
          .pid = pid(),
          .control = record_.control,
          .url = record_.url.empty() ? found_url_ : record_.url};
}

/// What counts of a plan once the process is there, or was before.
void Run::take(Plan& plan) {
  if (!plan.arguments.empty()) program_ = std::filesystem::path(plan.arguments.front()).filename().string();
  ready_by_ = plan.ready_by;
  read_line_ = std::move(plan.read_line);
  secrets_ = std::move(plan.secrets);
  found(std::move(plan.url));
  // An earlier daemon's plan said where it is; a new one may have chosen otherwise.
  if (record_.control.empty()) record_.control = std::move(plan.control);
}

Result<void> Run::save() {
  return save_run(setup_->tunnels_dir, record_);
}

Result<void> Run::open_log(int flags) {
  const auto path = run_log(setup_->tunnels_dir, record_.run_id);
  Fd log(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | flags, 0600));
  if (!log) return fail(fmt::format("Cannot open {}: {}.", path.native(), describe_errno(errno)));
  auto follower = LogFollower::open(loop_, std::move(log), path);
  if (!follower) return std::unexpected(std::move(follower.error()));
  log_ = std::make_unique<LogFollower>(std::move(*follower));
  return {};
}

Result<void> Run::launch(const Plan& plan) {
  const auto& directory = setup_->tunnels_dir;
  if (auto made = ensure_private_directory(directory); !made) return made;
  if (auto saved = save(); !saved) return saved;
  const auto base = run_path(directory, record_.run_id).native();
  for (const auto& [extension, content] : plan.files) {
    if (auto written = write_private(base + extension, content); !written) return written;
  }
  if (plan.arguments.empty()) return {};

  if (auto opened = open_log(O_CREAT | O_EXCL); !opened) return opened;
  const Fd output(::open(run_log(directory, record_.run_id).c_str(), O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC));
  if (!output) return fail(fmt::format("Cannot open a tunnel's log: {}.", describe_errno(errno)));
  auto input = plan.endless_input ? endless_input(base + ".in") : Result<Fd>();
  if (!input) return std::unexpected(std::move(input.error()));

  auto arguments = plan.arguments;
  if (const auto program = find_program(arguments.front())) arguments.front() = program->native();
  auto environment = plan.environment;
  environment.push_back(run_variable(record_.run_id));
  auto spawned = spawn_program({.arguments = std::move(arguments),
                                .environment = child_environment(std::move(environment)),
                                .input = input->get(),
                                .output = output.get()});
  if (!spawned) return std::unexpected(std::move(spawned.error()));
  record_.pid = spawned->pid;
  record_.start_time = start_time_of(spawned->pid).value_or(0);
  process_ = std::make_unique<RunProcess>(loop_.get_executor(), std::move(*spawned));
  // It runs: what ends it now is what ends any other.
  if (auto saved = save(); !saved) give_up({.kind = FailureClass::transient, .sentence = saved.error().message});
  return {};
}

std::expected<std::shared_ptr<Run>, TunnelFailure> Run::start(asio::io_context& loop, Setup setup,
                                                              std::shared_ptr<Journal> journal) {
  const auto& provider = *setup->provider;
  if (auto obstacle = obstacle_of(provider, setup->settings))
    return std::unexpected(TunnelFailure{FailureClass::permanent, std::move(obstacle->sentence)});

  RunRecord record;
  record.run_id = random_uuid();
  record.provider = provider.name;
  record.local_port = setup->local_port;
  record.boot_id = boot_id();
  record.gateway = setup->gateway;
  record.settings_hash = hash_of(setup->settings);
  record.origin_socket = setup->origin_socket.native();
  std::shared_ptr<Run> run(new Run(loop, std::move(setup), std::move(journal), std::move(record)));

  auto plan = provider.plan(run->context());
  if (!plan) return std::unexpected(TunnelFailure{FailureClass::permanent, std::move(plan.error().message)});
  run->take(*plan);
  if (auto launched = run->launch(*plan); !launched) {
    remove_run(run->setup_->tunnels_dir, run->record_.run_id);
    return std::unexpected(TunnelFailure{FailureClass::transient, std::move(launched.error().message)});
  }
  run->report(run->process_ ? fmt::format("started, pid {}", run->pid()) : "started");
  return run;
}

std::shared_ptr<Run> Run::adopt(asio::io_context& loop, Setup setup, std::shared_ptr<Journal> journal,
                                RunRecord record) {
  if (!is_adoptable(record, *setup)) return nullptr;
  const auto variable = run_variable(record.run_id);
  auto process = prove_process(record.pid, record.start_time, variable);
  std::shared_ptr<Run> run(new Run(loop, std::move(setup), std::move(journal), std::move(record)));
  run->adopted_ = true;
  auto plan = run->provider_.plan(run->context());
  if (!plan) return nullptr;
  if (!plan->arguments.empty()) {
    if (!process || !run->open_log(0)) return nullptr;
    run->log_->resume();
    run->process_ = std::make_unique<RunProcess>(loop.get_executor(), std::move(*process));
  }
  run->take(*plan);
  return run;
}

}  // namespace panko
