// panko show: a session on standard output.
#include <memory>

#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"
#include "edition/export.hpp"

namespace panko::cli {

namespace {

struct Options {
  std::string session;
  std::string format = "text";
};

int show(const Options& options) {
  const ExportFormat format = options.format == "json" ? ExportFormat::json
                              : options.format == "md" ? ExportFormat::markdown
                                                       : ExportFormat::text;
  TextOutput output(format == ExportFormat::json);
  const auto write = [&](std::string_view chunk) { return output.write(chunk); };
  value_or_throw(export_session(find_session(options.session), format, {}, write));
  output.finish();
  return 0;
}

}  // namespace

Command show_command() {
  auto options = std::make_shared<Options>();
  return {.name = "show",
          .summary = "Print a session as text, Markdown or JSON.",
          .arguments = {{.names = "SESSION",
                         .help = "a path, an id, its beginning, or `latest`",
                         .target = &options->session,
                         .required = true},
                        {.names = "--format",
                         .help = "text (the default), md or json (docs/json.md)",
                         .target = &options->format,
                         .value = "FORMAT",
                         .choices = {"text", "md", "json"}}},
          .examples = {{"show latest | less", "read what just happened"},
                       {"show 5d0c6a1e --format json | jq '.blocks[].kind'", "take it apart"}},
          .run = [options] { return show(*options); }};
}

}  // namespace panko::cli
