#include "cli/finding_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/numbers.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "protocol/findings.hpp"

namespace panko::cli {

namespace {

using protocol::FindingInfo;
using protocol::ScanInfo;

std::string times(std::uint64_t count) {
  return count == 1 ? "" : format_count(count, "time", "times");
}

Row row_of(const FindingInfo& finding, std::size_t columns) {
  Row row{.cells = {{"  " + name_of(finding), finding.personal ? Style::plain : Style::bold},
                    {shown(finding.sample)},
                    {finding.allowed ? "not masked: you said it is fine" : place_of(finding), Style::dim},
                    {times(finding.count), Style::dim}},
          .below = {}};
  if (!finding.context.empty() && !finding.personal)
    row.below.push_back({"  " + elide(shown(finding.context), std::max<std::size_t>(columns, 20) - 4), Style::dim});
  return row;
}

/// Those of one part, with a heading for each turn.
std::string by_turn(const std::vector<const FindingInfo*>& findings, std::size_t columns) {
  std::string out;
  for (std::size_t i = 0; i < findings.size();) {
    const std::uint64_t turn = findings[i]->turn;
    std::vector<Row> rows;
    for (; i < findings.size() && findings[i]->turn == turn; ++i) rows.push_back(row_of(*findings[i], columns));
    out += (turn == 0 ? "Before the first prompt" : fmt::format("Prompt {}", turn)) + '\n';
    out += aligned(rows, 1, columns) + '\n';
  }
  return out;
}

}  // namespace

std::string name_of(const FindingInfo& finding) {
  return shown(protocol::finding_name(finding));
}

std::string place_of(const FindingInfo& finding) {
  static const std::map<std::string_view, std::string_view> kPlaces{
      {"user", "in a prompt"},        {"assistant", "in an answer"},        {"thinking", "in thinking"},
      {"tool", "in a tool call"},     {"subagent", "in a sub-agent"},       {"command", "in a command"},
      {"compaction", "in a summary"}, {"notice", "in a note of the agent"}, {"image", "beside a picture"}};
  const auto found = kPlaces.find(finding.where);
  return std::string(found == kPlaces.end() ? "in a record" : found->second);
}

std::vector<const FindingInfo*> different_values(const ScanInfo& scan) {
  std::vector<const FindingInfo*> values;
  std::set<std::string_view> seen;
  for (const FindingInfo& finding : scan.findings)
    if (seen.insert(finding.hash).second) values.push_back(&finding);
  return values;
}

std::vector<std::pair<std::string, std::uint64_t>> kinds_of(const ScanInfo& scan, bool personal) {
  std::map<std::string, std::uint64_t> counts;
  for (const FindingInfo* value : different_values(scan))
    if (value->personal == personal && !value->allowed) ++counts[value->kind];
  std::vector<std::pair<std::string, std::uint64_t>> kinds(counts.begin(), counts.end());
  std::ranges::sort(kinds, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return kinds;
}

std::string kinds_line(const ScanInfo& scan, bool personal) {
  std::string out;
  for (const auto& [kind, count] : kinds_of(scan, personal))
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, shown(kind));
  return out;
}

std::string findings_text(const ScanInfo& scan, std::size_t columns) {
  std::vector<const FindingInfo*> secrets;
  for (const FindingInfo& finding : scan.findings)
    if (!finding.personal) secrets.push_back(&finding);
  std::string out = by_turn(secrets, columns);
  // A home directory stands in every record: where each value is first is enough.
  std::vector<Row> rows;
  for (const FindingInfo* value : different_values(scan)) {
    if (!value->personal) continue;
    std::uint64_t count = 0;
    for (const FindingInfo& finding : scan.findings)
      if (finding.hash == value->hash) count += finding.count;
    rows.push_back(row_of(*value, columns));
    rows.back().cells[3].text = times(count);
  }
  if (!rows.empty()) out += "Personal data\n" + aligned(rows, 1, columns) + '\n';
  return out;
}

std::string findings_lines(const ScanInfo& scan) {
  std::string out;
  for (const FindingInfo& finding : scan.findings)
    out += tab_separated({std::to_string(finding.turn), finding.personal ? "personal" : "secret",
                          finding.allowed ? "allowed" : "masked", name_of(finding), shown(finding.sample),
                          shown(finding.where), std::to_string(finding.count), shown(finding.anchor),
                          shown(finding.rule), shown(finding.hash), shown(finding.context)});
  return out;
}

std::string hash_of(const ScanInfo& scan, std::string_view word) {
  constexpr std::size_t kShortestHash = 8;
  word = protocol::name_in_marker(word);
  std::vector<const FindingInfo*> found;
  for (const FindingInfo* value : different_values(scan))
    if (name_of(*value) == word || (word.size() >= kShortestHash && value->hash.starts_with(word)))
      found.push_back(value);
  const std::string asked = shown(truncate_utf8(word, 100));
  if (found.size() == 1) return found[0]->hash;
  if (found.empty())
    throw Failure(
        fmt::format("Nothing that was found is called \"{}\"; name it as the scan does: \"github-token #3\", "
                    "or by the beginning of its hash.",
                    asked));
  throw Failure(
      fmt::format("\"{}\" is {} values; name one by its hash: panko scan --json shows them.", asked, found.size()));
}

}  // namespace panko::cli
