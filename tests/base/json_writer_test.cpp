#include "base/json_writer.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("a").value("x").key("b").begin_array().value(std::uint64_t{1}).value(true).begin_object();
  json.end_object().end_array().key("c").begin_object().key("d").json("[1,2]").end_object().end_object();
  EXPECT_EQ(out, R"({"a":"x","b":[1,true,{}],"c":{"d":[1,2]}})");
}

TEST(JsonWriter, MayBeEmptiedBetweenCalls) {
  std::string out;
  JsonWriter json(out);
  json.begin_array().value("a");
  std::string all = std::move(out);
  out.clear();
  json.value("b").end_array();
  EXPECT_EQ(all + out, R"(["a","b"])");
}

TEST(JsonWriter, EscapesWhatJsonForbids) {
  EXPECT_EQ(json_quote("a\"b\\c\n\r\t\x01\x1b\x7f/é"), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001b\\u007f/é\"");
  EXPECT_EQ(json_quote(std::string_view("\0", 1)), "\"\\u0000\"");
  EXPECT_EQ(json_quote("bad \xff\xc3"), "\"bad \xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_quote(""), "\"\"");
}

}  // namespace
}  // namespace panko
