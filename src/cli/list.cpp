// panko list: the sessions, in an order and as far as wanted.
#include "catalog/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "base/clock.hpp"
#include "catalog/fuzzy.hpp"
#include "catalog/order.hpp"
#include "cli/command.hpp"
#include "cli/filters.hpp"
#include "cli/json.hpp"
#include "cli/lookups.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string query;
  FilterOptions filter;
  std::optional<std::string> sort;
  std::optional<std::uint32_t> count;
  bool json = false;
};

/// A screen or two; `-n` asks for more. A pipe gets everything.
constexpr std::size_t kOnTerminal = 50;

Row row_of(const SessionEntry& session, WallTime now) {
  const auto age = std::chrono::floor<std::chrono::seconds>(now - session.modified_at);
  return {.cells = {{short_time(age)},
                    {shown(session.digest.facts.title), Style::bold},
                    {shown(session.project)},
                    {std::string(session.agent->id), Style::dim},
                    {fmt::format("{}", session.digest.messages), Style::dim},
                    {short_size(session.size), Style::dim},
                    {shown(session.digest.facts.id.substr(0, 8))}},
          .below = {}};
}

std::string line_of(const SessionEntry& session) {
  const SessionFacts& facts = session.digest.facts;
  return tab_separated({shown(facts.id), to_iso8601(session.modified_at), std::string(session.agent->id),
                        shown(session.project), fmt::format("{}", session.size), shown(session.path.native()),
                        shown(facts.title)});
}

/// The best first, where something is looked for; else in the order that was asked for.
struct Listed {
  SessionEntry session;
  std::int32_t score = 0;
};

std::vector<Listed> select(std::vector<SessionEntry> sessions, const Options& options) {
  const SessionFilter filter = filter_of(options.filter, wall_now());
  const FuzzyQuery query(options.query);
  std::vector<Listed> listed;
  for (SessionEntry& session : sessions) {
    if (!filter.lets_through(session)) continue;
    if (const auto score = query.score(session)) listed.push_back({.session = std::move(session), .score = *score});
  }
  const SortOrder order = sort_order_of(options.sort.value_or("")).value_or(SortOrder::newest);
  std::ranges::sort(listed, [order](const Listed& a, const Listed& b) {
    return a.score != b.score ? a.score > b.score : stands_before(a.session, b.session, order);
  });
  return listed;
}

int list(const Options& options) {
  const bool table = !options.json && output_is_terminal();
  std::vector<Listed> listed = select(panko::list_sessions(places()), options);
  std::vector<std::string> unreadable;
  std::erase_if(listed, [&unreadable](const Listed& entry) {
    if (entry.session.unreadable.empty() || entry.session.agent->read == nullptr) return false;
    unreadable.push_back(entry.session.unreadable);
    return true;
  });
  const std::size_t all = listed.size();
  const std::size_t most = options.count.value_or(table ? kOnTerminal : std::numeric_limits<std::uint32_t>::max());
  listed.resize(std::min(all, most));

  if (options.json) {
    boost::json::array array;
    for (const Listed& entry : listed) array.emplace_back(session_json(entry.session));
    print_line(to_text(array));
  } else if (table) {
    std::vector<Row> rows;
    rows.reserve(listed.size());
    for (const Listed& entry : listed) rows.push_back(row_of(entry.session, wall_now()));
    print(aligned(rows, 1, terminal_columns()));
  } else {
    for (const Listed& entry : listed) print(line_of(entry.session));
  }

  for (const std::string& sentence : unreadable) complain(sentence);
  const bool everything =
      options.query.empty() && !options.filter.agent && !options.filter.project && !options.filter.since;
  if (all == 0 && unreadable.empty())
    note(everything ? "There is no session yet: no agent that panko knows has left one for this user."
                    : "No session is like that; `panko list` alone shows all of them.");
  if (table && all > listed.size()) note(fmt::format("... and {} more: -n {} shows them", all - listed.size(), all));
  return 0;
}

}  // namespace

int list_sessions() {
  return list({});
}

Command list_command() {
  auto options = std::make_shared<Options>();
  std::vector<std::string> orders;
  orders.reserve(kSortOrders.size());
  for (const SortOrder order : kSortOrders) orders.emplace_back(name_of(order));
  std::vector<Argument> arguments{{.names = "QUERY",
                                   .help = "only those whose title, project, first prompt or id is like this",
                                   .target = &options->query}};
  std::ranges::move(filter_arguments(options->filter), std::back_inserter(arguments));
  arguments.push_back({.names = "--sort",
                       .help = "in which order; newest without it",
                       .target = &options->sort,
                       .value = "ORDER",
                       .choices = std::move(orders)});
  arguments.push_back({.names = "-n", .help = "at most this many", .target = &options->count, .value = "N"});
  arguments.push_back({.names = "--json", .help = "a JSON array (docs/json.md)", .target = &options->json});
  return {.name = "list",
          .summary = "List the sessions of this user, newest first.",
          .details =
              "A QUERY is matched as in a type-ahead: its letters in order, its words in any order; the best match "
              "comes first. Upper and lower case are the same unless it has an upper-case letter.",
          .arguments = std::move(arguments),
          .examples = {{"list", "what is there; each id can be shared, shown and viewed"},
                       {"list fernw retry", "the session about retries in the project fernwatch"},
                       {"list --since 7d --sort size", "what took most room this week"},
                       {"list -n 5 --json", "the newest five, for a program"}},
          .run = [options] { return list(*options); }};
}

}  // namespace panko::cli
