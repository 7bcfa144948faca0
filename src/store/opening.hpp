// How state.db is opened: what is refused, what is set aside, how an older file is brought to this version.
// Throws Failure.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sqlite/database.hpp"

namespace panko {

/// The database, in the current version, checked and ready. Sentences for the user are appended to `warnings`.
[[nodiscard]] std::unique_ptr<Database> open_database(const std::filesystem::path& file, int version,
                                                      std::vector<std::string>& warnings);

/// Throws when the file is there and of a newer version. Changes nothing.
void check_version(const std::filesystem::path& file, int version);

/// Damaged databases that lie beside `file`, oldest first.
[[nodiscard]] std::vector<std::filesystem::path> databases_set_aside(const std::filesystem::path& file);

}  // namespace panko
