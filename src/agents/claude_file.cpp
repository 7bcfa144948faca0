#include "agents/claude_file.hpp"

#include "session/line_reader.hpp"

namespace panko {

Result<void> ClaudeFile::read_whole(const Source& source) {
  return add_json_lines(builder_, source, progress_);
}

Result<void> ClaudeFile::read_on(const Source& source) {
  with_rest_.reset();
  rest_unreadable_ = 0;
  const auto end = end_of_lines(source, progress_.read_to);
  if (!end) return std::unexpected(end.error());
  Source lines = source;
  lines.cut_at(*end);
  if (auto added = add_json_lines(builder_, lines, progress_); !added) return added;
  if (*end == source.size()) return {};

  // Nearly always it is the beginning of a record, and adds nothing.
  bool any = false;
  JsonLinesProgress rest = progress_;
  const JsonLinesVisitor look{.record = [&](const JsonRecord&) { return !(any = true); },
                              .unshown = [&](const UnshownLine&) { any = true; }};
  if (auto looked = read_json_lines(source, look, rest); !looked) return looked;
  if (any) {
    rest = progress_;
    if (auto added = add_json_lines(with_rest_.emplace(builder_), source, rest); !added) return added;
  }
  rest_unreadable_ = rest.unreadable - progress_.unreadable;
  return {};
}

}  // namespace panko
