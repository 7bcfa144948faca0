// A rollout that is being written: complete lines are read once. What has no line end yet counts, on a copy.
#include <memory>
#include <utility>

#include "agents/codex.hpp"
#include "agents/codex_document.hpp"
#include "agents/codex_outline.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

class CodexReader final : public SessionReader {
 public:
  explicit CodexReader(std::filesystem::path path) : path_(std::move(path)) {}

  Result<Outline> read_on(const Source& source) override {
    // Rewritten as a whole, its lines mean nothing.
    if (is_codex_document(source)) return read_codex(source, path_, {});
    const auto end = end_of_lines(source, progress_.read_to);
    if (!end) return std::unexpected(end.error());
    Source lines = source;
    lines.cut_at(*end);
    if (const auto added = add_json_lines(builder_, lines, progress_); !added) return std::unexpected(added.error());
    if (*end == source.size()) return finish(builder_, progress_);

    CodexOutlineBuilder builder = builder_;
    JsonLinesProgress progress = progress_;
    if (const auto added = add_json_lines(builder, source, progress); !added) return std::unexpected(added.error());
    return finish(builder, progress);
  }

 private:
  [[nodiscard]] Outline finish(const CodexOutlineBuilder& builder, const JsonLinesProgress& progress) const {
    Outline outline = builder.finish(path_);
    outline.facts.unreadable_lines = progress.unreadable;
    return outline;
  }

  std::filesystem::path path_;
  CodexOutlineBuilder builder_{std::nullopt};
  JsonLinesProgress progress_;
};

}  // namespace

std::unique_ptr<SessionReader> follow_codex(const std::filesystem::path& path) {
  return std::make_unique<CodexReader>(path);
}

}  // namespace panko
