#include "base/json_index.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace panko {
namespace {

class JsonIndexTest : public testing::Test {
 protected:
  JsonStatus load(std::string_view text) {
    text_ = std::string(text) + std::string(JsonIndex::kPadding, 'x');
    return index_.load(std::string_view(text_).substr(0, text.size()));
  }
  std::string text_;
  JsonIndex index_;
};

TEST_F(JsonIndexTest, AcceptsObjectsOnly) {
  for (const char* text : {R"({})", R"( { "a" : [ 1 , -2.5e+3, true,false , null, "x" , [], {} ] } )",
                           R"({"a":{"b":{"c":[[1],[2]]}},"d":0})", R"({"a":"[{\"}]"})"})
    EXPECT_EQ(load(text), JsonStatus::complete) << text;
}

TEST_F(JsonIndexTest, RefusesEverythingElse) {
  for (const char* text : {"",
                           " ",
                           "null",
                           "42",
                           "[]",
                           R"("s")",
                           "{",
                           R"({"a")",
                           R"({"a":)",
                           R"({"a":1)",
                           R"({"a":1,})",
                           R"({"a":1 "b":2})",
                           R"({"a" 1})",
                           R"({a:1})",
                           R"({1:2})",
                           R"({"a":[1,2})",
                           R"({"a":{1]})",
                           R"({"a":[1,]})",
                           R"({"a":[,1]})",
                           R"({"a":[1 2]})",
                           R"({"a":tru})",
                           R"({"a":trueish})",
                           R"({"a":01})",
                           R"({"a":1.})",
                           R"({"a":-})",
                           R"({"a":1e})",
                           R"({"a":+1})",
                           R"({"a":.5})",
                           R"({"a":"x"y})",
                           R"({"a":"x)",
                           R"({}})",
                           R"({}{})",
                           R"({} x)",
                           R"({"a"})",
                           "}",
                           R"({,})",
                           R"({"a":1,,"b":2})",
                           R"({"a"::1})",
                           R"({"a":NaN})"})
    EXPECT_EQ(load(text), JsonStatus::malformed) << text;
}

TEST_F(JsonIndexTest, SeesBadEncoding) {
  EXPECT_EQ(load("{\"a\":\"\xff\"}"), JsonStatus::bad_encoding);
  EXPECT_EQ(load("{\"a\":\"\x01\"}"), JsonStatus::bad_encoding);
}

TEST_F(JsonIndexTest, BoundsNesting) {
  const auto nested = [](std::size_t arrays) {
    return R"({"a":)" + std::string(arrays, '[') + std::string(arrays, ']') + "}";
  };
  EXPECT_EQ(load(nested(JsonIndex::kDeepest)), JsonStatus::complete);  // the innermost one is empty
  EXPECT_EQ(load(nested(JsonIndex::kDeepest + 1)), JsonStatus::too_deep);
  EXPECT_EQ(load(nested(100'000)), JsonStatus::too_deep);
  std::string objects;
  for (int i = 0; i < 100; ++i) objects += R"({"a":)";
  EXPECT_EQ(load(objects + "1" + std::string(100, '}')), JsonStatus::too_deep);
}

TEST_F(JsonIndexTest, ValuesAreViews) {
  ASSERT_EQ(load(R"( {"s" : "a\"b" ,"n": 12 , "o":{"x":[1,{"y":2}]} , "t":true, "z":null,"l":[ "p","q" ] } )"),
            JsonStatus::complete);
  const JsonValue root = index_.root();
  EXPECT_EQ(root["s"].body(), R"(a\"b)");
  EXPECT_EQ(root["s"].raw(), R"("a\"b")");
  EXPECT_EQ(root["n"].as_count(), 12u);
  EXPECT_EQ(root["o"].raw(), R"({"x":[1,{"y":2}]})");
  EXPECT_EQ(root["o"]["x"].raw(), R"([1,{"y":2}])");
  EXPECT_TRUE(root["t"].is_true());
  EXPECT_TRUE(root["z"].is_null());
  std::vector<std::string> keys;
  root.for_each_member([&](std::string_view key, const JsonValue&) { keys.emplace_back(key); });
  EXPECT_EQ(keys, (std::vector<std::string>{"s", "n", "o", "t", "z", "l"}));
  std::vector<std::string> elements;
  root["l"].for_each_element([&](const JsonValue& value) { elements.emplace_back(value.body()); });
  EXPECT_EQ(elements, (std::vector<std::string>{"p", "q"}));
}

TEST_F(JsonIndexTest, WhatIsMissingIsNothing) {
  ASSERT_EQ(load(R"({"s":"x","m":-1,"f":1.5,"big":99999999999999999999})"), JsonStatus::complete);
  const JsonValue none = index_.root()["none"];
  EXPECT_TRUE(none.raw().empty());
  EXPECT_TRUE(none.body().empty());
  EXPECT_TRUE(none["deeper"]["still"].raw().empty());
  EXPECT_FALSE(none.is_object() || none.is_array() || none.is_string() || none.is_true() || none.is_null());
  EXPECT_FALSE(none.as_count());
  none.for_each_element([](const JsonValue&) { FAIL(); });
  index_.root()["s"].for_each_member([](std::string_view, const JsonValue&) { FAIL(); });
  EXPECT_FALSE(index_.root()["m"].as_count());
  EXPECT_FALSE(index_.root()["f"].as_count());
  EXPECT_FALSE(index_.root()["big"].as_count());
}

TEST_F(JsonIndexTest, SmallAfterHuge) {
  ASSERT_EQ(load(R"({"a":")" + std::string(5 << 20, 'x') + R"("})"), JsonStatus::complete);
  EXPECT_EQ(index_.root()["a"].body().size(), 5u << 20);
  ASSERT_EQ(load(R"({"a":"y"})"), JsonStatus::complete);
  EXPECT_EQ(index_.root()["a"].body(), "y");
}

}  // namespace
}  // namespace panko
