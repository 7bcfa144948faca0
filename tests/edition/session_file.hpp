// A Claude Code session of our own making, in a directory of its own that goes with the object.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

namespace panko::test {

class SessionFile {
 public:
  SessionFile() {
    static std::atomic<int> count{0};
    directory_ = std::filesystem::temp_directory_path() / fmt::format("panko-edition-{}-{}", ::getpid(), count++);
    std::filesystem::create_directories(directory_);
  }
  SessionFile(const SessionFile&) = delete;
  SessionFile& operator=(const SessionFile&) = delete;
  ~SessionFile() { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::filesystem::path path() const { return directory_ / (std::string(kId) + ".jsonl"); }

  void add_line(std::string_view line) { std::ofstream(path(), std::ios::app) << line << '\n'; }

  /// A prompt; its uuid is `name`, padded. Text is JSON without quotes.
  void add_user(std::string_view name, std::string_view text) {
    add_line(fmt::format(R"({{{},"type":"user","message":{{"role":"user","content":"{}"}}}})", envelope(name), text));
  }
  void add_assistant(std::string_view name, std::string_view text) {
    add_line(fmt::format(
        R"({{{},"type":"assistant","message":{{"id":"msg_{}","role":"assistant","model":"claude-test","content":[{{"type":"text","text":"{}"}}]}}}})",
        envelope(name), name, text));
  }
  void add_content(std::string_view name, std::string_view role, std::string_view content) {
    add_line(fmt::format(R"({{{},"type":"{}","message":{{"id":"msg_{}","role":"{}","content":{}}}}})", envelope(name),
                         role, name, role, content));
  }

  /// The record after this one hangs on `name` instead of the one before it.
  void go_back_to(std::string_view name) { parent_ = uuid(name); }

  static std::string uuid(std::string_view name) {
    std::string digits(name);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
  }

 private:
  static constexpr std::string_view kId = "11111111-2222-4333-8444-555555555555";

  std::string envelope(std::string_view name) {
    const std::string id = uuid(name);
    std::string out = fmt::format(
        R"("uuid":"{}","parentUuid":{},"sessionId":"{}","cwd":"/home/me/demo","isSidechain":false,"timestamp":"2026-01-02T03:{:02}:00.000Z")",
        id, parent_.empty() ? "null" : '"' + parent_ + '"', kId, minute_++ % 60);
    parent_ = id;
    return out;
  }

  std::filesystem::path directory_;
  std::string parent_;
  int minute_ = 0;
};

}  // namespace panko::test
