#include "redact/rules.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "redact/redactor.hpp"
#include "tests/redact/shape.hpp"

namespace panko {
namespace {

using test::Inventor;

std::string masked(const std::string& text) {
  SessionRedactor redactor({});
  const auto piece = redactor.read(text, {});
  return redactor.mask(*piece, text)->text();
}

TEST(Rules, HaveNamesOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Rule* rule : all_rules()) {
    EXPECT_TRUE(ids.insert(rule->id).second) << rule->id;
    EXPECT_EQ(rule->kind.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string_view::npos)
        << rule->id;
    if (rule->scanner == Scanner::shape) EXPECT_FALSE(rule->example.empty()) << rule->id;
  }
  EXPECT_GE(ids.size(), 180U);
}

TEST(Rules, MaskTheirExamples) {
  for (const Rule* rule : all_rules()) {
    if (rule->example.empty()) continue;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      const std::string token = Inventor(seed).shaped(rule->example);
      for (const auto& [before, after] : {std::pair<std::string, std::string>{"", ""},
                                          {"my key is ", ", please"},
                                          {"x=\"", "\""},
                                          {"(", ")."},
                                          {"/cache/", "/session.json"},
                                          {"\\n", "\\n"},
                                          {"- ", "\n+ next"}}) {
        const std::string out = masked(before + token + after);
        EXPECT_TRUE(out.contains("[redacted: ")) << rule->id << ": " << before << token << after << "\n-> " << out;
        for (std::size_t i = token.size() / 3; i + 10 < token.size(); i += 5)
          EXPECT_FALSE(out.contains(token.substr(i, 10))) << rule->id << ": " << token << "\n-> " << out;
      }
    }
  }
}

TEST(Rules, LeaveTheirCounterExamples) {
  for (const Rule* rule : all_rules()) {
    if (!rule->counter_example.empty())
      EXPECT_EQ(masked(std::string(rule->counter_example)), rule->counter_example) << rule->id;
    if (rule->scanner != Scanner::shape) continue;
    // The anchor alone, the shape as somebody writes about it, and a placeholder.
    std::string_view left = rule->anchors;
    while (!left.empty()) {
      const std::string anchor(left.substr(0, left.find(' ')));
      left.remove_prefix(std::min(left.size(), anchor.size() + 1));
      for (const char* rest :
           {"", "...", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "<token>", "[0-9a-zA-Z]{36}", "${TOKEN}"})
        EXPECT_EQ(masked(anchor + rest), anchor + rest) << rule->id;
    }
  }
}

}  // namespace
}  // namespace panko
