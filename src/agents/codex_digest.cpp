// The digest of a rollout: its facts, what was said and which tools were called, from the same findings as the outline.
#include "agents/codex.hpp"
#include "agents/codex_document.hpp"
#include "agents/codex_scan.hpp"
#include "agents/digest_steps.hpp"
#include "agents/packed_state.hpp"
#include "agents/session_text.hpp"

namespace panko {

namespace {

// Raised when what is kept, or what it means, changes.
constexpr std::uint8_t kStateVersion = 2;

class CodexDigester {
 public:
  Result<void> add_all(const Source& source, std::uint64_t from) {
    const JsonLinesVisitor visitor{.record =
                                       [this](const JsonRecord& record) {
                                         add(record);
                                         return true;
                                       },
                                   .unshown = [](const UnshownLine&) {}};
    const auto unreadable = read_json_lines(source, visitor, from);
    if (!unreadable) return std::unexpected(unreadable.error());
    unreadable_ += *unreadable;
    return {};
  }

  void add(const JsonRecord& record) {
    for (const CodexFinding& found : scan_.add(parse_codex_record(record.object), record.object.raw())) {
      using enum CodexFinding::What;
      if (found.what != block && found.what != confirm) continue;
      if (found.kind == BlockKind::user || found.kind == BlockKind::assistant) ++messages_;
      if (found.kind == BlockKind::assistant) last_answer_ = preview_line(found.text);
      if (found.kind == BlockKind::tool) count_call(tools_, found.text);
    }
  }

  [[nodiscard]] Digest sum_up(const std::filesystem::path& path) const {
    Digest digest;
    digest.facts = scan_.facts(path);
    digest.facts.unreadable_lines = unreadable_;
    digest.messages = messages_;
    digest.tools = tools_;
    sort_by_calls(digest.tools);
    digest.first_prompt = scan_.first_prompt();
    digest.last_answer = last_answer_;
    return digest;
  }

  [[nodiscard]] std::string save() {
    StateWriter writer;
    std::uint8_t version = kStateVersion;
    writer(version, hash_.seed);
    keep(writer);
    return writer.take();
  }

  /// False: not understood, and this digester is of no use any more.
  [[nodiscard]] bool restore(std::string_view state) {
    StateReader reader(state);
    std::uint8_t version = 0;
    reader(version, hash_.seed);
    if (version != kStateVersion) return false;
    scan_ = CodexScan(hash_);
    keep(reader);
    return reader.is_whole();
  }

 private:
  template <class Archive>
  void keep(Archive& archive) {
    archive(scan_, messages_, tools_, last_answer_, unreadable_);
  }

  TextHash hash_;
  CodexScan scan_{hash_};
  std::uint32_t messages_ = 0;
  std::vector<ToolCount> tools_;
  std::string last_answer_;
  std::uint64_t unreadable_ = 0;
};

}  // namespace

Result<Digest> digest_codex(const Source& source, const std::filesystem::path& path, DigestProgress& progress) {
  if (is_codex_document(source)) {
    CodexDigester digester;
    if (const auto added = add_codex_document(digester, source); !added) return std::unexpected(added.error());
    progress = {.read_to = source.size(), .state = {}};  // it is rewritten as a whole
    return digester.sum_up(path);
  }
  return digest_in_steps<CodexDigester>(source, path, progress);
}

}  // namespace panko
