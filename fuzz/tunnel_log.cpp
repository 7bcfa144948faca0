// What a tunnel program may print, visitors' words in it: cut into lines, quoted for people, and read by every
// provider.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "tunnel/line_splitter.hpp"
#include "tunnel/log_line.hpp"
#include "tunnel/provider.hpp"

namespace {

using namespace panko;

/// The least that a provider needs to plan a run.
ProviderSettings settings_of(std::string_view provider) {
  if (provider == "ssh") return {{"host", "me@share.example"}, {"url", "http://share.example:{port}"}};
  if (provider == "command")
    return {{"argv", std::vector<std::string>{"sh"}}, {"url_pattern", "at (\\S+)"}, {"url", "http://{1}"}};
  return {};
}

std::vector<Plan> all_plans() {
  std::vector<Plan> plans;
  for (const Provider* provider : all_providers()) {
    if (!provider->has_tunnel) continue;
    RunContext context;
    context.settings = settings_of(provider->name);
    context.local_port = 20000;
    context.origin_socket = "/tmp/origin";
    context.run_path = "/tmp/run";
    auto plan = provider->plan(context);
    if (!plan) std::abort();
    if (plan->read_line) plans.push_back(std::move(*plan));
  }
  return plans;
}

void check_line(std::string_view text) {
  if (!is_valid_utf8(text) || clean_line_for_terminal(text) != text) std::abort();
}

void check_event(const LogEvent& event) {
  check_line(event.text);
  switch (event.kind) {
    case LogEvent::Kind::url:
      if (!event.text.starts_with("http://") && !event.text.starts_with("https://")) std::abort();
      if (host_of(event.text).empty() || event.text.contains(' ')) std::abort();
      break;
    case LogEvent::Kind::failure:
      if (event.text.empty()) std::abort();
      break;
    case LogEvent::Kind::control:
    case LogEvent::Kind::ready: break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0];  // how the bytes arrive
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto plans = all_plans();
  const auto read = [&plans](std::string_view line) {
    check_line(quote_log_line(line));
    for (const Plan& plan : plans) {
      if (const auto event = plan.read_line(line)) check_event(*event);
    }
  };
  LineSplitter lines;
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, piece);
    lines.feed(part, read);
    bytes.remove_prefix(part.size());
  }
  lines.finish(read);
  return 0;
}
