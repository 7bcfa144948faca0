#include "daemon/next_program.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include "base/files.hpp"
#include "base/spawn.hpp"
#include "base/text.hpp"
#include "config/config.hpp"
#include "daemon/process.hpp"
#include "protocol/build.hpp"
#include "protocol/messages.hpp"
#include "shares/share_service.hpp"

namespace panko {

namespace json = boost::json;

namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr std::size_t kMostOutput = 4096;

struct Answer {
  std::string output;
  std::string errors;
  std::optional<int> status;  // as waitpid has it; nullopt: it did not end in time
};

struct Pipe {
  Fd output;  // does not block; reset at the end
  Fd input;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    return fail(fmt::format("Cannot make a pipe: {}.", describe_errno(errno)));
  ::fcntl(ends[1], F_SETFL, 0);
  return Pipe{.output = Fd(ends[0]), .input = Fd(ends[1])};
}

void drain(Fd& pipe, std::string& text) {
  std::array<char, 4096> chunk;
  ssize_t got = 0;
  while ((got = ::read(pipe.get(), chunk.data(), chunk.size())) > 0)
    text.append(chunk.data(), std::min(static_cast<std::size_t>(got), kMostOutput - text.size()));
  if (got == 0) pipe.reset();
}

Result<Answer> ask(const std::filesystem::path& program, Deadline deadline, int stop) {
  auto output = make_pipe();
  auto errors = make_pipe();
  if (!output || !errors) return std::unexpected(std::move((output ? errors : output).error()));
  auto child = spawn_program({.arguments = {program.native(), "serve", "--self-check"},
                              .environment = {},
                              .output = output->input.get(),
                              .errors = errors->input.get()});
  if (!child) return std::unexpected(std::move(child.error()));
  output->input.reset();
  errors->input.reset();

  Answer answer;
  bool ended = false;
  while (!ended) {
    std::array<pollfd, 4> waiting{{{.fd = output->output.get(), .events = POLLIN, .revents = 0},
                                   {.fd = errors->output.get(), .events = POLLIN, .revents = 0},
                                   {.fd = child->pidfd.get(), .events = POLLIN, .revents = 0},
                                   {.fd = stop, .events = POLLIN, .revents = 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) break;
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) < 0 && errno != EINTR) break;
    if (waiting[3].revents != 0) break;
    ended = waiting[2].revents != 0;
    if (output->output) drain(output->output, answer.output);
    if (errors->output) drain(errors->output, answer.errors);
  }
  // A session of its own: what it started goes with it. Nobody has reaped it, so the number is still its own.
  ::kill(-child->pid, SIGKILL);
  int status = 0;
  if (::waitpid(child->pid, &status, 0) == child->pid && ended) answer.status = status;
  return answer;
}

/// For the user: what it said first, without who says it.
std::string first_line(std::string_view output) {
  std::string_view line = output.substr(0, output.find('\n'));
  if (line.starts_with("panko: ")) line.remove_prefix(7);
  return clean_line_for_terminal(truncate_utf8(line, 400));
}

std::string describe_end(int status, const Answer& answer) {
  if (const std::string said = first_line(answer.errors.empty() ? answer.output : answer.errors); !said.empty())
    return said;
  return WIFEXITED(status) ? fmt::format("it ended with status {}.", WEXITSTATUS(status))
                           : fmt::format("it was killed by signal {}.", WTERMSIG(status));
}

std::vector<std::string> environment_of(const NextProgram& next) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (next.search_path.empty() || !std::string_view(*variable).starts_with("PATH="))
      variables.emplace_back(*variable);
  }
  if (!next.search_path.empty()) variables.push_back("PATH=" + next.search_path);
  if (!next.notify_socket.empty()) variables.push_back("NOTIFY_SOCKET=" + next.notify_socket);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (auto& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

std::string self_check(const Places& places) {
  value_or_throw(load_config(places.config_file));
  ShareService::check_store(places);
  return json::serialize(json::object{
      {"build", protocol::build_version()}, {"protocol", protocol::kVersion}, {"handover", Handover::kVersion}});
}

Result<void> check_next_program(const std::filesystem::path& program, std::chrono::milliseconds time, int stop) {
  auto asked = ask(program, std::chrono::steady_clock::now() + time, stop);
  if (!asked) {
    std::error_code error;
    if (!std::filesystem::exists(program, error))
      asked.error().message += fmt::format(
          " This lets the panko that is installed now take the shares up after a pause: kill {} && panko serve",
          ::getpid());
    return std::unexpected(std::move(asked.error()));
  }
  const auto status = asked->status;
  if (!status)
    return fail(fmt::format("{} did not finish its check within {} s.", program.native(),
                            std::chrono::ceil<std::chrono::seconds>(time).count()));
  if (*status != 0)
    return fail(fmt::format("{} does not pass its check: {}", program.native(), describe_end(*status, *asked)));
  boost::system::error_code error;
  const json::value said = json::parse(asked->output, error);
  const json::object* const fields = error ? nullptr : said.if_object();
  const json::value* const version = fields == nullptr ? nullptr : fields->if_contains("handover");
  if (version == nullptr || !version->is_int64())
    return fail(fmt::format("{} is no panko that could take over.", program.native()));
  if (*version == Handover::kVersion) return {};
  const json::value* const build = fields->if_contains("build");
  return fail(fmt::format(
      "panko {} at {} cannot take over from this panko {} without a pause; this lets it take the shares up after one: "
      "kill {} && panko serve",
      build != nullptr && build->is_string() ? clean_line_for_terminal(build->get_string()) : "of another build",
      program.native(), protocol::build_version(), ::getpid()));
}

Failure exec_next_program(const NextProgram& next, const Handover& handover) {
  Fd document;
  try {
    document = write_handover(handover);
  } catch (const Failure& failure) {
    return failure;
  }
  std::vector<int> kept = descriptors_of(handover);
  kept.push_back(document.get());
  std::vector<std::string> words{next.path.native(), "serve", "--handover", std::to_string(document.get())};
  if (next.foreground) words.emplace_back("--foreground");
  auto variables = environment_of(next);
  const auto arguments = pointers(words);
  const auto environment = pointers(variables);

  hold_end_signals();
  // Ours are close-on-exec as they are; whoever inherited one that is not ends it here.
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int fd : kept) ::fcntl(fd, F_SETFD, 0);
  ::execve(next.path.c_str(), arguments.data(), environment.data());
  const int error = errno;
  for (const int fd : kept) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return Failure(fmt::format("Cannot run {}: {}.", next.path.native(), describe_errno(error)));
}

}  // namespace panko
