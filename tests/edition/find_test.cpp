#include "edition/find.hpp"

#include <gmock/gmock.h>

#include <regex>

#include "edition/edition.hpp"
#include "tests/edition/session_file.hpp"

namespace panko {
namespace {

using test::SessionFile;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<const Edition> open(const SessionFile& file) {
  return value_or_throw(Edition::open(file.path(), std::nullopt));
}

std::string find(const Edition& edition, std::string_view text, std::string_view after = {}) {
  return value_or_throw(edition.find(text, after)).value_or("no such place");
}

std::vector<std::string> values_of(const std::string& json, const std::string& member) {
  const std::regex pattern("\"" + member + "\":\"?([^\",}]*)");
  std::vector<std::string> values;
  for (auto match = std::sregex_iterator(json.begin(), json.end(), pattern); match != std::sregex_iterator(); ++match)
    values.push_back((*match)[1]);
  return values;
}

TEST(Find, TellsWhereAndMarksIt) {
  SessionFile file;
  file.add_user("1", "Plant a fern");
  file.add_assistant("2", R"(Line one\nThe 🌿 Fern and the fern\nLine three)");
  const auto edition = open(file);
  const std::string json = find(*edition, "fern");
  EXPECT_EQ(json,
            fmt::format(R"({{"version":"{}","hits":[)"
                        R"({{"anchor":"{}","row":1,"kind":"user","text":"Plant a fern","marks":[[8,4]]}},)"
                        R"({{"anchor":"{}","row":2,"kind":"assistant","text":"The 🌿 Fern and the fern",)"
                        R"("marks":[[7,4],[20,4]]}}]}})",
                        version_text(edition->pages().version()), SessionFile::uuid("1"), SessionFile::uuid("2")));
  EXPECT_EQ(values_of(find(*edition, "Fern"), "row"), (std::vector<std::string>{"2"})) << "case counts now";
  EXPECT_THAT(find(*edition, "moss"), HasSubstr(R"("hits":[]})"));
}

TEST(Find, LooksIntoWhatToolsWereGivenAndSaid) {
  SessionFile file;
  file.add_content("1", "assistant",
                   R"([{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"grep \"needle\" hay"}}])");
  file.add_content(
      "2", "user",
      R"([{"type":"tool_result","tool_use_id":"t1","content":"\u001b[31mhay: \u001b[1mred thread\u001b[0m"}])");
  const auto edition = open(file);
  EXPECT_THAT(find(*edition, "\"needle\" hay"), HasSubstr(R"("kind":"tool","text":"grep \"needle\" hay")"));
  EXPECT_THAT(find(*edition, "red thread"), HasSubstr(R"("text":"hay: red thread","marks":[[5,10]])"));
  EXPECT_THAT(find(*edition, "toolu"), HasSubstr(R"("hits":[]})")) << "not what only the record has";
  EXPECT_THAT(find(*edition, "sessionId"), HasSubstr(R"("hits":[]})"));
}

TEST(Find, GoesOnBehindTheLastHit) {
  SessionFile file;
  for (int i = 0; i < 130; ++i) file.add_user(fmt::format("{}", i), fmt::format("Prompt {} of many", i));
  const auto edition = open(file);
  std::vector<std::string> rows;
  std::string json = find(*edition, "of many");
  for (int requests = 1;; ++requests) {
    ASSERT_LE(requests, 3);
    const auto found = values_of(json, "row");
    EXPECT_LE(found.size(), Find::kMostHits);
    rows.insert(rows.end(), found.begin(), found.end());
    const auto more = values_of(json, "more");
    if (more.empty()) break;
    json = find(*edition, "of many", more.front());
  }
  ASSERT_EQ(rows.size(), 130U);
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i], std::to_string(i + 1));
  EXPECT_FALSE(value_or_throw(edition->find("of many", "nowhere")));
}

TEST(Find, AsksToGoOnWhereThereWasMuchInVain) {
  SessionFile file;
  file.add_user("9", "Go");
  for (int i = 0; i < 5; ++i) {
    // In the records, but nowhere on the page.
    file.add_line(fmt::format(
        R"({{"uuid":"{}","sessionId":"11111111-2222-4333-8444-555555555555","cwd":"/w","type":"assistant","hidden":"{}needle",)"
        R"("message":{{"id":"m{}","role":"assistant","content":[{{"type":"text","text":"T"}}]}}}})",
        SessionFile::uuid(std::to_string(i)), std::string(10 << 20, 'x'), i));
  }
  const auto edition = open(file);
  const std::string json = find(*edition, "needle");
  EXPECT_THAT(json, HasSubstr(R"("hits":[],"more":")"));
  EXPECT_THAT(find(*edition, "needle", values_of(json, "more").at(0)), HasSubstr(R"("hits":[]})"));
}

TEST(Find, CutsLongLinesAroundTheMatch) {
  SessionFile file;
  file.add_assistant("1", std::string(5000, 'a') + "é needle é" + std::string(5000, 'b') + " needle");
  const std::string json = find(*open(file), "needle");
  EXPECT_LT(json.size(), 600U);
  EXPECT_THAT(json, HasSubstr(R"("text":"…aaa)"));
  EXPECT_THAT(json, HasSubstr(R"("marks":[[60,6]])"));
}

TEST(Find, SomeTextsAreNoTexts) {
  EXPECT_FALSE(can_be_found(""));
  EXPECT_FALSE(can_be_found("\xff"));
  EXPECT_FALSE(can_be_found(std::string(1025, 'x')));
  EXPECT_TRUE(can_be_found("é"));
  SessionFile file;
  file.add_user("1", "Go");
  EXPECT_THAT(find(*open(file), std::string(300, 'x')), HasSubstr(R"("hits":[]})")) << "more characters than can be";
}

}  // namespace
}  // namespace panko
