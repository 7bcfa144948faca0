// The golden sessions: what `show --format json` says of each is kept beside it. PANKO_UPDATE_GOLDEN=1 writes them
// anew.
#include "edition/export.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/files.hpp"
#include "base/text.hpp"
#include "tests/support/project_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = test::project_file("tests/golden");

std::string exported(const fs::path& path, ExportFormat format) {
  std::string all;
  const auto done = export_session(path, format, [&](std::string_view piece) {
    all += piece;
    return true;
  });
  EXPECT_TRUE(done) << (done ? "" : done.error().message);
  return all;
}

/// One block a line, and no path of this machine.
std::string readable(std::string text, const fs::path& folder) {
  const std::string here = folder.native() + "/";
  if (const auto at = text.find(here); at != std::string::npos) text.erase(at, here.size());
  for (auto at = text.find("{\"anchor\""); at != std::string::npos; at = text.find("{\"anchor\"", at + 2))
    text.insert(at, "\n");
  return text;
}

void compare(const fs::path& golden, const std::string& actual) {
  if (std::getenv("PANKO_UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << actual;
  EXPECT_EQ(actual, read_file(golden).value_or("(missing)"));
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, JsonIsAsExpected) {
  const fs::path session = kGolden / GetParam();
  const fs::path folder = kGolden / *fs::path(GetParam()).begin();
  compare(fs::path(session).replace_extension(".json"), readable(exported(session, ExportFormat::json), folder));
}

INSTANTIATE_TEST_SUITE_P(Export, Golden,
                         testing::Values("claude/conversation.jsonl", "claude/markup.jsonl", "claude/compaction.jsonl",
                                         "claude/images.jsonl", "claude/inline_subagents.jsonl",
                                         "claude/branches.jsonl", "claude/damage.jsonl",
                                         "claude/subagents/99999999-2222-4333-8444-555555555555.jsonl",
                                         "codex/conversation.jsonl", "codex/older.jsonl", "codex/bare.jsonl",
                                         "codex/events.jsonl", "gemini/conversation.jsonl", "gemini/document.jsonl",
                                         "copilot/conversation.jsonl", "pi/conversation.jsonl", "pi/linear.jsonl"));

TEST(Export, TextAndMarkdownAreAsExpected) {
  for (const char* name : {"claude/conversation", "claude/branches",
                           "claude/subagents/99999999-2222-4333-8444-555555555555", "codex/conversation"}) {
    const fs::path session = kGolden / (std::string(name) + ".jsonl");
    compare(fs::path(session).replace_extension(".txt"), exported(session, ExportFormat::text));
    compare(fs::path(session).replace_extension(".md"), exported(session, ExportFormat::markdown));
  }
}

TEST(Export, TextCannotDriveATerminal) {
  for (const char* name : {"claude/markup.jsonl", "claude/damage.jsonl"})
    for (const ExportFormat format : {ExportFormat::text, ExportFormat::markdown}) {
      const std::string text = exported(kGolden / name, format);
      EXPECT_TRUE(is_valid_utf8(text));
      for (const char c : text)
        EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') << static_cast<int>(c);
    }
}

TEST(Export, StopsWhenNobodyWantsMore) {
  const test::TempDir dir;
  std::string bytes;
  for (int i = 0; i < 100; ++i)
    bytes += R"({"type":"user","sessionId":"s","uuid":"u)" + std::to_string(i) + R"(","message":{"content":")" +
             std::string(10'000, 'x') + "\"}}\n";
  const auto path = dir.write("s.jsonl", bytes);
  int pieces = 0;
  std::size_t largest = 0;
  EXPECT_TRUE(export_session(path, ExportFormat::json, [&](std::string_view piece) {
    ++pieces;
    largest = std::max(largest, piece.size());
    return pieces < 3;
  }));
  EXPECT_EQ(pieces, 3);
  EXPECT_LT(largest, 100'000u);
}

TEST(Export, SaysWhatIsWrong) {
  const auto done = export_session("/nonexistent.jsonl", ExportFormat::json, [](std::string_view) { return true; });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "There is no file /nonexistent.jsonl.");
}

}  // namespace
}  // namespace panko
