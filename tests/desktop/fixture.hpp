// A private directory with a `bin` that is all of PATH but the system's tools, and no desktop in the environment.
#pragma once

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "base/files.hpp"

namespace panko {

class DesktopFixture : public testing::Test {
 public:
  DesktopFixture() {
    auto pattern = (std::filesystem::temp_directory_path() / "panko-desktop-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    home = pattern;
    std::filesystem::create_directory(home / "bin");
    for (const char* name :
         {"WAYLAND_DISPLAY", "DISPLAY", "TMUX", "TERM", "BROWSER", "XDG_DATA_HOME", "XDG_CONFIG_HOME"})
      set(name, std::nullopt);
    set("PATH", (home / "bin").string());
    set("HOME", home.string());
  }
  ~DesktopFixture() override {
    for (const auto& [name, value] : saved) apply(name, value);
    std::filesystem::remove_all(home);
  }

 protected:
  void set(const std::string& name, const std::optional<std::string>& value) {
    const char* old = std::getenv(name.c_str());
    saved.try_emplace(name, old == nullptr ? std::nullopt : std::optional<std::string>(old));
    apply(name, value);
  }
  void program(const std::string& name, const std::string& script) const {
    const auto file = home / "bin" / name;
    std::ofstream(file) << "#!/bin/sh\nPATH=/usr/bin:/bin\n" << script << '\n';
    ::chmod(file.c_str(), 0700);
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    return read_file(home / name).value_or("(no such file)");
  }

  std::filesystem::path home;

 private:
  static void apply(const std::string& name, const std::optional<std::string>& value) {
    if (value) {
      ::setenv(name.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name.c_str());
    }
  }
  std::map<std::string, std::optional<std::string>> saved;
};

}  // namespace panko
