#include "config/places.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace panko {
namespace {

class PlacesTest : public testing::Test {
 protected:
  PlacesTest() {
    for (const char* name : {"PANKO_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
      ::unsetenv(name);
    ::setenv("HOME", "/home/mira", 1);
  }
};

TEST_F(PlacesTest, FollowsTheXdgDefaults) {
  const auto places = find_places();
  ASSERT_TRUE(places);
  EXPECT_EQ(places->database, "/home/mira/.local/share/panko/state.db");
  EXPECT_EQ(places->socket, "/home/mira/.local/share/panko/daemon.sock");
  EXPECT_EQ(places->tunnels_dir, "/home/mira/.local/share/panko/tunnels");
  EXPECT_EQ(places->log_file, "/home/mira/.local/state/panko/daemon.log");
  EXPECT_EQ(places->tui_state, "/home/mira/.local/state/panko/tui.json");
  EXPECT_EQ(places->config_file, "/home/mira/.config/panko/config.toml");
  EXPECT_EQ(places->cache_dir, "/home/mira/.cache/panko");
}

TEST_F(PlacesTest, IgnoresRelativeXdgValues) {
  ::setenv("XDG_DATA_HOME", "/data", 1);
  ::setenv("XDG_CONFIG_HOME", "relative", 1);
  const auto places = find_places();
  ASSERT_TRUE(places);
  EXPECT_EQ(places->state_dir, "/data/panko");
  EXPECT_EQ(places->config_file, "/home/mira/.config/panko/config.toml");
}

TEST_F(PlacesTest, PutsEverythingFlatIntoPankoHome) {
  ::setenv("PANKO_HOME", "/srv/p", 1);
  ::unsetenv("HOME");
  const auto places = find_places();
  ASSERT_TRUE(places);
  EXPECT_EQ(places->database, "/srv/p/state.db");
  EXPECT_EQ(places->log_file, "/srv/p/daemon.log");
  EXPECT_EQ(places->config_file, "/srv/p/config.toml");
  EXPECT_EQ(places->word_list, "/srv/p/redact-words");
  EXPECT_EQ(places->daemon_lock, "/srv/p/daemon.lock");
}

TEST_F(PlacesTest, MakesPankoHomeAbsolute) {
  ::setenv("PANKO_HOME", "here", 1);
  const auto places = find_places();
  ASSERT_TRUE(places);
  EXPECT_EQ(places->state_dir, std::filesystem::current_path() / "here");
}

TEST_F(PlacesTest, SaysWhatIsMissingWithoutHome) {
  ::unsetenv("HOME");
  const auto places = find_places();
  ASSERT_FALSE(places);
  EXPECT_NE(places.error().message.find("set HOME or PANKO_HOME"), std::string::npos);
}

}  // namespace
}  // namespace panko
