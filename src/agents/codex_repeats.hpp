// What was said lately, and by which of a rollout's logs: the same text of another log is a repetition of it. Logs say
// the same thing within a few records of each other, so that little has to be remembered, however long the session is.
// Not for use by several threads at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "agents/codex_record.hpp"

namespace panko {

class CodexRepeats {
 public:
  struct Said {
    std::uint64_t key = 0;
    std::uint8_t logs = 0;
    bool is_doubtful = false;
    template <class Archive>
    void keep(Archive& archive) {
      archive(key, logs, is_doubtful);
    }
  };

  /// The oldest of that key that this log has not said yet; now it has. nullptr: it is new.
  Said* match(std::uint64_t key, CodexLog log) {
    for (std::size_t i = 0; i < said_.size(); ++i) {
      Said& said = said_[(next_ + i) % said_.size()];
      const auto bit = static_cast<std::uint8_t>(log);
      if (said.key != key || (said.logs & bit) != 0) continue;
      said.logs = static_cast<std::uint8_t>(said.logs | bit);
      return &said;
    }
    return nullptr;
  }

  void add(std::uint64_t key, CodexLog log, bool is_doubtful = false) {
    place(said_, next_, 64) = {key, static_cast<std::uint8_t>(log), is_doubtful};
  }

  /// Of calls, and of whole records, the id is enough. False: it was there.
  bool add_call(std::uint64_t key) { return add_new(calls_, next_call_, 128, key); }
  [[nodiscard]] bool has_call(std::uint64_t key) const { return std::ranges::find(calls_, key) != calls_.end(); }
  bool add_record(std::uint64_t key) { return add_new(records_, next_record_, 64, key); }

  template <class Archive>
  void keep(Archive& archive) {
    archive(said_, next_, calls_, next_call_, records_, next_record_);
    next_ = next_ < said_.size() ? next_ : 0;
  }

 private:
  /// The oldest gives way.
  template <class Value>
  static Value& place(std::vector<Value>& ring, std::uint32_t& next, std::size_t most) {
    if (ring.size() < most) return ring.emplace_back();
    Value& oldest = ring[next % ring.size()];
    next = static_cast<std::uint32_t>((next + 1) % ring.size());
    return oldest;
  }
  static bool add_new(std::vector<std::uint64_t>& ring, std::uint32_t& next, std::size_t most, std::uint64_t key) {
    if (std::ranges::find(ring, key) != ring.end()) return false;
    place(ring, next, most) = key;
    return true;
  }

  std::vector<Said> said_;
  std::uint32_t next_ = 0;  // the oldest, once it is full
  std::vector<std::uint64_t> calls_;
  std::uint32_t next_call_ = 0;
  std::vector<std::uint64_t> records_;
  std::uint32_t next_record_ = 0;
};

}  // namespace panko
