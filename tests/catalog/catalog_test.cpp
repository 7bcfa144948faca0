#include "catalog/catalog.hpp"

#include <gtest/gtest.h>

#include "tests/catalog/home.hpp"

namespace panko {
namespace {

using testing_support::Home;

TEST(Catalog, FindsNothingInAnEmptyHome) {
  const Home home;
  EXPECT_TRUE(find_session_files().empty());
}

TEST(Catalog, ListsTheNewestFirst) {
  const Home home;
  home.add_session("11111111-1111-4111-8111-111111111111", "/src/a", "old", 300);
  home.add_session("22222222-2222-4222-8222-222222222222", "/src/b", "new", 10);
  home.add_session("33333333-3333-4333-8333-333333333333", "/src/c", "middle", 60);
  const auto files = find_session_files();
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[0].path.stem(), "22222222-2222-4222-8222-222222222222");
  EXPECT_EQ(files[1].path.stem(), "33333333-3333-4333-8333-333333333333");
  EXPECT_EQ(files[2].path.stem(), "11111111-1111-4111-8111-111111111111");
  EXPECT_GT(files[0].size, 0U);
  EXPECT_EQ(files[0].modified_at - files[2].modified_at, std::chrono::seconds(290));
}

TEST(Catalog, SaysWhoseItIs) {
  const Home home;
  home.add_session("11111111-1111-4111-8111-111111111111", "/src/fernwatch", "Water the fern", 0);
  const auto files = find_session_files();
  ASSERT_EQ(files.size(), 1U);
  ASSERT_NE(files[0].agent, nullptr);
  EXPECT_EQ(files[0].agent->id, "claude");
}

}  // namespace
}  // namespace panko
