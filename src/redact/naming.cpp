#include "redact/naming.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace panko {

namespace {

constexpr std::size_t kLeastName = 4;  // of a user name that is masked wherever it stands

}  // namespace

std::string sample_of(const Rule& rule, std::string_view value) {
  const std::size_t characters = value.size();
  std::string_view shown = truncate_utf8(value, std::min<std::size_t>(4, characters / 6));
  for (std::string_view left = rule.scanner == Scanner::shape && rule.lead == 0 ? rule.anchors : ""; !left.empty();) {
    const std::string_view anchor = left.substr(0, left.find(' '));
    if (value.starts_with(anchor)) shown = value.substr(0, std::min(anchor.size(), characters / 3));
    left.remove_prefix(std::min(left.size(), anchor.size() + 1));
  }
  return fmt::format("{}… ({} characters)", clean_line_for_terminal(shown), characters);
}

bool is_common_word(std::string_view name) {
  static const std::set<std::string_view> kCommon{
      "root",      "admin",  "user",   "users",   "test",    "tests",     "build",     "home",    "data",
      "node",      "code",   "main",   "work",    "dev",     "developer", "docker",    "ubuntu",  "debian",
      "vagrant",   "runner", "guest",  "default", "public",  "shared",    "local",     "http",    "www",
      "web",       "app",    "apps",   "server",  "service", "backup",    "mail",      "git",     "github",
      "jenkins",   "agent",  "codex",  "claude",  "deploy",  "postgres",  "mysql",     "redis",   "nobody",
      "daemon",    "system", "config", "source",  "project", "projects",  "workspace", "desktop", "documents",
      "downloads", "mark",   "will",   "rose",    "grace",   "hope",      "dean",      "chase",   "grant",
      "bill",      "jack",   "frank",  "drew",    "rich",    "pat",       "art",       "gene",    "miles",
      "chance",    "max",    "page",   "base",    "core",    "book",      "name",      "type",    "file",
      "line",      "text",   "time",   "tool",    "python",  "rust",      "java",      "linux",   "windows",
      "amber",     "ruby",   "pearl",  "crystal", "jasmine", "sandbox",   "bot",       "robot",   "master",
      "origin"};
  return name.size() < kLeastName || kCommon.contains(name);
}

}  // namespace panko
