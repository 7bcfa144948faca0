#include "cli/help.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/text.hpp"

namespace panko::cli {
namespace {

using testing::HasSubstr;

void expect_80_columns(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(terminal_width(line), 80U) << line;
}

void expect_help(const Command& command, const std::string& title) {
  SCOPED_TRACE(title);
  const std::string help = help_of(command, title);
  expect_80_columns(help);
  EXPECT_THAT(help, HasSubstr("Usage: panko " + title));
  EXPECT_FALSE(command.summary.empty());
  EXPECT_TRUE(command.run || !command.subcommands.empty());
  if (command.subcommands.empty()) EXPECT_FALSE(command.examples.empty());
  for (const Example& example : command.examples)
    EXPECT_THAT(example.line, testing::StartsWith(command.name == title ? title : title.substr(0, title.find(' '))));
  for (const Argument& argument : command.arguments) {
    EXPECT_FALSE(argument.help.empty()) << argument.names;
    EXPECT_TRUE(argument.is_flag() || argument.is_positional() || !argument.value.empty()) << argument.names;
    EXPECT_EQ(help.find(argument.spellings().front()) != std::string::npos, !argument.hidden) << argument.names;
  }
  for (const Command& inner : command.subcommands) expect_help(inner, title + ' ' + inner.name);
}

TEST(Help, EveryCommandHasOneWithExamplesIn80Columns) {
  const auto commands = all_commands({});
  const std::string all = overview(commands);
  expect_80_columns(all);
  for (const Command& command : commands) {
    EXPECT_THAT(all, HasSubstr("  " + command.name + ' '));
    expect_help(command, command.name);
  }
}

TEST(Help, LooksLikeThis) {
  bool flag = false;
  std::string text;
  std::optional<std::string> option;
  const Command command{.name = "mend",
                        .summary = "Mend a thing.",
                        .arguments = {{.names = "THING", .help = "what to mend", .target = &text, .required = true},
                                      {.names = "-w,--with", .help = "a tool", .target = &option, .value = "TOOL"},
                                      {.names = "--secretly", .help = "x", .target = &flag, .hidden = true}},
                        .examples = {{"mend sock --with wool", "as good as new"}},
                        .run = [] { return 0; }};
  EXPECT_EQ(help_of(command, "mend"), R"(Mend a thing.

Usage: panko mend [OPTIONS] THING

Arguments:
  THING  what to mend

Options:
  -w, --with TOOL  a tool
  -h, --help       this help

Examples:
  panko mend sock --with wool
      as good as new
)");
}

}  // namespace
}  // namespace panko::cli
