// panko export: a session as a file of its own.
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "base/new_file.hpp"
#include "base/numbers.hpp"
#include "base/result.hpp"
#include "cli/command.hpp"
#include "cli/lookups.hpp"
#include "cli/terminal.hpp"
#include "edition/export.hpp"

namespace panko::cli {

namespace fs = std::filesystem;

namespace {

struct Options {
  std::string session;
  std::string format;
  std::optional<std::string> output;
  bool force = false;
};

ExportFormat format_of(std::string_view name) {
  if (name == "md") return ExportFormat::markdown;
  if (name == "json") return ExportFormat::json;
  if (name == "jsonl") return ExportFormat::records;
  return ExportFormat::html;
}

void export_to(const fs::path& path, const fs::path& session, ExportFormat format, bool force) {
  if (fs::is_directory(path)) throw Failure(fmt::format("{} is a directory: name a file in it.", path.native()));
  std::error_code error;
  if (fs::equivalent(path, session, error) && !error)
    throw Failure(
        fmt::format("{} is the session itself, which panko never changes: name another file.", path.native()));
  if (!force && fs::exists(path))
    throw Failure(fmt::format("{} is there already: name another file, or add --force.", path.native()));
  NewFile file = value_or_throw(NewFile::create(path));
  std::uint64_t size = 0;
  const auto write = [&](std::string_view piece) {
    value_or_throw(file.write(piece));
    size += piece.size();
    return true;
  };
  value_or_throw(export_session(session, format, write));
  value_or_throw(file.put_in_place(force ? NewFile::IfThere::replace : NewFile::IfThere::fail));
  note(fmt::format("Wrote {}, {}. Nothing in it is masked: look at it before you pass it on.", shown(path.native()),
                   format_bytes(size)));
}

int run(const Options& options) {
  const ExportFormat format = format_of(options.format);
  const std::string output = options.output.value_or("-");
  const bool to_output = output == "-";
  if (to_output && format == ExportFormat::html && output_is_terminal()) {
    complain("A page is nothing for a terminal: say where it goes, with -o FILE.");
    return kUsageStatus;
  }
  const fs::path session = find_session(options.session);
  if (!to_output) {
    export_to(output, session, format, options.force);
    return 0;
  }
  TextOutput text(format != ExportFormat::markdown);
  const auto write = [&](std::string_view piece) { return text.write(piece); };
  value_or_throw(export_session(session, format, write));
  text.finish();
  return 0;
}

}  // namespace

Command export_command() {
  auto options = std::make_shared<Options>();
  return {.name = "export",
          .summary = "Write a session into a file: a page, Markdown, JSON or its own records.",
          .details =
              "html is one file that looks like the shared page and needs no network: open it, mail it, keep it. md is "
              "for reading and pasting, json what panko understood (docs/json.md), jsonl the agent's own records, "
              "decompressed. A file appears only when it is whole. Secrets in the session are in the file, too.",
          .arguments = {{.names = "SESSION",
                         .help = "a path, an id, its beginning, or `latest`",
                         .target = &options->session,
                         .required = true},
                        {.names = "--format",
                         .help = "html, md, json or jsonl",
                         .target = &options->format,
                         .value = "FORMAT",
                         .choices = {"html", "md", "json", "jsonl"},
                         .required = true},
                        {.names = "-o,--output",
                         .help = "where it goes; without it, or as -, standard output",
                         .target = &options->output,
                         .value = "FILE"},
                        {.names = "--force", .help = "replace a file that is there", .target = &options->force}},
          .examples = {{"export latest --format html -o session.html", "a page to keep or to mail"},
                       {"export 5d0c6a1e --format md > session.md", "for a pull request"}},
          .run = [options] { return run(*options); }};
}

}  // namespace panko::cli
