// What a message of a Gemini session says, and what stands around the messages.
#include <algorithm>
#include <array>

#include "agents/gemini.hpp"
#include "agents/noted_tools.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

constexpr std::uint32_t kMostParts = 0xfff0;

BlockKind kind_of_speaker(std::string_view speaker) {
  if (speaker == "user") return BlockKind::user;
  if (speaker == "gemini" || speaker == "model" || speaker == "assistant") return BlockKind::assistant;
  return BlockKind::notice;
}

/// A text, or parts: {"text":...}, {"inlineData":{"mimeType":...,"data":...}}. Returns how many parts there were.
std::uint32_t note_words(const JsonValue& words, BlockKind kind, std::uint32_t part, RecordNotes& notes) {
  if (words.is_string()) {
    notes.add_words(kind, static_cast<std::uint16_t>(part), words);
    return part + 1;
  }
  words.for_each_element([&](const JsonValue& element) {
    if (part >= kMostParts) return;
    const auto index = static_cast<std::uint16_t>(part++);
    if (element.is_string()) return notes.add_words(kind, index, element);
    if (const JsonValue text = element["text"]; text.is_string())
      return notes.add_words(element["thought"].is_true() ? BlockKind::thinking : kind, index, text);
    if (const JsonValue image = element["inlineData"]; image["data"].is_string())
      return notes.add_image(index, {.media = image["mimeType"].body(), .data = image["data"].body()});
    if (const std::string file = text_in(element["fileData"], {"fileUri"}); !file.empty())
      notes.add_text(BlockKind::notice, index, "Attached: " + file);
  });
  return part;
}

std::uint32_t note_thoughts(const JsonValue& thoughts, std::uint32_t part, RecordNotes& notes) {
  thoughts.for_each_element([&](const JsonValue& thought) {
    if (part >= kMostParts) return;
    std::string text = text_in(thought, {"subject"});
    if (!text.empty()) text = "**" + text + "**";
    if (const std::string more = text_in(thought, {"description"}); !more.empty())
      text += (text.empty() ? "" : "\n\n") + more;
    notes.add_text(BlockKind::thinking, static_cast<std::uint16_t>(part++), std::move(text));
  });
  return part;
}

void note_calls(const JsonValue& calls, std::uint32_t part, RecordNotes& notes) {
  calls.for_each_element([&](const JsonValue& call) {
    if (part >= kMostParts) return;
    const std::string_view name = call["name"].body();
    Note& note =
        notes.add_call(gemini_tool_kind(name), static_cast<std::uint16_t>(part++), call["id"].body(), name, call);
    const std::string_view status = call["status"].body();
    note.has_result = status == "success" || status == "error" || status == "cancelled" ||
                      (call["result"].is_array() && call["result"].raw() != "[]");
    note.is_error = status == "error" || status == "cancelled";
  });
}

/// What was cached is part of the input.
Usage usage_of(const JsonValue& tokens) {
  const auto count = [&](std::string_view name) { return tokens[name].as_count().value_or(0); };
  const std::uint64_t cached = count("cached");
  const std::uint64_t input = count("input");
  return {.input_tokens = (input > cached ? input - cached : 0) + count("tool"),
          .output_tokens = count("output") + count("thoughts"),
          .cache_read_tokens = cached};
}

void note_header(const JsonValue& header, RecordNotes& notes) {
  notes.session_id = header["sessionId"].body();
  notes.title = text_in(header, {"summary"});
  notes.is_child = header["kind"].body() == "subagent";
  bool is_first = true;
  header["directories"].for_each_element([&](const JsonValue& directory) {
    if (std::exchange(is_first, false)) notes.cwd = directory.body();
  });
  for (const std::string_view name : {"startTime", "start_time"})
    if (!notes.time_ms) notes.time_ms = noted_time(header[name].body());
}

}  // namespace

bool is_gemini_message(const JsonValue& record) {
  constexpr auto kTypes = std::to_array<std::string_view>({"user", "gemini", "model", "info", "warning", "error"});
  if (record["role"].is_string() && record["parts"].is_array()) return true;
  const bool has_words = !record["content"].raw().empty() || record["parts"].is_array();
  return std::ranges::find(kTypes, record["type"].body()) != kTypes.end() && has_words && record["uuid"].raw().empty();
}

RecordNotes note_gemini(const JsonValue& record) {
  RecordNotes notes;
  std::string_view speaker = record["type"].body();
  if (speaker.empty()) speaker = record["role"].body();
  if (speaker.empty()) {
    note_header(record, notes);
    return notes;
  }
  notes.id = record["id"].body();
  notes.time_ms = noted_time(record["timestamp"].body());
  notes.model = record["model"].body();
  if (record["tokens"].is_object()) notes.usage = usage_of(record["tokens"]);
  const BlockKind kind = kind_of_speaker(speaker);
  // What the user typed, before files that it names were put in.
  JsonValue words = kind == BlockKind::user ? record["displayContent"] : JsonValue();
  if (words.raw().empty() || words.is_null()) words = record["content"];
  if (words.raw().empty()) words = record["parts"];
  // The first part is the words', whatever thoughts come to stand in front of them.
  const std::uint32_t after_words = note_words(words, kind, 0, notes);
  const auto words_end = notes.notes.size();
  const std::uint32_t after_thoughts = note_thoughts(record["thoughts"], std::max(1U, after_words), notes);
  std::rotate(notes.notes.begin(), notes.notes.begin() + static_cast<std::ptrdiff_t>(words_end), notes.notes.end());
  note_calls(record["toolCalls"], after_thoughts, notes);
  if (speaker == "error")
    for (Note& note : notes.notes) note.is_error = note.kind == BlockKind::notice;
  return notes;
}

}  // namespace panko
