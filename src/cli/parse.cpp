// The only unit that sees CLI11: its header takes seconds.
#include "cli/parse.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

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

bool is_whole_number(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

/// CLI11 says only that some value does not fit; which one it is, and what would, is found here.
std::unexpected<Error> refuse_value(const Command& command, const std::string& title, const CLI::App& app,
                                    const CLI::ParseError& error) {
  for (const Argument& argument : command.arguments) {
    if (argument.is_positional() || argument.is_flag()) continue;
    const auto spellings = argument.spellings();
    const CLI::Option* option = app.get_option_no_throw(std::string(spellings.front()));
    if (option == nullptr) continue;
    const auto name = *std::ranges::max_element(spellings, {}, &std::string_view::size);
    const auto& values = option->results();
    if (values.size() > 1) return fail(fmt::format("{} is given more than once.", name));
    if (!values.empty() && std::holds_alternative<std::optional<std::uint32_t>*>(argument.target) &&
        !is_whole_number(values[0]))
      return fail(fmt::format("{} takes a whole number, not {}.", name, in_quotes(values[0])));
  }
  // "--name: 1 required TEXT missing"
  const std::string_view said = error.what();
  return fail(fmt::format("{} needs a value for {}.", title, clean_line_for_terminal(said.substr(0, said.find(':')))));
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
    const std::vector<std::string_view> choices(argument.choices.begin(), argument.choices.end());
    const std::string_view meant = nearest(value, choices);
    return fail(fmt::format("{} cannot be {}; it is one of {}{}", argument.spellings().back(), in_quotes(value),
                            fmt::join(choices, ", "), meant.empty() ? "." : fmt::format("; did you mean {}?", meant)));
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
  } catch (const CLI::ParseError& error) {
    return refuse_value(command, title, app, error);
  }
  if (help) return Parsed::help;
  for (const std::string& extra : app.remaining())
    if (extra != "--") return refuse_extra(command, title, extra);
  if (const auto checked = check_values(command, title); !checked) return std::unexpected(checked.error());
  return Parsed::run;
}

}  // namespace panko::cli
