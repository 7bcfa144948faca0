// A glance says what parsing says, or nothing.
#include "agents/claude_glance.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "session/line_reader.hpp"
#include "tests/support/project_files.hpp"

namespace panko {
namespace {

namespace fs = std::filesystem;

const std::string kFront =
    R"({"parentUuid":"p","isSidechain":true,"userType":"external","cwd":"/a","sessionId":"s","version":"2","gitBranch":"main","slug":"g")";
const std::string kId = R"("uuid":"aaaaaaaa-0000-4000-8000-000000000001")";
const std::string kTime = R"("timestamp":"2026-10-16T09:12:04.210Z")";
const std::string kText(1000, 'x');
const std::string kResult =
    kFront +
    R"(,"type":"user","message":{"role":"user","content":[{"tool_use_id":"t","type":"tool_result","content":")" + kText;

TEST(ClaudeGlance, KnowsProgressAndResults) {
  const std::string progress = kFront + R"(,"type":"progress","data":{"a":")" + kText + R"("},"toolUseID":"t",)";
  for (const std::string& line :
       {progress + kId + "," + kTime + "}", progress + kTime + "," + kId + "}",
        kResult + "\"}]}," + kId + "," + kTime + "}",
        kResult + "\",\"is_error\":true}]}," + kId + "," + kTime + R"(,"toolUseResult":{"a":[{},{}]},"x":"y"})",
        kResult + R"("}]},"toolUseResult":{"a":1},)" + kId + "," + kTime + "}"}) {
    ClaudeGlance glance;
    const auto record = glance.look_at(line);
    ASSERT_TRUE(record) << line;
    EXPECT_TRUE(record->is_sidechain);
    EXPECT_EQ(record->cwd, "/a");
    EXPECT_EQ(record->session_id, "s");
    EXPECT_EQ(record->git_branch, "main");
    EXPECT_EQ(record->slug, "g");
    EXPECT_EQ(record->uuid, "aaaaaaaa-0000-4000-8000-000000000001");
    EXPECT_EQ(record->timestamp, "2026-10-16T09:12:04.210Z");
  }
}

TEST(ClaudeGlance, LeavesTheRestToTheParser) {
  const std::string end = "," + kId + "," + kTime + "}";
  for (const std::string& line :
       {std::string(), std::string(2000, '{'), kResult, kResult + "\"}]}",
        kResult + R"("},{"type":"text","text":"And this"}]})" + end,  // somebody said something
        kResult + "\"}]}" + end + R"({"type":"user"})",               // two on a line
        kResult + "\"}]}" + end + kResult + "\"}]}" + end,
        kResult + "\"}]}" + end.substr(0, end.size() - 1),  // cut off
        kFront + R"(,"type":"assistant","data":{"a":")" + kText + "\"}" + end,
        kFront + R"(,"isMeta":true,"type":"progress","data":{"a":")" + kText + "\"}" + end,
        kFront + R"(,"type":"pro\u0067ress","data":{"a":")" + kText + "\"}" + end,
        kFront + R"(,"type":"progress","data":{"a":")" + kText +
            R"("},"uuid":"no name at all, no name at all, no name!",)" + kTime + "}"})
    EXPECT_FALSE(ClaudeGlance().look_at(line)) << line;
}

TEST(ClaudeGlance, TakesNoTextThatNeedsRepair) {
  for (const char* broken : {"\xff", "\x01", "\\n"}) {
    const std::string line = R"({"parentUuid":null,"isSidechain":false,"cwd":"/a)" + std::string(broken) +
                             R"(","sessionId":"s","type":"progress","data":{"a":")" + kText + "\"}," + kId + "," +
                             kTime + "}";
    ClaudeGlance glance;
    EXPECT_FALSE(glance.look_at(line));
    EXPECT_FALSE(glance.look_at(line));  // nor from what it knows
  }
}

TEST(ClaudeGlance, SaysWhatParsingSays) {
  const fs::path corpus = test::corpus();
  int glances = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator file(corpus, error), end; !error && file != end; file.increment(error)) {
    if (file->path().extension() != ".jsonl") continue;
    std::ifstream stream(file->path());
    ClaudeGlance glancing;
    for (std::string line; std::getline(stream, line);) {
      if (!glancing.look_at(line)) continue;
      ++glances;
      const std::size_t size = line.size();
      line.append(LineReader::kPadding, '\0');
      const std::string_view text = std::string_view(line).substr(0, size);
      const auto glance = glancing.look_at(text);  // its front is known now
      ASSERT_TRUE(glance);
      JsonIndex index;
      ASSERT_EQ(index.load(text), JsonStatus::complete) << text;
      const ClaudeRecord parsed = parse_claude_record(index.root());
      EXPECT_EQ(glance->type, parsed.type);
      EXPECT_EQ(glance->is_sidechain, parsed.is_sidechain);
      EXPECT_FALSE(parsed.is_compact_summary);
      for (const auto member : {&ClaudeRecord::uuid, &ClaudeRecord::timestamp, &ClaudeRecord::session_id,
                                &ClaudeRecord::cwd, &ClaudeRecord::git_branch, &ClaudeRecord::slug})
        EXPECT_EQ((*glance).*member, parsed.*member);
      for_each_claude_part(parsed.content, [&](const ClaudePart& part, std::uint16_t) {
        EXPECT_EQ(part.type, ClaudePart::Type::tool_result) << text;
      });
    }
  }
  if (glances == 0) GTEST_SKIP() << "no corpus at " << corpus;
}

}  // namespace
}  // namespace panko
