// Compares the session files with what is known of them, and reads what changed: newest first, with two threads. What
// it finds goes into the index and, as updates, to the sink. Used by one thread, which is the one that calls the sink.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/entry.hpp"
#include "catalog/index.hpp"
#include "catalog/library.hpp"
#include "catalog/look.hpp"
#include "config/places.hpp"

namespace panko {

class Scanner {
 public:
  using Sink = std::function<void(LibraryUpdate)>;

  /// `told`: what the receiver of the updates has already.
  Scanner(const Places& places, std::span<const SessionEntry> told, Sink sink);

  /// Every file there is. The last update is complete, unless it was stopped.
  void scan(const std::stop_token& stop);
  /// These files alone; those that no scan has found are left out.
  void look_again(std::span<const std::filesystem::path> paths, const std::stop_token& stop);

 private:
  enum class Told : std::uint8_t { nothing, something_else, this_state };  // what the receiver has
  struct Known {
    FileStamp stamp = {};
    const Agent* agent = nullptr;
    Finding finding = Finding::no_session;
    Told told = Told::nothing;
    std::uint64_t round = 0;  // of the last scan that saw it
  };
  using KnownFiles = std::unordered_map<std::string, Known>;  // by path
  struct Candidate {
    std::filesystem::path path;
    const Agent* agent = nullptr;
    FileStamp stamp;
    std::optional<ReadingState> state;
  };

  void consider(std::filesystem::path path, const Agent& agent);
  void forget_gone();
  void read_candidates(const std::stop_token& stop);
  void take(std::vector<Look> looks);
  void tell(Look look);
  void forget(const std::string& path);
  void flush();

  Index index_;
  Sink sink_;
  KnownFiles known_;
  std::uint64_t round_ = 0;
  bool problem_is_told_ = false;

  // Of the scan that is going on.
  std::vector<Candidate> candidates_;
  LibraryUpdate update_;
};

}  // namespace panko
