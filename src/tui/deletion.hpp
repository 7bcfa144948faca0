// Puts a session into the trash, with the files beside it. Blocking; any thread. Throws Failure.
#pragma once

#include <filesystem>
#include <vector>

#include "config/places.hpp"

namespace panko::tui {

/// What goes: the session's file, and the folder beside it of its name, where an agent keeps its side files.
[[nodiscard]] std::vector<std::filesystem::path> files_of_session(const std::filesystem::path& session);

/// Refuses while the session is shared, and when that cannot be found out: the link would be left without its session.
void delete_session(const Places& places, const std::filesystem::path& session);

}  // namespace panko::tui
