#include "base/json_text.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(JsonText, UnescapesStrings) {
  EXPECT_EQ(unescape_json("plain"), "plain");
  EXPECT_EQ(unescape_json(R"(a\"b\\c\/d\b\f\n\r\t)"), "a\"b\\c/d\b\f\n\r\t");
  EXPECT_EQ(unescape_json(R"(\u0041\u00e9\u20ac\ud83d\ude00\uD83D\uDE00)"), "Aé€😀😀");
}

TEST(JsonText, WhatIsNoCharacterBecomesAReplacement) {
  EXPECT_EQ(unescape_json(R"(\ud83d)"), "\uFFFD");
  EXPECT_EQ(unescape_json(R"(\ud83dx)"), "\uFFFDx");
  EXPECT_EQ(unescape_json(R"(\ud83d\n)"), "\uFFFD\n");
  EXPECT_EQ(unescape_json(R"(\ud83d\u0041)"), "\uFFFDA");
  EXPECT_EQ(unescape_json(R"(\ude00\ud83d)"), "\uFFFD\uFFFD");
  EXPECT_EQ(unescape_json(R"(\u0000)"), "\uFFFD");
}

TEST(JsonText, BrokenEscapesStay) {
  EXPECT_EQ(unescape_json(R"(\x41 \u12 \uzzzz)"), R"(\x41 \u12 \uzzzz)");
  EXPECT_EQ(unescape_json("end\\"), "end\\");
  EXPECT_EQ(unescape_json("\\u"), "\\u");
}

TEST(JsonText, FindsTheEndOfAnObject) {
  EXPECT_EQ(json_object_length(R"({"a":1}{"b":2})"), 7u);
  EXPECT_EQ(json_object_length(R"({"a":"}\"}{"} x)"), 13u);
  EXPECT_EQ(json_object_length(R"({"a":[{},[]]})"), 13u);
  EXPECT_FALSE(json_object_length(R"({"a":)"));
  EXPECT_FALSE(json_object_length(R"({"a":"\)"));
  EXPECT_FALSE(json_object_length("]"));
  EXPECT_FALSE(json_object_length(""));
}

TEST(JsonText, RepairsLines) {
  EXPECT_EQ(repair_json("{\"a\":\"\xff\x01\t\"}"), "{\"a\":\"\uFFFD  \"}");
}

TEST(JsonText, MakesEscapesValidForOthers) {
  EXPECT_EQ(valid_json_escapes(R"({"a":"x\n\ud83d\ude00"})"), R"({"a":"x\n\ud83d\ude00"})");
  EXPECT_EQ(valid_json_escapes(R"({"a":"\ud83d\x\u12","b":"\u0000\\"})"), R"({"a":"\ufffd\\x\\u12","b":"\ufffd\\"})");
}

}  // namespace
}  // namespace panko
