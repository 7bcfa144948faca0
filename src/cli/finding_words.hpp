// How what a scan found is told to the user, the same by every command. Cleaned for a terminal; nothing in it tells a
// value. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/messages.hpp"

namespace panko::cli {

/// "github-token #3": its marker without the brackets, and what --allow takes.
[[nodiscard]] std::string name_of(const protocol::FindingInfo& finding);
/// "in the output of a tool": where it stands, for people.
[[nodiscard]] std::string place_of(const protocol::FindingInfo& finding);
/// Different values by kind, the most frequent first: "3 github-token, 1 jwt". Allowed ones do not count.
[[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> kinds_of(const protocol::ScanInfo& scan,
                                                                          bool personal);
/// The same as one line.
[[nodiscard]] std::string kinds_line(const protocol::ScanInfo& scan, bool personal);

/// For a terminal of so many columns: secrets by turn, each with its line of context; behind them personal data, each
/// value once.
[[nodiscard]] std::string findings_text(const protocol::ScanInfo& scan, std::size_t columns);
/// The same for a program: one line each, its fields separated by tabs.
[[nodiscard]] std::string findings_lines(const protocol::ScanInfo& scan);

/// One finding of each value, in the order of the scan.
[[nodiscard]] std::vector<const protocol::FindingInfo*> different_values(const protocol::ScanInfo& scan);
/// The hash of what the user means by a name, a marker or the beginning of a hash (8 digits or more). Throws Failure.
[[nodiscard]] std::string hash_of(const protocol::ScanInfo& scan, std::string_view word);

}  // namespace panko::cli
