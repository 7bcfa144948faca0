#include "edition/record_view.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "edition/edition.hpp"
#include "tests/edition/session_file.hpp"
#include "tests/support/html_check.hpp"

namespace panko {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RecordView, IsIndentedJson) {
  EXPECT_EQ(readable_record(R"({"a":1,"b":[true,null,"x\n<"],"c":{},"d":[]})"),
            "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null,\n    \"x\\n<\"\n  ],\n  \"c\": {},\n  \"d\": []\n}");
}

TEST(RecordView, LeavesOutWhatNobodyReads) {
  const std::string base64(2000, 'A');
  const std::string prose = fmt::format("{} ", std::string(1500, 'x'));
  const std::string text = readable_record(
      fmt::format(R"({{"data":"{0}","url":"data:image/png;base64,{0}","thinkingSignature":"{1}","originalFile":"{2}",)"
                  R"("encrypted_content":"{2}","text":"{2}","signature":"short","encryptedParts":["{1}"]}})",
                  base64, std::string(100, 'S'), prose));
  EXPECT_THAT(text, HasSubstr("\"data\": [2.0 KB of base64 not shown]"));
  EXPECT_THAT(text, HasSubstr("\"url\": [2.0 KB of base64 not shown]"));
  EXPECT_THAT(text, HasSubstr("\"thinkingSignature\": [100 B not shown]"));
  EXPECT_THAT(text, HasSubstr("\"originalFile\": [1.5 KB not shown]"));
  EXPECT_THAT(text, HasSubstr("\"encrypted_content\": [1.5 KB not shown]"));
  EXPECT_THAT(text, HasSubstr("\"text\": \"" + prose));
  EXPECT_THAT(text, HasSubstr("\"signature\": \"short\""));
  EXPECT_THAT(text, Not(HasSubstr("SSSS")));
}

TEST(RecordView, IsBounded) {
  std::string many = R"({"list":[)";
  for (int i = 0; i < 400'000; ++i) many += "\"element\",";
  many += "1]}";
  const std::string text = readable_record(many);
  EXPECT_LT(text.size(), kRecordText + 200);
  EXPECT_THAT(text, HasSubstr("[the rest is not shown]"));
  EXPECT_LT(readable_record("{\"a\":\"" + std::string(3'000'000, ' ') + "\"}").size(), 300'000U);
}

TEST(RecordView, DamageComesAsItIs) {
  EXPECT_EQ(readable_record("{\"a\":"), "{\"a\":");
  EXPECT_EQ(readable_record(""), "");
  EXPECT_LT(readable_record(std::string(3'000'000, '[')).size(), 300'000U);
}

TEST(RecordView, ShowsCallAndResult) {
  test::SessionFile file;
  file.add_content("1", "assistant", R"([{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"<b>ls"}}])");
  file.add_content("2", "user", R"([{"type":"tool_result","tool_use_id":"t1","content":"a.txt"}])");
  const auto edition = value_or_throw(Edition::open(file.path(), std::nullopt));
  const std::string html =
      value_or_throw(edition->records_page(test::SessionFile::uuid("1"), {})).value_or("no such page");
  EXPECT_EQ(test::HtmlCheck::problem_of(html), "");
  EXPECT_THAT(html, HasSubstr("\"command\": \"&lt;b&gt;ls\""));
  EXPECT_THAT(html, HasSubstr("\"content\": \"a.txt\""));
  EXPECT_THAT(html, HasSubstr(fmt::format("href=\"../?from={0}#{0}\">Back", test::SessionFile::uuid("1"))));
  EXPECT_FALSE(value_or_throw(edition->records_page("nowhere", {})));
}

}  // namespace
}  // namespace panko
