#include "cli/parse.hpp"

#include <gtest/gtest.h>

namespace panko::cli {
namespace {

struct Given {
  std::string thing;
  std::vector<std::string> more;
  std::optional<std::string> tool;
  std::optional<std::uint32_t> times;
  std::string form = "plain";
  bool quick = false;
};

std::string parse(Given& given, std::vector<std::string> words) {
  const Command command{
      .name = "mend",
      .summary = "Mend.",
      .arguments =
          {{.names = "THING", .help = "h", .target = &given.thing, .required = true},
           {.names = "MORE", .help = "h", .target = &given.more},
           {.names = "-t,--tool,--with", .help = "h", .target = &given.tool, .value = "TOOL"},
           {.names = "-n,--times", .help = "h", .target = &given.times, .value = "N"},
           {.names = "--form", .help = "h", .target = &given.form, .value = "F", .choices = {"plain", "fancy"}},
           {.names = "--quick", .help = "h", .target = &given.quick}},
      .run = [] { return 0; }};
  const auto parsed = parse_arguments(command, "mend", std::move(words));
  if (!parsed) return parsed.error().message;
  return *parsed == Parsed::help ? "help" : "run";
}

std::string parse(std::vector<std::string> words) {
  Given given;
  return parse(given, std::move(words));
}

TEST(Parse, FillsTheTargets) {
  Given given;
  EXPECT_EQ(parse(given, {"sock", "hat", "-t", "wool", "--times=3", "--quick", "--form", "fancy", "glove"}), "run");
  EXPECT_EQ(given.thing, "sock");
  EXPECT_EQ(given.more, (std::vector<std::string>{"hat", "glove"}));
  EXPECT_EQ(given.tool, "wool");
  EXPECT_EQ(given.times, 3U);
  EXPECT_EQ(given.form, "fancy");
  EXPECT_TRUE(given.quick);
}

TEST(Parse, TakesEverySpelling) {
  for (const char* spelling : {"-t", "--tool", "--with"}) {
    Given given;
    EXPECT_EQ(parse(given, {"sock", spelling, "wool"}), "run");
    EXPECT_EQ(given.tool, "wool");
  }
}

TEST(Parse, TakesWordsThatAreNamesOfOptionsBehindTwoDashes) {
  Given given;
  EXPECT_EQ(parse(given, {"--", "--quick"}), "run");
  EXPECT_EQ(given.thing, "--quick");
  EXPECT_FALSE(given.quick);
}

TEST(Parse, AsksForHelpWhateverElseIsMissing) {
  EXPECT_EQ(parse({"--help"}), "help");
  EXPECT_EQ(parse({"-h"}), "help");
  EXPECT_EQ(parse({"sock", "--help"}), "help");
}

TEST(Parse, SaysWhatIsWrong) {
  EXPECT_EQ(parse({}), "mend needs THING.");
  EXPECT_EQ(parse({"sock", "--quik"}), "mend has no option \"--quik\"; did you mean --quick?");
  EXPECT_EQ(parse({"sock", "--quik=yes"}), "mend has no option \"--quik\"; did you mean --quick?");
  EXPECT_EQ(parse({"sock", "--zzzzzzzzzz"}), "mend has no option \"--zzzzzzzzzz\".");
  EXPECT_EQ(parse({"sock", "--form", "docx"}), "--form cannot be \"docx\"; it is one of plain, fancy.");
  EXPECT_EQ(parse({"sock", "-n", "many"}), "--times takes a whole number, not \"many\".");
  EXPECT_EQ(parse({"sock", "-n", "99999999999999"}), "--times takes a whole number, not \"99999999999999\".");
  EXPECT_EQ(parse({"sock", "--tool"}), "mend needs a value for --tool.");
  EXPECT_EQ(parse({"sock", "--tool", "a", "--with", "b"}), "--tool is given more than once.");
}

TEST(Parse, ANegativeNumberIsAValue) {
  Given given;
  EXPECT_EQ(parse(given, {"sock", "--tool", "-1d"}), "run");
  EXPECT_EQ(given.tool, "-1d");
}

TEST(Parse, ShowsNoControlCharacter) {
  EXPECT_EQ(parse({"sock", "--\x1b[31m"}).find('\x1b'), std::string::npos);
  EXPECT_EQ(parse({"sock", "--form", "\x1b[31m"}).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace panko::cli
