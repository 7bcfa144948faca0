// The only unit that sees CLI11: its header takes seconds.
#include "cli/parse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"

namespace panko::cli {

namespace {

std::string in_quotes(std::string_view word) {
  return '"' + clean_line_for_terminal(truncate_utf8(word, 200)) + '"';
}

bool is_given(const Target& target) {
  if (const auto* text = std::get_if<std::string*>(&target)) return !(*text)->empty();
  if (const auto* texts = std::get_if<std::vector<std::string>*>(&target)) return !(*texts)->empty();
  return true;
}

std::unexpected<Error> refuse_extra(const Command& command, const std::string& title, std::string word) {
  if (!word.starts_with('-')) return fail(fmt::format("{} takes no further argument {}.", title, in_quotes(word)));
  word = word.substr(0, word.find('='));
  std::vector<std::string_view> known;
  for (const Argument& argument : command.arguments)
    if (!argument.is_positional() && !argument.hidden)
      for (const std::string_view spelling : argument.spellings()) known.push_back(spelling);
  if (const auto meant = nearest(word, known); !meant.empty())
    return fail(fmt::format("{} has no option {}; did you mean {}?", title, in_quotes(word), meant));
  return fail(fmt::format("{} has no option {}.", title, in_quotes(word)));
}

Result<void> check_values(const Command& command, const std::string& title) {
  for (const Argument& argument : command.arguments) {
    if (argument.required && !is_given(argument.target))
      return fail(fmt::format("{} needs {}.", title, argument.names));
    if (argument.choices.empty()) continue;
    std::string value;
    if (const auto* text = std::get_if<std::string*>(&argument.target)) value = **text;
    if (const auto* text = std::get_if<std::optional<std::string>*>(&argument.target)) value = (*text)->value_or("");
    if (value.empty() || std::ranges::find(argument.choices, value) != argument.choices.end()) continue;
    return fail(fmt::format("{} cannot be {}; it is one of {}.", argument.spellings().back(), in_quotes(value),
                            fmt::join(argument.choices, ", ")));
  }
  return {};
}

}  // namespace

Result<Parsed> parse_arguments(const Command& command, const std::string& title, std::vector<std::string> words) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false;
  app.add_flag("-h,--help", help);
  for (const Argument& argument : command.arguments)
    std::visit(
        [&](auto* target) {
          if constexpr (std::is_same_v<decltype(target), bool*>)
            app.add_flag(argument.names, *target);
          else
            app.add_option(argument.names, *target);
        },
        argument.target);
  try {
    std::ranges::reverse(words);  // as CLI11 wants it
    app.parse(std::move(words));
  } catch (const CLI::ConversionError&) {
    return fail(fmt::format("A value of {} is not what it takes: a whole number was expected.", title));
  } catch (const CLI::ParseError& error) {
    return fail(fmt::format("{}: {}.", title, clean_line_for_terminal(error.what())));
  }
  if (help) return Parsed::help;
  if (const auto extra = app.remaining(); !extra.empty()) return refuse_extra(command, title, extra.front());
  if (const auto checked = check_values(command, title); !checked) return std::unexpected(checked.error());
  return Parsed::run;
}

}  // namespace panko::cli
