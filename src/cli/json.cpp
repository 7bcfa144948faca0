#include "cli/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "protocol/wire.hpp"

namespace panko::cli {

namespace json = boost::json;

namespace {

void put(json::object& object, std::string_view key, const std::string& value) {
  if (!value.empty()) object[key] = to_valid_utf8(value);
}

void put(json::object& object, std::string_view key, const std::optional<WallTime>& time) {
  if (time) object[key] = to_iso8601(*time);
}

}  // namespace

json::object session_json(const Session& session) {
  json::object object;
  put(object, "id", session.summary.id);
  object["agent"] = session.file.agent->id;
  put(object, "title", session.summary.title);
  put(object, "project", project_of(session.summary.cwd));
  put(object, "cwd", session.summary.cwd);
  put(object, "path", session.file.path.native());
  object["size"] = session.file.size;
  put(object, "modified_at", session.file.modified_at);
  put(object, "started_at", session.summary.started_at);
  put(object, "ended_at", session.summary.ended_at);
  return object;
}

json::object check_json(const std::filesystem::path& path, const Result<CheckReport>& report) {
  json::object object;
  put(object, "path", path.native());
  if (!report) {
    put(object, "error", report.error().message);
    return object;
  }
  put(object, "id", report->id);
  object["agent"] = report->agent;
  object["blocks"] = report->blocks;
  object["duration_seconds"] = report->duration.count();
  object["unreadable_lines"] = report->unreadable_lines;
  return object;
}

json::object serve_status_json(const std::optional<protocol::StatusInfo>& status) {
  json::object object;
  object["running"] = status.has_value();
  if (status)
    for (const auto& field : protocol::to_json(*status)) object.insert(field);
  return object;
}

std::string to_text(const json::value& value) {
  return json_for_terminal(json::serialize(value));
}

std::string json_for_terminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    // Nearly everything: characters that need no look.
    const auto plain = std::ranges::find_if(text, [](unsigned char c) { return c < 0x20 || c >= 0x7F; });
    const auto run = static_cast<std::size_t>(plain - text.begin());
    out += text.substr(0, run);
    text.remove_prefix(run);
    if (text.empty()) break;
    const auto [c, length] = decode_character(text);
    if (c < 0) {
      out += "\xEF\xBF\xBD";
    } else if (c == 0x7F || (c >= 0x80 && c < 0xA0) || (c < 0x20 && c != '\n' && c != '\t') || is_invisible(c)) {
      if (c >= 0x10000)
        out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((c - 0x10000) >> 10), 0xDC00 + ((c - 0x10000) & 0x3FF));
      else
        out += fmt::format("\\u{:04x}", c);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace panko::cli
