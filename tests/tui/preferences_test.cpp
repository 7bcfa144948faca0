#include "tui/preferences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace panko::tui {
namespace {

namespace fs = std::filesystem;

class PreferencesTest : public testing::Test {
 protected:
  PreferencesTest() { places_.tui_state = directory_.path() / "state" / "tui.json"; }

  void write(std::string_view content) const {
    fs::create_directories(places_.tui_state.parent_path());
    std::ofstream(places_.tui_state) << content;
  }

  test::TempDir directory_;
  Places places_;
};

TEST_F(PreferencesTest, WhatIsSavedIsThereAtTheNextStart) {
  const Preferences preferences{.sort = SortOrder::size,
                                .folded_projects = {"/home/mira/src/garden", "a \"b\"\nc", "字"}};
  ASSERT_TRUE(save_preferences(places_, preferences));
  EXPECT_EQ(load_preferences(places_), preferences);
  struct stat info{};
  ASSERT_EQ(::stat(places_.tui_state.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  ASSERT_TRUE(save_preferences(places_, {}));
  EXPECT_EQ(load_preferences(places_), Preferences{});
}

TEST_F(PreferencesTest, WhatIsDamagedCountsAsNotThere) {
  EXPECT_EQ(load_preferences(places_), Preferences{});
  for (const std::string_view content :
       {"", "{", "[]", "null", "\xFF\xFE", R"({"sort":7,"folded_projects":"x"})", R"({"sort":"sideways"})"}) {
    write(content);
    EXPECT_EQ(load_preferences(places_), Preferences{}) << content;
  }
  write(std::string(2 << 20, ' '));
  EXPECT_EQ(load_preferences(places_), Preferences{});
}

TEST_F(PreferencesTest, WhatIsUnderstoodOfItIsTaken) {
  write(R"({"sort":"oldest","folded_projects":["a",1,null,"b"],"of the future":true})");
  EXPECT_EQ(load_preferences(places_), (Preferences{.sort = SortOrder::oldest, .folded_projects = {"a", "b"}}));
}

TEST_F(PreferencesTest, AFailureNamesTheFile) {
  places_.tui_state = "/proc/panko/tui.json";
  const auto saved = save_preferences(places_, {});
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message, testing::HasSubstr("/proc/panko"));
}

TEST_F(PreferencesTest, WhatIsNoTextIsNotRemembered) {
  EXPECT_EQ(parse_preferences(to_text({.folded_projects = {"a\xFF", "b"}})), (Preferences{.folded_projects = {"b"}}));
}

}  // namespace
}  // namespace panko::tui
