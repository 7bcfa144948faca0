// A home directory of its own, with Claude Code sessions in it, for tests of the catalog and of the command line.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "config/places.hpp"

namespace panko::testing_support {

class Home {
 public:
  Home() {
    std::string name = testing::TempDir() + "panko-home-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    ::setenv("HOME", directory_.c_str(), 1);
    for (const char* variable :
         {"CLAUDE_CONFIG_DIR", "CODEX_HOME", "COPILOT_HOME", "PI_CODING_AGENT_DIR", "PI_CODING_AGENT_SESSION_DIR",
          "CLINE_DIR", "FACTORY_DIR", "GROK_HOME", "PANKO_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"})
      ::unsetenv(variable);
  }
  ~Home() { std::filesystem::remove_all(directory_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  [[nodiscard]] Places places() const { return find_places().value(); }

  /// A session of one prompt; `age_seconds` ago by its file's time.
  std::filesystem::path add_session(std::string_view id, std::string_view cwd, std::string_view prompt,
                                    int age_seconds) const {
    const auto path = path_of(id);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << prompt_record(id, cwd, prompt);
    set_age(path, age_seconds);
    return path;
  }

  [[nodiscard]] std::filesystem::path path_of(std::string_view id) const {
    return directory_ / ".claude/projects/-a-project" / fmt::format("{}.jsonl", id);
  }

  /// A line of a session; `number`: the first is 1, and each follows the one before it.
  static std::string prompt_record(std::string_view id, std::string_view cwd, std::string_view prompt, int number = 1) {
    return fmt::format(
        R"({{"parentUuid":{},"isSidechain":false,"userType":"external","cwd":"{}","sessionId":"{}","version":"2.1.0",)"
        R"("gitBranch":"main","type":"user","message":{{"role":"user","content":"{}"}},)"
        R"("uuid":"{}","timestamp":"2026-10-16T09:12:04.210Z"}})"
        "\n",
        number == 1 ? "null" : '"' + uuid(number - 1) + '"', cwd, id, prompt, uuid(number));
  }

  static std::string uuid(int number) { return fmt::format("aaaaaaaa-0000-4000-8000-{:012}", number); }

  static void set_age(const std::filesystem::path& path, int age_seconds) {
    const timespec when{.tv_sec = 1'790'000'000 - age_seconds, .tv_nsec = 0};
    const timespec times[2] = {when, when};
    ::utimensat(AT_FDCWD, path.c_str(), times, 0);
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace panko::testing_support
