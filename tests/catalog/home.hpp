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

namespace panko::testing_support {

class Home {
 public:
  Home() {
    std::string name = testing::TempDir() + "panko-home-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    ::setenv("HOME", directory_.c_str(), 1);
    for (const char* variable : {"CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"}) ::unsetenv(variable);
  }
  ~Home() { std::filesystem::remove_all(directory_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  /// A session of one prompt; `age_seconds` ago by its file's time.
  std::filesystem::path add_session(std::string_view id, std::string_view cwd, std::string_view prompt,
                                    int age_seconds) const {
    const auto path = directory_ / ".claude/projects/-a-project" / fmt::format("{}.jsonl", id);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << fmt::format(
        R"({{"parentUuid":null,"isSidechain":false,"userType":"external","cwd":"{}","sessionId":"{}","version":"2.1.0",)"
        R"("gitBranch":"main","type":"user","message":{{"role":"user","content":"{}"}},)"
        R"("uuid":"aaaaaaaa-0000-4000-8000-000000000001","timestamp":"2026-10-16T09:12:04.210Z"}})"
        "\n",
        cwd, id, prompt);
    const timespec when{.tv_sec = 1'790'000'000 - age_seconds, .tv_nsec = 0};
    const timespec times[2] = {when, when};
    ::utimensat(AT_FDCWD, path.c_str(), times, 0);
    return path;
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace panko::testing_support
