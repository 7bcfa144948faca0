// One session file, looked at: what the catalog keeps of it. Reads the file; may be called from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>

#include "agents/agent.hpp"
#include "catalog/entry.hpp"
#include "catalog/index.hpp"

namespace panko {

/// no_session: nothing that a list shows: no agent's file at all, or a session that another one began.
enum class Finding : std::uint8_t { session, no_session, unreadable, gone };

struct Look {
  Finding finding = Finding::gone;
  FileStamp stamp;     // of the bytes that were read
  SessionEntry entry;  // of a session, and of what is unreadable
  ReadingState state;  // of a large session, and of a large one that another one began
};

/// `agent` found the file, and is asked first. `known`: what was kept when it was shorter; used only when the file
/// still begins with the same bytes. Once `stop` is requested, the result is of no use.
[[nodiscard]] Look look_at(const std::filesystem::path& path, const Agent& agent,
                           const std::optional<ReadingState>& known, const std::stop_token& stop);

}  // namespace panko
