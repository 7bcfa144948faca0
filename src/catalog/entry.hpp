// A session as the catalog knows it: its file and its digest. What a list, a preview and a search are made of.
// Plain value.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "agents/agent.hpp"
#include "base/clock.hpp"
#include "session/digest.hpp"

namespace panko {

struct SessionEntry {
  std::filesystem::path path;
  const Agent* agent = nullptr;  // never null
  std::uint64_t size = 0;        // bytes on disk
  WallTime modified_at;
  Digest digest;
  std::string project;     // project_of(digest.facts.cwd)
  std::string unreadable;  // one sentence: why it cannot be read; then the digest knows no more than the file's name
};

}  // namespace panko
