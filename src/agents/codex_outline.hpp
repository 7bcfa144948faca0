// The outline of one Codex rollout, built record by record: blocks in reading order, results beside their calls, what
// was taken back apart, and the facts of the session.
// Not for use by several threads at once.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <filesystem>
#include <optional>
#include <vector>

#include "agents/codex_scan.hpp"
#include "agents/json_lines.hpp"
#include "agents/record_limit.hpp"
#include "session/outline.hpp"

namespace panko {

class CodexOutlineBuilder {
 public:
  /// `until`: records of a later time are not there.
  explicit CodexOutlineBuilder(std::optional<WallTime> until) : limit_(until) {}

  /// Every record from there on.
  [[nodiscard]] Result<void> add_all(const Source& source, JsonLinesProgress& progress);
  void add(const JsonRecord& record);
  void add(const UnshownLine& line);

  /// What there is so far; more may be added. The facts lack the count of unreadable lines. `path` gives id and title
  /// where the records do not say them; names that were given to the session later than `names_until` do not count.
  [[nodiscard]] Outline finish(const std::filesystem::path& path, std::optional<WallTime> names_until = {}) const;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  struct Entry {
    OutlineBlock block;
    std::uint32_t branch = 0;  // 0 is the main line, else 1 + index of what was taken back
    std::uint8_t rank = 0;     // of its result
    bool is_gone = false;
  };
  struct Orphan {
    std::uint64_t key = 0;
    std::uint32_t entry = 0;
    std::uint8_t rank = 0;
  };
  struct Current {  // the record that is being added
    CodexRecord record;
    ByteRange range;
    std::uint32_t ordinal = 0;
    std::int64_t time_ms = OutlineBlock::kNoTime;
  };

  [[nodiscard]] std::uint64_t anchor_key(const Current& current, std::uint16_t part);
  void add_block(const Current& current, const CodexFinding& found);
  void add_result(const Current& current, const CodexFinding& found);
  void give_result(Entry& call, ByteRange range, bool is_error, std::uint8_t rank);
  void note_prompt(std::uint32_t at, std::uint32_t ordinal);
  void confirm(std::uint64_t key);
  void rewind(std::uint64_t turns);
  void add_usage(const Usage& usage);
  void give_orphans();

  RecordLimit limit_;
  CodexScan scan_;
  std::vector<Entry> entries_;
  std::vector<Usage> usages_;
  std::uint32_t response_ = kNone;  // the first entry of the one that goes on
  std::vector<Orphan> orphans_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> entry_by_call_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> doubtful_;  // places on the line
  boost::unordered_flat_set<std::uint64_t> anchors_;
  std::vector<std::uint32_t> line_;     // entries of the main line
  std::vector<std::uint32_t> prompts_;  // their places on it
  std::uint32_t last_prompt_ = 0;       // its record's ordinal
  std::vector<std::uint32_t> forks_;    // by branch: the first entry that was taken back
};

}  // namespace panko
