// What the runs of one tunnel said, for `panko logs`: a line each, "2026-11-22T16:00:00.123Z 1b9d6bcd text", cleaned of
// all that drives a terminal or names a share. At 1 MB the file becomes FILE.1. A talkative program costs nothing: of
// its lines only so many a second are kept. A disk that is full loses lines, nothing else. Lives on the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/fd.hpp"

namespace panko {

class Journal {
 public:
  static constexpr std::uint64_t kLargest = 1 << 20;
  static constexpr int kLinesPerSecond = 100;

  /// Empty: nothing is kept.
  explicit Journal(std::filesystem::path path) : path_(std::move(path)) {}

  /// A line of the program's output, as it came.
  void quote(std::string_view run_id, std::string_view line);
  /// A word of the supervisor's own.
  void say(std::string_view run_id, std::string_view text);

 private:
  void tell_left_out(std::string_view run_id);
  void write(std::string_view run_id, std::string_view text);
  void open();

  std::filesystem::path path_;
  Fd file_;
  std::uint64_t size_ = 0;
  std::chrono::steady_clock::time_point second_{};  // in which `lines_` were kept
  int lines_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace panko
