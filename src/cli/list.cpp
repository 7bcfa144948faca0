// panko list: every session, newest first.
#include <fmt/format.h>

#include <limits>
#include <memory>

#include "base/clock.hpp"
#include "catalog/catalog.hpp"
#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "session/outline.hpp"

namespace panko::cli {

namespace {

struct Options {
  bool json = false;
  std::optional<std::uint32_t> count;
};

/// A screen or two; `-n` asks for more. A pipe gets everything.
constexpr std::size_t kOnTerminal = 50;

Row row_of(const Session& session, WallTime now) {
  const auto age = std::chrono::floor<std::chrono::seconds>(now - session.file.modified_at);
  return {.cells = {{short_time(age)},
                    {shown(session.summary.title), Style::bold},
                    {shown(project_of(session.summary.cwd))},
                    {std::string(session.file.agent->id), Style::dim},
                    {short_size(session.file.size), Style::dim},
                    {shown(session.summary.id.substr(0, 8))}},
          .below = {}};
}

std::string line_of(const Session& session) {
  return tab_separated({shown(session.summary.id), to_iso8601(session.file.modified_at),
                        std::string(session.file.agent->id), shown(project_of(session.summary.cwd)),
                        fmt::format("{}", session.file.size), shown(session.file.path.native()),
                        shown(session.summary.title)});
}

int list(const Options& options) {
  const bool table = !options.json && output_is_terminal();
  const std::size_t most = options.count.value_or(table ? kOnTerminal : std::numeric_limits<std::uint32_t>::max());
  std::vector<Session> sessions;
  std::vector<std::string> unreadable;
  std::size_t left = 0;
  for (const SessionFile& file : find_session_files()) {
    if (sessions.size() >= most) {
      ++left;
      continue;
    }
    if (auto session = look_at(file))
      sessions.push_back(std::move(*session));
    else
      unreadable.push_back(session.error().message);
  }

  if (options.json) {
    boost::json::array array;
    for (const Session& session : sessions) array.emplace_back(session_json(session));
    print_line(to_text(array));
  } else if (table) {
    std::vector<Row> rows;
    rows.reserve(sessions.size());
    for (const Session& session : sessions) rows.push_back(row_of(session, wall_now()));
    print(aligned(rows, 1, terminal_columns()));
  } else {
    for (const Session& session : sessions) print(line_of(session));
  }

  for (const std::string& sentence : unreadable) complain(sentence);
  if (sessions.empty() && unreadable.empty() && left == 0)
    note("There is no session yet: no agent that panko knows has left one for this user.");
  if (table && left > 0) note(fmt::format("... and {} more: panko list -n {}", left, sessions.size() + left));
  return 0;
}

}  // namespace

int list_sessions() {
  return list({});
}

Command list_command() {
  auto options = std::make_shared<Options>();
  return {.name = "list",
          .summary = "List the sessions of this user, newest first.",
          .arguments = {{.names = "-n", .help = "at most this many", .target = &options->count, .value = "N"},
                        {.names = "--json", .help = "a JSON array (docs/json.md)", .target = &options->json}},
          .examples = {{"list", "what is there; each id can be shared, shown and viewed"},
                       {"list -n 5 --json", "the newest five, for a program"}},
          .run = [options] { return list(*options); }};
}

}  // namespace panko::cli
