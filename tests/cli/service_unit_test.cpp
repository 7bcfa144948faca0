#include "cli/service_unit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/support/project_files.hpp"

namespace panko::cli {
namespace {

using testing::HasSubstr;

/// What the unit says, but for what differs from one user to another.
std::multiset<std::string> directives(std::istream& unit) {
  std::multiset<std::string> out;
  for (std::string line; std::getline(unit, line);)
    if (!line.empty() && !line.starts_with('#') && !line.starts_with("ExecStart=") && !line.starts_with("Environment="))
      out.insert(line);
  return out;
}

TEST(ServiceUnit, SaysWhatTheInstalledOneSays) {
  std::ifstream installed(test::project_file("share/panko.service"));
  std::istringstream written(unit_text("/usr/bin/panko", {}));
  const auto expected = directives(installed);
  EXPECT_THAT(expected, testing::Contains("KillMode=process"));
  EXPECT_EQ(directives(written), expected);
}

TEST(ServiceUnit, RunsThisProgramInThisEnvironment) {
  const std::string unit = unit_text("/opt/my tools/panko", {{"PATH", "/opt/a:/usr/bin"}, {"PANKO_HOME", "/srv/p"}});
  EXPECT_THAT(unit, HasSubstr("\nExecStart=\"/opt/my tools/panko\" serve --foreground\n"));
  EXPECT_THAT(unit, HasSubstr("\nEnvironment=\"PATH=/opt/a:/usr/bin\"\nEnvironment=\"PANKO_HOME=/srv/p\"\n"));
}

TEST(ServiceUnit, ForeignTextCannotSayAnythingElse) {
  const std::string unit = unit_text("/a\"b$HOME%h/panko", {{"PATH", "/x\"\\%u$y\nExecStartPre=/bin/evil"}});
  EXPECT_THAT(unit, HasSubstr("ExecStart=\"/a\\\"b$$HOME%%h/panko\" serve"));
  EXPECT_THAT(unit, HasSubstr("Environment=\"PATH=/x\\\"\\\\%%u$y\\nExecStartPre=/bin/evil\"\n"));
}

TEST(ServiceUnit, IsKnownAgain) {
  EXPECT_TRUE(is_own_unit(unit_text("/usr/bin/panko", {})));
  EXPECT_FALSE(is_own_unit("[Unit]\nDescription=mine\n"));
  std::ifstream installed(test::project_file("share/panko.service"));
  std::ostringstream text;
  text << installed.rdbuf();
  EXPECT_FALSE(is_own_unit(text.str())) << "a package's";
}

}  // namespace
}  // namespace panko::cli
