#include "tui/cell_text.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace panko::tui {
namespace {

TEST(CellText, KnowsHowWideACellIsAndWhetherAllAgree) {
  EXPECT_EQ(cell_text("a").text, "a");
  EXPECT_TRUE(cell_text("a").is_sure);
  EXPECT_TRUE(cell_text("│").is_sure);
  EXPECT_TRUE(cell_text("é").is_sure);
  EXPECT_TRUE(cell_text("字").is_wide);
  EXPECT_FALSE(cell_text("字").is_sure);
  EXPECT_TRUE(cell_text("🫠").is_wide) << "of 2021";
  EXPECT_FALSE(cell_text("★").is_wide);
  EXPECT_FALSE(cell_text("★").is_sure);
  EXPECT_EQ(cell_text("e\u0301").text, "e\u0301");
  EXPECT_EQ(cell_text("").text, " ");
}

TEST(CellText, WhatTerminalsMeasureEachInTheirOwnWayIsMadePlain) {
  EXPECT_EQ(cell_text("❤\uFE0F").text, "❤");
  EXPECT_EQ(cell_text("\u0301").text, " \u0301");
  EXPECT_EQ(cell_text("字字").text, "\uFFFD");
}

TEST(CellText, NothingInItDrivesATerminal) {
  for (std::int32_t c = 0; c < 0x110000; c += c < 0x3000 || c >= 0xE0000 ? 1 : 61) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string utf8;
    const auto put = [&](std::int32_t byte) { utf8 += static_cast<char>(byte); };
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | (c >> 6)), put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      put(0xE0 | (c >> 12)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    } else {
      put(0xF0 | (c >> 18)), put(0x80 | ((c >> 12) & 0x3F)), put(0x80 | ((c >> 6) & 0x3F)), put(0x80 | (c & 0x3F));
    }
    for (const auto& cell : {utf8, "a" + utf8, utf8 + "\x1b[31m", std::string("\xFF\x9B") + utf8}) {
      const std::string text = cell_text(cell).text;
      ASSERT_FALSE(text.empty());
      ASSERT_EQ(clean_line_for_terminal(text), text) << std::hex << c;
    }
  }
  std::string marks = "e";
  for (int i = 0; i < 1000; ++i) marks += "\u0301";
  EXPECT_LE(cell_text(marks).text.size(), 64U);
}

}  // namespace
}  // namespace panko::tui
