#include "edition/check.hpp"

#include <gtest/gtest.h>

#include "tests/support/project_files.hpp"

namespace panko {
namespace {

TEST(Check, ReportsWhatWasRead) {
  const std::filesystem::path golden = test::project_file("tests/golden/claude");
  const auto damaged = check_session(golden / "damage.jsonl");
  ASSERT_TRUE(damaged);
  EXPECT_EQ(damaged->id, "11111111-2222-4333-8444-555555555555");
  EXPECT_EQ(damaged->agent, "claude");
  EXPECT_EQ(damaged->unreadable_lines, 8u);  // six that are no objects, a run of NULs, a torn last line
  EXPECT_EQ(damaged->blocks, 14u);
  // Branches and sub-agents count.
  EXPECT_EQ(check_session(golden / "branches.jsonl")->blocks, 10u);
  EXPECT_EQ(check_session(golden / "inline_subagents.jsonl")->blocks, 11u);
  EXPECT_EQ(check_session(golden / "conversation.jsonl")->duration, std::chrono::seconds{14});
}

TEST(Check, WhatIsNoSessionIsAnError) {
  EXPECT_FALSE(check_session(test::project_file("LICENSE")));
}

}  // namespace
}  // namespace panko
