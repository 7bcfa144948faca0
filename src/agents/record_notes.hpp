// What one record of a session says, where an agent's records say it one by one: the whole of such a format is a
// function from a record to its notes. Outline, digest and blocks are made of the notes, for every such agent alike
// (notes_outline, notes_digest, notes_load). Views hold as long as the record's text; strings are still escaped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_index.hpp"
#include "session/block.hpp"
#include "session/outline.hpp"

namespace panko {

struct NotedImage {
  std::string_view media;
  std::string_view data;  // base64
};

/// Something that a record adds to the conversation.
struct Note {
  BlockKind kind = BlockKind::notice;
  ToolKind tool = ToolKind::other;
  std::uint16_t part = 0;   // no two of a record have the same
  bool is_result = false;   // it belongs to the call of that id, if there is one
  bool has_result = false;  // a call that holds its result
  bool is_error = false;
  std::string_view body;  // the words, as a JSON string; of a tool, its name
  std::string text;       // the words where they are put together here; then `body` does not count
  std::string_view call;  // id of a call
  JsonValue value;        // of the call or the result
  NotedImage image;       // of a user
};

struct RecordNotes {
  std::string_view id;      // the record's own; may stand anywhere in the file again
  std::string_view parent;  // the record that it follows
  std::string_view inside;  // the call whose sub-agent wrote it
  std::optional<std::int64_t> time_ms;
  std::vector<Note> notes;
  std::optional<Usage> usage;  // of the response

  // Of the session.
  std::string_view session_id;
  std::string_view cwd;
  std::string_view branch;
  std::string_view model;  // from here on
  std::string title;       // the last one counts
  Usage more_usage;        // of no response
  bool is_child = false;

  // Of a sub-agent.
  std::string_view spawned;  // the call that spawned it
  std::string_view type;
  std::string_view description;

  Note& add(BlockKind kind, std::uint16_t part);
  /// Unless there are none.
  void add_words(BlockKind kind, std::uint16_t part, const JsonValue& words);
  void add_text(BlockKind kind, std::uint16_t part, std::string text, bool is_error = false);
  Note& add_call(ToolKind tool, std::uint16_t part, std::string_view id, std::string_view name, const JsonValue& call);
  Note& add_result(std::string_view call, bool is_error, const JsonValue& result);
  /// An image of a user, or what stands for one that is too large.
  void add_image(std::uint16_t part, NotedImage image);
};

/// A call as it is shown.
struct NotedTool {
  std::string input;  // JSON
  std::string result;
  ToolAction action;
  std::vector<NotedImage> images;
};

struct RecordFormat {
  RecordNotes (*note)(const JsonValue& record);
  /// Either may be nothing: a result without a call, a call without a result.
  NotedTool (*load_tool)(const JsonValue& call, const JsonValue& result);
  bool is_tree = false;        // parents say which records were abandoned
  bool repeats_calls = false;  // calls and thoughts are told more than once
  bool replaces = false;       // a later record of the same id takes the place of the earlier one
};

/// ISO 8601 as milliseconds since 1970.
[[nodiscard]] std::optional<std::int64_t> noted_time(std::string_view iso8601);
/// As a note has it: what is shown.
[[nodiscard]] std::string text_of(const Note& note);
/// The words of a note that begins so would be none.
[[nodiscard]] bool is_blank_body(std::string_view body);

}  // namespace panko
