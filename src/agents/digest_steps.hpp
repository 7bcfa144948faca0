// How a digest is gone on with where its file has grown: the same for every agent that writes lines. A Digester has
// add_all(source, from), sum_up(path), save() and restore(state); a default one begins at the front.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "session/digest.hpp"
#include "session/line_reader.hpp"
#include "session/source.hpp"

namespace panko {

/// Counts one call of a tool; of very many different ones, the first thousand.
void count_call(std::vector<ToolCount>& tools, std::string_view name);

/// Most used first, then by name.
void sort_by_calls(std::vector<ToolCount>& tools);

/// `of`: what a new Digester is made of.
template <class Digester, class... Of>
Result<Digest> digest_in_steps(const Source& source, const std::filesystem::path& path, DigestProgress& progress,
                               const Of&... of) {
  // A smaller file is read from its front again when it has grown: that takes a few milliseconds, and 10,000 sessions
  // leave no megabytes of state in the index.
  constexpr std::uint64_t kSmallFile = 2 << 20;

  Digester digester(of...);
  std::uint64_t from = progress.read_to;
  if (from > 0 && (from > source.size() || progress.state.empty() || !digester.restore(progress.state))) {
    digester = Digester(of...);
    from = 0;
  }
  const auto end = end_of_lines(source, from);
  if (!end) return std::unexpected(end.error());
  Source lines = source;
  lines.cut_at(*end);
  if (const auto added = digester.add_all(lines, from); !added) return std::unexpected(added.error());
  progress.read_to = *end;
  progress.state = *end < kSmallFile ? std::string() : digester.save();
  // What has no end yet counts as the outline counts it, and is read again when it has one.
  if (*end < source.size())
    if (const auto added = digester.add_all(source, *end); !added) return std::unexpected(added.error());
  return digester.sum_up(path);
}

}  // namespace panko
