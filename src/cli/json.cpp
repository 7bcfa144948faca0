#include "cli/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "cli/finding_words.hpp"
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

json::object session_json(const SessionEntry& session) {
  const SessionFacts& facts = session.digest.facts;
  json::object object;
  put(object, "id", facts.id);
  object["agent"] = session.agent->id;
  put(object, "title", facts.title);
  put(object, "project", session.project);
  put(object, "cwd", facts.cwd);
  put(object, "git_branch", facts.git_branch);
  put(object, "path", session.path.native());
  object["size"] = session.size;
  put(object, "modified_at", session.modified_at);
  put(object, "unreadable", session.unreadable);
  put(object, "started_at", facts.started_at);
  put(object, "ended_at", facts.ended_at);
  object["messages"] = session.digest.messages;
  json::array models;
  for (const std::string& model : facts.models) models.emplace_back(to_valid_utf8(model));
  object["models"] = std::move(models);
  object["usage"] = {{"input_tokens", facts.usage.input_tokens},
                     {"output_tokens", facts.usage.output_tokens},
                     {"cache_read_tokens", facts.usage.cache_read_tokens},
                     {"cache_write_tokens", facts.usage.cache_write_tokens}};
  json::array tools;
  for (const ToolCount& tool : session.digest.tools)
    tools.push_back({{"name", to_valid_utf8(tool.name)}, {"calls", tool.calls}});
  object["tools"] = std::move(tools);
  put(object, "first_prompt", session.digest.first_prompt);
  put(object, "last_answer", session.digest.last_answer);
  object["unreadable_lines"] = facts.unreadable_lines;
  return object;
}

json::object hit_json(const SearchHit& hit) {
  const SessionFacts& facts = hit.session->digest.facts;
  json::object object;
  put(object, "id", facts.id);
  object["agent"] = hit.session->agent->id;
  put(object, "title", facts.title);
  put(object, "project", hit.session->project);
  put(object, "path", hit.session->path.native());
  put(object, "anchor", hit.anchor);
  object["kind"] = name_of(hit.kind);
  put(object, "timestamp", hit.time);
  put(object, "line", hit.line);
  json::array matches;
  for (const auto& [offset, length] : hit.marks) matches.emplace_back(hit.line.substr(offset, length));
  object["matches"] = std::move(matches);
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

json::object scan_json(const protocol::ScanInfo& scan) {
  json::object kinds;
  for (const bool personal : {false, true})
    for (const auto& [kind, count] : kinds_of(scan, personal)) kinds[kind] = count;
  return {{"findings", protocol::to_json_array(scan.findings)},
          {"counts",
           {{"secrets", scan.secrets},
            {"personal", scan.personal},
            {"left_out", scan.left_out},
            {"kinds", std::move(kinds)}}}};
}

json::object doctor_json(const Findings& findings) {
  json::array checks;
  for (const Finding& finding : findings) {
    json::object check{{"level", name_of(finding.level)}, {"check", finding.check}, {"message", finding.sentence}};
    if (finding.mend) check["mend"] = *finding.mend;
    checks.push_back(std::move(check));
  }
  const auto count = [&](Level level) { return std::ranges::count(findings, level, &Finding::level); };
  return {{"problems", count(Level::problem)}, {"warnings", count(Level::warning)}, {"checks", std::move(checks)}};
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
