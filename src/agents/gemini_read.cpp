// A Gemini session as a whole: a document, or a log of messages, of patches and of what was taken back.
#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <tuple>

#include "agents/gemini.hpp"
#include "agents/json_list.hpp"
#include "agents/notes_outline.hpp"
#include "agents/session_text.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

constexpr RecordFormat kFormat{.note = note_gemini, .load_tool = load_gemini_tool, .replaces = true};
constexpr std::uint64_t kWindow = 256 << 10;
constexpr std::array<std::string_view, 2> kRecordLists{"messages", "history"};

/// Not a log of lines: what begins on the first line ends behind it, or has the messages in it and is all there is.
bool is_document(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  head = trim(head);
  if (!head.starts_with('{')) return false;
  const auto end = head.find('\n');
  const std::string_view line = trim(head.substr(0, end));
  if (line == "{") return true;
  std::string padded(line);
  padded.append(LineReader::kPadding, '\0');
  JsonIndex index;
  if (index.load(std::string_view(padded).substr(0, line.size())) != JsonStatus::complete)
    return end == std::string_view::npos;  // longer than the head, or cut off
  return end == std::string_view::npos && (index.root()["messages"].is_array() || index.root()["history"].is_array());
}

Result<std::string> head_of(const Source& source) {
  std::string head(static_cast<std::size_t>(std::min(source.size(), kWindow)), '\0');
  const auto got = source.read_at(0, head);
  if (!got) return std::unexpected(got.error());
  head.resize(*got);
  return head;
}

/// The folder that the project's chats say they belong to, where no record says it.
std::string noted_project(const Source& own, const std::filesystem::path& path) {
  const auto chats = path.parent_path();
  if (chats.filename() != "chats") return {};
  const auto root = own.open_beside(chats.parent_path(), ".project_root");
  constexpr std::uint64_t kMost = 4096;
  if (!root || root->size() > kMost) return {};
  const auto bytes = root->read({0, static_cast<std::uint32_t>(root->size())});
  return bytes ? to_valid_utf8(trim(*bytes)) : std::string();
}

class GeminiBuilder {
 public:
  explicit GeminiBuilder(std::optional<WallTime> until = std::nullopt) : builder_(kFormat, until) {}

  [[nodiscard]] Result<void> add_lines(const Source& source, std::uint64_t from) {
    const auto unreadable = add_json_lines(*this, source, from);
    return count(unreadable);
  }

  [[nodiscard]] Result<void> add_document(const Source& source) {
    const auto unreadable = read_json_list(source, kRecordLists,
                                           {.record =
                                                [&](const JsonRecord& record) {
                                                  builder_.add(record);
                                                  return true;
                                                },
                                            .unshown = [&](const UnshownLine& line) { builder_.add(line); },
                                            .frame = [&](const JsonValue& frame) { add_header(frame, {}); }});
    return count(unreadable);
  }

  void add(const UnshownLine& line) { builder_.add(line); }
  void add(const JsonRecord& record) {
    const JsonValue& object = record.object;
    if (const JsonValue patch = object["$set"]; patch.is_object()) {
      add_header(patch, record.range);
      add_messages(patch, record);
    } else if (const JsonValue target = object["$rewindTo"]; target.is_string()) {
      builder_.take_back_from(target.body());
    } else if (is_gemini_message(object)) {
      note_said(object);
      builder_.add(record);
    } else {
      builder_.add(record);
      add_messages(object, record);
    }
  }

  [[nodiscard]] Outline finish(const Source& source, const std::filesystem::path& path) const {
    Outline outline = builder_.finish(path);
    if (outline.facts.cwd.empty()) outline.facts.cwd = noted_project(source, path);
    return outline;
  }
  [[nodiscard]] std::vector<ToolCount> tools() const { return builder_.tools(); }

 private:
  Result<void> count(const Result<std::uint64_t>& unreadable) {
    if (!unreadable) return std::unexpected(unreadable.error());
    builder_.count_unreadable(*unreadable);
    return {};
  }

  /// What stands around messages is none itself, whatever else it says.
  void add_header(const JsonValue& object, ByteRange range) {
    if (object["type"].body().empty() && object["role"].body().empty()) builder_.add(object, range);
  }

  /// Messages in a patch are those that the model goes on with: some are new, others stand in the log already, perhaps
  /// by another name. What is missing among them was said all the same.
  void add_messages(const JsonValue& patch, const JsonRecord& record) {
    const std::string_view text = record.object.raw();
    if (text.size() != record.range.length) return builder_.count_unreadable(1);  // repaired: places differ
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> listed;
    patch["messages"].for_each_element([&](const JsonValue& message) {
      if (!is_gemini_message(message)) return;
      const std::uint64_t words = words_of(message);
      const bool is_there = ++listed[words] <= said_[words];
      if (is_there && !is_known(message)) return;
      note_said(message);
      const auto offset = static_cast<std::uint64_t>(message.raw().data() - text.data());
      builder_.add(message, {record.range.offset + offset, static_cast<std::uint32_t>(message.raw().size())});
    });
  }

  [[nodiscard]] static std::uint64_t words_of(const JsonValue& message) {
    std::string all(message["type"].body());
    for (const std::string_view name : {"content", "parts", "toolCalls"}) all += message[name].raw();
    return text_hash(all);
  }
  [[nodiscard]] bool is_known(const JsonValue& message) const {
    const std::string_view id = message["id"].body();
    return !id.empty() && builder_.has(id);
  }
  void note_said(const JsonValue& message) {
    std::uint32_t& times = said_[words_of(message)];
    if (times == 0 || !is_known(message)) ++times;
  }

  NotesOutlineBuilder builder_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> said_;  // how often, by the words
};

Result<GeminiBuilder> build(const Source& source, std::optional<WallTime> until) {
  const auto head = head_of(source);
  if (!head) return std::unexpected(head.error());
  GeminiBuilder builder(until);
  const auto added = is_document(*head) ? builder.add_document(source) : builder.add_lines(source, 0);
  if (!added) return std::unexpected(added.error());
  return builder;
}

bool is_header(const JsonValue& object) {
  return object["sessionId"].is_string() && object["startTime"].is_string() && object["type"].raw().empty() &&
         object["uuid"].raw().empty() && object["role"].raw().empty() &&
         (object["messages"].raw().empty() || object["messages"].is_array()) &&
         (object["projectHash"].is_string() || object["lastUpdated"].is_string());
}

bool is_session_document(const Source& head) {
  constexpr int kSniffedRecords = 5;
  int seen = 0;
  bool all_are_messages = true;
  bool is_framed = false;
  bool is_history = false;
  const auto unreadable = read_json_list(head, kRecordLists,
                                         {.record =
                                              [&](const JsonRecord& record) {
                                                if (seen++ < kSniffedRecords)
                                                  all_are_messages =
                                                      all_are_messages && is_gemini_message(record.object);
                                                return true;
                                              },
                                          .unshown = [](const UnshownLine&) {},
                                          .frame =
                                              [&](const JsonValue& frame) {
                                                is_history = frame["history"].is_array();
                                                is_framed = is_header(frame) && frame["messages"].is_array();
                                              }});
  return unreadable && all_are_messages && (is_framed || (is_history && seen > 0));
}

class GeminiReader final : public SessionReader {
 public:
  explicit GeminiReader(std::filesystem::path path) : path_(std::move(path)) {}

  Result<Outline> read_on(const Source& source) override {
    const auto head = head_of(source);
    if (!head) return std::unexpected(head.error());
    if (read_to_ == 0 && is_document(*head)) return read_gemini(source, path_, {});
    const auto end = end_of_lines(source, read_to_);
    if (!end) return std::unexpected(end.error());
    Source lines = source;
    lines.cut_at(*end);
    if (const auto added = builder_.add_lines(lines, read_to_); !added) return std::unexpected(added.error());
    read_to_ = *end;
    if (*end == source.size()) return builder_.finish(source, path_);
    // What has no end yet is read again when it has one.
    GeminiBuilder copy = builder_;
    if (const auto added = copy.add_lines(source, *end); !added) return std::unexpected(added.error());
    return copy.finish(source, path_);
  }

 private:
  GeminiBuilder builder_;
  std::filesystem::path path_;
  std::uint64_t read_to_ = 0;
};

}  // namespace

bool recognises_gemini(std::string_view head) {
  if (!trim(head.substr(0, 64)).starts_with('{') && !head.starts_with("\xEF\xBB\xBF")) return false;
  if (is_document(head)) {
    const auto source = Source::from_bytes(head);
    return source && is_session_document(*source);
  }
  bool found = false;
  const auto seen = read_first_records(head, 1, [&](const JsonValue& record) {
    found = is_header(record);
    return !found;
  });
  return seen && found;
}

std::span<const std::string_view> gemini_record_lists(const Source& source) {
  const auto head = head_of(source);
  if (!head || !is_document(*head)) return {};
  return kRecordLists;
}

Result<Outline> read_gemini(const Source& source, const std::filesystem::path& path, const ReadLimits& limits) {
  const auto builder = build(source, limits.records_until);
  if (!builder) return std::unexpected(builder.error());
  return builder->finish(source, path);
}

Summary summarise_gemini(const Source& source, const std::filesystem::path& path) {
  Source head = source;
  if (source.size() > 2 * kWindow) head.cut_at(kWindow);
  auto builder = build(head, std::nullopt);
  // A file that cannot be read says nothing here; whoever opens it gets the error. A torn line at the edges is skipped.
  if (!builder) return {};
  const auto start = head_of(head);
  if (head.size() < source.size() && start && !is_document(*start))
    std::ignore = builder->add_lines(source, source.size() - kWindow);
  return summary_of(builder->finish(source, path).facts);
}

/// Always from the front: what is written last may replace what was written first.
Result<Digest> digest_gemini(const Source& source, const std::filesystem::path& path, DigestProgress& progress) {
  progress = {};
  const auto builder = build(source, std::nullopt);
  if (!builder) return std::unexpected(builder.error());
  Outline outline = builder->finish(source, path);
  Digest digest;
  digest.facts = std::move(outline.facts);
  digest.tools = builder->tools();
  const OutlineBlock* prompt = nullptr;
  const OutlineBlock* answer = nullptr;
  const auto count = [&](const std::vector<OutlineBlock>& blocks) {
    for (const OutlineBlock& block : blocks) {
      if (block.kind != BlockKind::user && block.kind != BlockKind::assistant) continue;
      ++digest.messages;
      if (block.kind == BlockKind::assistant) answer = &block;
      if (block.kind == BlockKind::user && prompt == nullptr) prompt = &block;
    }
  };
  for (const Branch& branch : outline.branches) count(branch.blocks);
  const OutlineBlock* abandoned = std::exchange(prompt, nullptr);
  count(outline.blocks);
  if (prompt == nullptr) prompt = abandoned;
  const auto text_of_block = [&](const OutlineBlock* block) {
    const auto loaded = block == nullptr ? Block() : load_gemini(source, *block, path).value_or(Block());
    return preview_line(loaded.text);
  };
  digest.first_prompt = text_of_block(prompt);
  digest.last_answer = text_of_block(answer);
  return digest;
}

std::unique_ptr<SessionReader> follow_gemini(const std::filesystem::path& path) {
  return std::make_unique<GeminiReader>(path);
}

Result<Block> load_gemini(const Source& source, const OutlineBlock& block, const std::filesystem::path& /*path*/) {
  return load_noted(kFormat, source, block);
}

Result<ImageBytes> load_gemini_image(const Source& source, const OutlineBlock& block, std::size_t index) {
  return load_noted_image(kFormat, source, block, index);
}

}  // namespace panko
