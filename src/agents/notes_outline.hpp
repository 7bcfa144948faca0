// The outline of a session, built from the notes of its records (record_notes.hpp): blocks in reading order, results
// beside their calls, sub-agents and abandoned branches apart.
// Not for use by several threads at once; a copy goes on by itself.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent.hpp"
#include "agents/claude_branches.hpp"
#include "agents/json_lines.hpp"
#include "agents/notes_facts.hpp"
#include "agents/record_limit.hpp"
#include "agents/record_notes.hpp"
#include "agents/text_hash.hpp"
#include "session/digest.hpp"

namespace panko {

class NotesOutlineBuilder {
 public:
  /// `until`: records of a later time are not there.
  explicit NotesOutlineBuilder(const RecordFormat& format, std::optional<WallTime> until = std::nullopt)
      : format_(&format), limit_(until) {}

  /// Every line from an offset on.
  [[nodiscard]] Result<void> add_all(const Source& source, std::uint64_t from = 0);
  void add(const JsonRecord& record) { add(record.object, record.range); }
  void add(const UnshownLine& line);
  void add(const JsonValue& record, ByteRange range);
  void count_unreadable(std::uint64_t lines) { unreadable_ += lines; }

  /// Where the format replaces: whether there is such a record; and all from it on are taken back, without one
  /// everything.
  [[nodiscard]] bool has(std::string_view id) const { return records_.contains(hash_(id)); }
  void take_back_from(std::string_view id);

  /// `path` gives id and title where the records do not say them.
  [[nodiscard]] Outline finish(const std::filesystem::path& path) const;
  /// The same session's, sorted; without its sub-agents.
  [[nodiscard]] std::vector<ToolCount> tools() const;

 private:
  static constexpr std::uint16_t kNoName = 0xffff;

  struct Entry {
    OutlineBlock block;
    std::uint64_t inside = 0;  // key of the call whose sub-agent it belongs to; 0: the session's own
    std::uint64_t call = 0;    // key of a call, or of a result without one
    std::uint32_t index = 0;   // as it came
    std::uint32_t order = 0;   // number of its record, or of the one that it replaced
    std::uint32_t branch = 0;  // 0: not taken back, else 1 + index
    std::uint16_t name = kNoName;
    bool is_orphan = false;
    bool is_gone = false;
  };
  struct Place {  // of a record
    std::uint32_t order = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t usage = OutlineBlock::kNoUsage;
  };
  struct Spawn {
    std::string type;
    std::string description;
  };
  struct Current {
    RecordNotes notes;
    ByteRange range;
    std::uint32_t ordinal = 0;
    std::uint32_t order = 0;
    std::uint64_t inside = 0;
    std::uint8_t model = OutlineBlock::kNoModel;
    std::uint32_t usage = OutlineBlock::kNoUsage;  // not yet given to a block
  };

  [[nodiscard]] std::uint64_t key_of(std::string_view id) const { return id.empty() ? 0 : hash_(id); }
  void place(Current& current);
  void add_note(Current& current, const Note& note);
  void add_result(Current& current, const Note& note);
  Entry& add_entry(Current& current, const Note& note);
  [[nodiscard]] std::uint64_t anchor_key(const Current& current, std::uint16_t part);
  [[nodiscard]] bool is_said_again(const Note& note);
  [[nodiscard]] std::uint16_t index_of_name(std::string_view name);

  static void adopt_orphans(std::vector<Entry>& entries);
  void attach_subagents(std::vector<Entry>& entries, Outline& outline) const;
  [[nodiscard]] std::vector<std::uint32_t> find_branches(std::vector<Entry>& entries) const;

  const RecordFormat* format_;
  RecordLimit limit_;
  TextHash hash_;
  NotesFacts facts_;
  std::uint64_t unreadable_ = 0;
  std::uint32_t ordinal_ = 0;
  std::uint32_t orders_ = 0;
  bool is_out_of_order_ = false;
  std::vector<Entry> entries_;
  std::vector<Usage> usages_;
  std::vector<std::string> names_;         // of tools
  std::vector<std::uint32_t> taken_back_;  // by branch: the order it begins with
  std::vector<std::uint64_t> last_thoughts_;
  boost::unordered_flat_set<std::uint64_t> seen_;  // whole records
  boost::unordered_flat_set<std::uint64_t> anchors_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> entry_by_call_;
  boost::unordered_flat_map<std::uint64_t, Place> records_;  // by id, where the format replaces
  boost::unordered_flat_map<std::uint64_t, Spawn> spawns_;   // by call
  // By order, where the format is a tree:
  std::vector<ClaudeNode> nodes_;
  std::vector<std::uint64_t> parents_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> node_by_id_;
};

/// The record's own name where it has one that can stand in links, else its ordinal; the first part has it as it is.
[[nodiscard]] std::string noted_anchor(std::string_view id, std::uint32_t ordinal, std::uint16_t part);

/// Part number of a block that is a line that is not shown.
constexpr std::uint16_t kNotedUnshownPart = 0xffff;

/// Agent::read, Agent::summarise and Agent::follow of a format that is one record a line.
[[nodiscard]] Result<Outline> read_noted_lines(const RecordFormat& format, const Source& source,
                                               const std::filesystem::path& path, const ReadLimits& limits);
[[nodiscard]] Summary summarise_noted_lines(const RecordFormat& format, const Source& source,
                                            const std::filesystem::path& path);
[[nodiscard]] std::unique_ptr<SessionReader> follow_noted_lines(const RecordFormat& format,
                                                                const std::filesystem::path& path);
[[nodiscard]] Summary summary_of(SessionFacts facts);

/// Agent::digest (notes_digest.cpp), Agent::load and Agent::load_image (notes_load.cpp).
[[nodiscard]] Result<Digest> digest_noted_lines(const RecordFormat& format, const Source& source,
                                                const std::filesystem::path& path, DigestProgress& progress);
[[nodiscard]] Result<Block> load_noted(const RecordFormat& format, const Source& source, const OutlineBlock& block);
[[nodiscard]] Result<ImageBytes> load_noted_image(const RecordFormat& format, const Source& source,
                                                  const OutlineBlock& block, std::size_t index);

}  // namespace panko
