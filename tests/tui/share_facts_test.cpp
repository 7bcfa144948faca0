#include "tui/share_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tui/sharing_sample.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using test::noon;
using test::share;
using ::testing::ElementsAre;

std::vector<std::string> texts(const std::vector<Span>& spans) {
  std::vector<std::string> all(spans.size());
  std::ranges::transform(spans, all.begin(), &Span::text);
  return all;
}

TEST(ShareFacts, WhoLooks) {
  auto info = share("a", "A");
  EXPECT_THAT(texts(looks_of(info, noon())), ElementsAre("nobody has looked yet"));
  info.viewers = 2;
  info.views = 1204;
  info.previews = 1;
  info.last_viewed_at = to_iso8601(noon() - 5min);
  EXPECT_THAT(texts(looks_of(info, noon())), ElementsAre("2 looking now", "1 preview", "last seen 5 min ago"));
  EXPECT_EQ(views_of(info), "1,204");
  EXPECT_EQ(counted_views(info), "1,204 views");
  info.max_views = 2000;
  EXPECT_EQ(counted_views(info), "1,204 of 2,000 views");
  info.last_viewed_at = "\x1b[2J";
  EXPECT_THAT(texts(looks_of(info, noon())), ElementsAre("2 looking now", "1 preview"));
}

TEST(ShareFacts, WhatTheySee) {
  auto info = share("a", "A");
  EXPECT_THAT(texts(conditions_of(info)), ElementsAre("masked"));  // the pass is under way
  info.secrets_masked = 0;
  info.personal_masked = 0;
  EXPECT_THAT(texts(conditions_of(info)), ElementsAre("nothing to mask"));
  info.secrets_masked = 12;
  info.personal_shown = true;
  info.hidden = {"tools", "thinking", "\x1b[2J"};
  info.downloads = true;
  info.password = true;
  EXPECT_THAT(texts(conditions_of(info)), ElementsAre("12 secrets masked", "personal data shown",
                                                      "without tool output, thinking, ␛[2J", "downloads", "password"));
  info.unmasked = true;
  EXPECT_EQ(conditions_of(info).front().text, "NOT MASKED");
  EXPECT_EQ(conditions_of(info).front().style, theme::kWarning);
}

TEST(ShareFacts, AsASentence) {
  auto info = share("a", "A");
  EXPECT_EQ(masking_sentence(info).text, "Secrets in it are masked.");
  info.secrets_masked = 0;
  EXPECT_EQ(masking_sentence(info).text, "No secrets were found in it.");
  info.secrets_masked = 1;
  EXPECT_EQ(masking_sentence(info).text, "1 secret is masked.");
  info.personal_masked = 30;
  EXPECT_EQ(masking_sentence(info).text, "1 secret and 30 personal values are masked.");
  info.personal_masked.reset();
  info.personal_shown = true;
  EXPECT_EQ(masking_sentence(info).text, "1 secret is masked; personal data is shown.");
  info.unmasked = true;
  EXPECT_EQ(masking_sentence(info).style, theme::kWarning);
}

TEST(ShareFacts, FlowBreaksBetweenFacts) {
  const std::vector<Span> facts{{"one", theme::kText}, {"two", theme::kText}, {"three", theme::kText}};
  const auto widths = [&](int columns) {
    std::vector<int> all;
    for (const Line& line : flow(facts, columns)) all.push_back(width_of(line));
    return all;
  };
  EXPECT_THAT(widths(100), ElementsAre(17));
  EXPECT_THAT(widths(17), ElementsAre(17));
  EXPECT_THAT(widths(16), ElementsAre(9, 5));
  EXPECT_THAT(widths(1), ElementsAre(3, 3, 5));
}

}  // namespace
}  // namespace panko::tui
