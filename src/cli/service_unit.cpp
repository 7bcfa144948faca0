#include "cli/service_unit.hpp"

#include <fmt/format.h>

namespace panko::cli {

namespace {

constexpr std::string_view kMarker = "# Written by `panko service install`";

// [Unit] and [Service] say the same as share/panko.service, which a package installs: a test holds both together.
constexpr std::string_view kHead = R"(# `panko service uninstall` removes it; `panko service install` writes it anew.
[Unit]
Description=panko, which keeps shared sessions of AI coding agents online
Documentation=man:panko(1)
StartLimitIntervalSec=30
StartLimitBurst=10

[Service]
Type=notify
)";

constexpr std::string_view kTail =
    R"(# Told to end, the daemon ends its tunnels in order. What a crash leaves running is taken over by the next daemon,
# so that links stay as they are: systemd must not end it in between.
KillMode=process
TimeoutStopSec=30
Restart=on-failure
RestartSec=100ms

[Install]
WantedBy=default.target
)";

/// Inside of double quotes: quotes, backslashes and systemd's own specifiers are to be what they are.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '%') out += '%';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + '"';
}

/// In a command line `$` begins a variable, even in quotes.
std::string command_word(std::string_view text) {
  std::string out;
  for (const char c : in_quotes(text)) out += c == '$' ? std::string("$$") : std::string(1, c);
  return out;
}

}  // namespace

std::string unit_text(const std::filesystem::path& program,
                      const std::vector<std::pair<std::string, std::string>>& environment) {
  std::string out = std::string(kMarker) + ".\n" + std::string(kHead);
  out += fmt::format("ExecStart={} serve --foreground\n", command_word(program.native()));
  for (const auto& [name, value] : environment)
    out += fmt::format("Environment={}\n", in_quotes(fmt::format("{}={}", name, value)));
  return out += kTail;
}

bool is_own_unit(std::string_view text) {
  return text.starts_with(kMarker);
}

}  // namespace panko::cli
