// The digest of a session from the notes of its records: gone on with where the file has grown.
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <utility>

#include "agents/digest_steps.hpp"
#include "agents/json_lines.hpp"
#include "agents/notes_facts.hpp"
#include "agents/notes_outline.hpp"
#include "agents/packed_state.hpp"
#include "agents/session_text.hpp"
#include "base/json_text.hpp"

namespace panko {

namespace {

// Raised when what is kept, or what it means, changes.
constexpr std::uint8_t kStateVersion = 1;

class NotesDigester {
 public:
  explicit NotesDigester(const RecordFormat& format) : format_(&format) {}

  Result<void> add_all(const Source& source, std::uint64_t from) {
    const auto unreadable = read_json_lines(source,
                                            {.record =
                                                 [this](const JsonRecord& record) {
                                                   add(record.object);
                                                   return true;
                                                 },
                                             .unshown = [](const UnshownLine&) {}},
                                            from);
    if (!unreadable) return std::unexpected(unreadable.error());
    unreadable_ += *unreadable;
    return {};
  }

  [[nodiscard]] Digest sum_up(const std::filesystem::path& path) const {
    Digest digest;
    digest.facts = facts_.sum_up(path);
    digest.facts.usage += usage_;
    digest.facts.unreadable_lines = unreadable_;
    digest.messages = messages_;
    digest.tools = tools_;
    sort_by_calls(digest.tools);
    digest.first_prompt = facts_.first_prompt();
    digest.last_answer = last_answer_;
    return digest;
  }

  [[nodiscard]] std::string save() {
    StateWriter writer;
    std::uint8_t version = kStateVersion;
    writer(version);
    keep(writer);
    return writer.take();
  }

  /// False: not understood, and this digester is of no use any more.
  [[nodiscard]] bool restore(std::string_view state) {
    StateReader reader(state);
    std::uint8_t version = 0;
    reader(version);
    if (version != kStateVersion) return false;
    keep(reader);
    return reader.is_whole();
  }

 private:
  void add(const JsonValue& record) {
    const RecordNotes notes = format_->note(record);
    if (!notes.id.empty() && !seen_.insert(hash_(record.raw())).second) return;  // the same record once more
    const bool is_main = notes.inside.empty() || !calls_.contains(hash_(notes.inside));
    facts_.add(notes, is_main);
    if (notes.usage) usage_ += *notes.usage;
    for (const Note& note : notes.notes) {
      if (note.is_result || note.kind == BlockKind::tool) {
        add_tool(note, is_main);
      } else if (is_main) {
        if (note.kind == BlockKind::user || note.kind == BlockKind::assistant) ++messages_;
        if (note.kind == BlockKind::assistant) last_answer_ = preview_line(text_of(note));
      }
    }
  }

  void add_tool(const Note& note, bool is_main) {
    if (format_->repeats_calls && !note.call.empty()) {
      const auto call = calls_.find(hash_(note.call));
      if (note.is_result) {
        if (call != calls_.end()) call->second = false;
        return;
      }
      if (call != calls_.end() && std::exchange(call->second, true)) return;
      calls_[hash_(note.call)] = true;
    }
    if (!note.is_result && is_main) count_call(tools_, unescape_json(short_name(note.body)));
  }

  template <class Archive>
  void keep(Archive& archive) {
    archive(hash_.seed, facts_, messages_, tools_, last_answer_, usage_, unreadable_, seen_, calls_);
  }

  const RecordFormat* format_;
  TextHash hash_;
  NotesFacts facts_;
  std::uint32_t messages_ = 0;
  std::vector<ToolCount> tools_;
  std::string last_answer_;
  Usage usage_;
  std::uint64_t unreadable_ = 0;
  boost::unordered_flat_set<std::uint64_t> seen_;         // whole records
  boost::unordered_flat_map<std::uint64_t, bool> calls_;  // whether they wait for their result
};

}  // namespace

Result<Digest> digest_noted_lines(const RecordFormat& format, const Source& source, const std::filesystem::path& path,
                                  DigestProgress& progress) {
  return digest_in_steps<NotesDigester>(source, path, progress, format);
}

}  // namespace panko
