// The --json output of the commands: docs/json.md is its page, and a test holds both together. Absent values are left
// out. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "catalog/entry.hpp"
#include "catalog/session_search.hpp"
#include "cli/diagnosis.hpp"
#include "edition/check.hpp"
#include "protocol/messages.hpp"

namespace panko::cli {

/// `panko list`: one element.
[[nodiscard]] boost::json::object session_json(const SessionEntry& session);
/// `panko search`: one line.
[[nodiscard]] boost::json::object hit_json(const SearchHit& hit);
/// `panko check`: one line. The path is the one that the user gave.
[[nodiscard]] boost::json::object check_json(const std::filesystem::path& path, const Result<CheckReport>& report);
/// `panko serve-status`. nullopt: no daemon runs.
[[nodiscard]] boost::json::object serve_status_json(const std::optional<protocol::StatusInfo>& status);

/// `panko scan`.
[[nodiscard]] boost::json::object scan_json(const protocol::ScanInfo& scan);
/// `panko doctor`.
[[nodiscard]] boost::json::object doctor_json(const Findings& findings);

/// As one line, without its end.
[[nodiscard]] std::string to_text(const boost::json::value& value);

/// JSON text with every character that could drive a terminal, or mislead who reads it, as \uXXXX: the same JSON.
[[nodiscard]] std::string json_for_terminal(std::string_view json);

}  // namespace panko::cli
