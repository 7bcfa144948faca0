#include "tunnel/json_text.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace panko {
namespace {

TEST(JsonText, IsWhatIsThereAsText) {
  const auto value =
      boost::json::parse(R"({"a":"x","empty":"","number":7,"null":null,"list":["x"],"object":{"a":"y"}})");
  const auto& object = value.get_object();
  EXPECT_EQ(text_at(object, "a"), "x");
  ASSERT_NE(find_text(object, "empty"), nullptr);
  EXPECT_TRUE(find_text(object, "empty")->empty());
  for (const auto* key : {"number", "null", "list", "object", "none"}) {
    EXPECT_EQ(find_text(object, key), nullptr) << key;
    EXPECT_EQ(text_at(object, key), "") << key;
  }
}

}  // namespace
}  // namespace panko
