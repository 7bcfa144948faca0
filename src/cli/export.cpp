// panko export: a session as a file of its own.
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "base/new_file.hpp"
#include "base/numbers.hpp"
#include "base/result.hpp"
#include "cli/audience_options.hpp"
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
  std::string redact = "on";
  std::optional<std::string> hide;
  bool personal_shown = false;
  bool force = false;
};

constexpr std::string_view kNothingMasked = "Nothing in it is masked: look at it before you pass it on.";

ExportFormat format_of(std::string_view name) {
  if (name == "md") return ExportFormat::markdown;
  if (name == "json") return ExportFormat::json;
  if (name == "jsonl") return ExportFormat::records;
  return ExportFormat::html;
}

Audience audience_of(const Options& options, const fs::path& session, const std::vector<std::string>& hide) {
  Audience audience{.redaction = std::nullopt, .hiding = hiding_of(hide)};
  if (options.redact != "off") audience.redaction = redaction_of(session, options.personal_shown);
  return audience;
}

void export_to(const fs::path& path, const fs::path& session, ExportFormat format, const Audience& audience,
               bool force) {
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
  value_or_throw(export_session(session, format, audience, write));
  value_or_throw(file.put_in_place(force ? NewFile::IfThere::replace : NewFile::IfThere::fail));
  note(fmt::format("Wrote {}, {}. {}", shown(path.native()), format_bytes(size),
                   audience.redaction ? "What was found to be secret in it is masked." : kNothingMasked));
}

int run(const Options& options) {
  const ExportFormat format = format_of(options.format);
  const std::string output = options.output.value_or("-");
  const bool to_output = output == "-";
  if (to_output && format == ExportFormat::html && output_is_terminal()) {
    complain("A page is nothing for a terminal: say where it goes, with -o FILE.");
    return kUsageStatus;
  }
  std::vector<std::string> hide;
  if (options.hide) {
    auto parts = hidden_parts(*options.hide);
    if (!parts) {
      complain(parts.error().message + " See: panko export --help");
      return kUsageStatus;
    }
    hide = std::move(*parts);
  }
  if (options.redact == "off" && options.personal_shown) {
    complain("--redact off masks nothing, so --show-personal says nothing. See: panko export --help");
    return kUsageStatus;
  }
  const fs::path session = find_session(options.session);
  const Audience audience = audience_of(options, session, hide);
  if (!to_output) {
    export_to(output, session, format, audience, options.force);
    return 0;
  }
  if (!audience.redaction) note(kNothingMasked);
  TextOutput text(format != ExportFormat::markdown);
  const auto write = [&](std::string_view piece) { return text.write(piece); };
  value_or_throw(export_session(session, format, audience, write));
  text.finish();
  return 0;
}

}  // namespace

Command export_command() {
  auto options = std::make_shared<Options>();
  return {
      .name = "export",
      .summary = "Write a session into a file: a page, Markdown, JSON or its own records.",
      .details =
          "html is one file that looks like the shared page and needs no network: open it, mail it, keep it. md is "
          "for reading and pasting, json what panko understood (docs/json.md), jsonl the agent's own records, "
          "decompressed. A file appears only when it is whole. Keys, tokens, passwords and personal data are masked in "
          "all of them, as in a share; with --redact off the file is the original.",
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
                    {.names = "--redact",
                     .help = "on (the default): masked as a share is; off: as it is",
                     .target = &options->redact,
                     .value = "on|off",
                     .choices = {"on", "off"}},
                    {.names = "--show-personal",
                     .help = "mask secrets, but no names, e-mail addresses and machines",
                     .target = &options->personal_shown},
                    {.names = "--hide",
                     .help = "tools (what they gave back), thinking, steps (all but prompts and answers), with "
                             "commas between; not of jsonl",
                     .target = &options->hide,
                     .value = "PARTS"},
                    {.names = "--force", .help = "replace a file that is there", .target = &options->force}},
      .examples = {{"export latest --format html -o session.html", "a page to keep or to mail"},
                   {"export 5d0c6a1e --format md > session.md", "for a pull request"},
                   {"export 5d0c --format jsonl --redact off -o mine.jsonl", "the original records, for yourself"}},
      .run = [options] { return run(*options); }};
}

}  // namespace panko::cli
