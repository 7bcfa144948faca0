#include "agents/codex_names.hpp"

#include <gtest/gtest.h>

#include "agents/codex.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

std::string named(std::string_view id, std::string_view name, std::string_view time) {
  return R"({"id":")" + std::string(id) + R"(","thread_name":")" + std::string(name) + R"(","updated_at":")" +
         std::string(time) + "\"}\n";
}

TEST(CodexNames, TheLastOneCounts) {
  const test::TempDir home;
  const fs::path index = home.write("session_index.jsonl", named("a", "First", "2026-06-01T08:00:00Z") + "torn{\n[]\n" +
                                                               named("b", "Other", "2026-06-01T08:00:00Z") +
                                                               named("a", "Second\\n name", "2026-06-01T09:00:00Z"));
  const fs::path rollout = home.path() / "sessions/2026/06/01/rollout-x.jsonl";
  EXPECT_EQ(codex_name_of(rollout, "a", {}), "Second name");
  EXPECT_EQ(codex_name_of(home.path() / "sessions/rollout-x.json", "b", {}), "Other");
  EXPECT_EQ(codex_name_of(home.path() / "archived_sessions/rollout-x.jsonl", "b", {}), "Other");
  EXPECT_EQ(codex_name_of(rollout, "c", {}), "");
  EXPECT_EQ(codex_name_of(home.path() / "elsewhere/rollout-x.jsonl", "a", {}), "");
  // A snapshot does not learn what came later.
  EXPECT_EQ(codex_name_of(rollout, "a", from_iso8601("2026-06-01T08:30:00Z")), "First");
  EXPECT_EQ(codex_name_of(rollout, "a", from_iso8601("2026-06-01T07:00:00Z")), "");
  // What is added counts.
  home.write("session_index.jsonl", named("a", "Third and last", "2026-06-01T10:00:00Z"));
  EXPECT_EQ(codex_name_of(rollout, "a", {}), "Third and last");
  fs::remove(index);
  EXPECT_EQ(codex_name_of(rollout, "a", {}), "");
}

TEST(CodexNames, AreTheTitleEverywhere) {
  const test::TempDir home;
  home.write("session_index.jsonl", named("a", "Named", "2026-06-01T09:00:00Z"));
  const std::string bytes =
      R"({"timestamp":"2026-06-01T08:00:00Z","type":"session_meta","payload":{"id":"a","cwd":"/x"}})"
      "\n"
      R"({"timestamp":"2026-06-01T08:00:01Z","type":"event_msg","payload":{"type":"user_message","message":"Prompt"}})"
      "\n";
  const fs::path path = home.write("sessions/2026/06/01/rollout-x.jsonl", bytes);
  const Source source = Source::open(path).value();
  DigestProgress progress;
  EXPECT_EQ(read_codex(source, path, {})->facts.title, "Named");
  EXPECT_EQ(summarise_codex(source, path).title, "Named");
  EXPECT_EQ(digest_codex(source, path, progress)->facts.title, "Named");
  EXPECT_EQ(follow_codex(path)->read_on(source)->facts.title, "Named");
  const ReadLimits earlier{.records_until = {}, .side_records_until = from_iso8601("2026-06-01T08:30:00Z")};
  EXPECT_EQ(read_codex(source, path, earlier)->facts.title, "Prompt");
}

}  // namespace
}  // namespace panko
