// panko search: a literal text inside the sessions.
#include "catalog/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/filters.hpp"
#include "cli/json.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string query;
  FilterOptions filter;
  bool json = false;
  std::optional<std::uint32_t> count;
};

/// Without what does not fit at its front.
std::string last_columns(std::string_view text, std::size_t columns) {
  if (terminal_width(text) <= columns) return std::string(text);
  while (!text.empty() && terminal_width(text) + 1 > columns) text.remove_prefix(decode_character(text).length);
  return "…" + std::string(text);
}

/// The line with its first match in sight, and every match marked.
std::string marked_line(const SearchHit& hit, std::size_t columns) {
  const std::string_view line = hit.line;
  const MatchRange& first = hit.marks.front();
  std::string before = shown(line.substr(0, first.offset));
  if (const auto text = before.find_first_not_of(' '); text != std::string::npos) before.erase(0, text);
  std::string out;
  const auto add = [&](std::string_view part, Style style) {
    const std::string fitting = elide(part, columns);
    columns -= std::min(columns, terminal_width(fitting));
    out += styled(style, fitting);
  };
  add(last_columns(before, columns / 3), Style::plain);
  for (std::size_t i = 0; i < hit.marks.size() && columns > 0; ++i) {
    const auto [offset, length] = hit.marks[i];
    const std::size_t next = i + 1 < hit.marks.size() ? hit.marks[i + 1].offset : line.size();
    add(shown(line.substr(offset, length)), Style::red);
    add(shown(line.substr(offset + length, next - offset - length)), Style::plain);
  }
  return out;
}

/// For people: a line for the session, and a line for each hit in it.
class Listing {
 public:
  void add(const SearchHit& hit) {
    constexpr std::size_t kAnchor = 8;
    const SessionEntry& session = *hit.session;
    const WallTime now = wall_now();
    const auto age = [&](WallTime time) { return short_time(std::chrono::floor<std::chrono::seconds>(now - time)); };
    if (&session != last_.get()) {
      if (last_) print_line("");
      last_ = hit.session;
      const SessionFacts& facts = session.digest.facts;
      const std::string tail =
          fmt::format("  {}  {}  {}", shown(session.project), session.agent->id, age(session.modified_at));
      const std::size_t left = columns_ - std::min(columns_, terminal_width(tail) + 10);
      print_line(fmt::format("{}  {}{}", styled(Style::green, shown(facts.id.substr(0, 8))),
                             styled(Style::bold, elide(shown(facts.title), std::max<std::size_t>(left, 20))),
                             styled(Style::dim, tail)));
    }
    const std::string place = fmt::format("  {:<8}  {:<10}  {:>7}  ", shown(truncate_utf8(hit.anchor, kAnchor)),
                                          name_of(hit.kind), hit.time ? age(*hit.time) : "");
    const std::size_t left = columns_ - std::min(columns_, terminal_width(place));
    print_line(styled(Style::dim, place) + marked_line(hit, std::max<std::size_t>(left, 20)));
  }

 private:
  const std::size_t columns_ = terminal_columns();
  std::shared_ptr<const SessionEntry> last_;
};

std::string line_of(const SearchHit& hit) {
  const SessionFacts& facts = hit.session->digest.facts;
  return tab_separated({shown(facts.id), shown(hit.anchor), std::string(name_of(hit.kind)),
                        hit.time ? to_iso8601(*hit.time) : "", shown(hit.session->project), shown(facts.title),
                        shown(hit.line)});
}

int search(const Options& options) {
  const TextPattern pattern = value_or_throw(TextPattern::of(options.query));
  const SessionFilter filter = filter_of(options.filter, wall_now());
  const bool listing = !options.json && output_is_terminal();
  const std::size_t most = options.count.value_or(std::numeric_limits<std::uint32_t>::max());
  std::size_t found = 0;
  Listing for_people;
  const auto problems = search_sessions(pattern, filter, [&](const SearchHit& hit) {
    if (found == most) return false;
    ++found;
    if (options.json) {
      print_line(to_text(hit_json(hit)));
    } else if (listing) {
      for_people.add(hit);
    } else {
      print(line_of(hit));
    }
    // Each is there as soon as it is found; when nobody reads on, there is no more to find.
    return std::fflush(stdout) == 0 && found < most;
  });
  for (const std::string& sentence : problems) complain(sentence);
  if (found == 0) note(fmt::format("No session has \"{}\".", shown(truncate_utf8(options.query, 100))));
  return 0;
}

}  // namespace

Command search_command() {
  auto options = std::make_shared<Options>();
  std::vector<Argument> arguments{
      {.names = "QUERY", .help = "the text, literally", .target = &options->query, .required = true}};
  for (Argument& argument : filter_arguments(options->filter)) arguments.push_back(std::move(argument));
  arguments.push_back({.names = "-n", .help = "at most this many hits", .target = &options->count, .value = "N"});
  arguments.push_back({.names = "--json", .help = "one JSON object a line (docs/json.md)", .target = &options->json});
  return {.name = "search",
          .summary = "Find a text inside the sessions, newest first.",
          .details =
              "Prompts, answers, thinking, tool inputs and results, and output of commands are searched, as they are "
              "shown. Upper and lower case are the same unless QUERY has an upper-case letter. Each hit is printed as "
              "it is found. No hit is no failure.",
          .arguments = std::move(arguments),
          .examples = {{"search \"connection refused\"", "where was that?"},
                       {"search --project garden --since 7d -n 5 TODO", "the newest five of a project"}},
          .run = [options] { return search(*options); }};
}

}  // namespace panko::cli
