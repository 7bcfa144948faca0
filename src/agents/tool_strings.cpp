#include "agents/tool_strings.hpp"

#include "base/json_index.hpp"
#include "base/json_text.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

/// Nested as deep as JsonIndex lets through.
void collect(const JsonValue& value, std::vector<std::string>& strings) {
  if (value.is_string()) {
    strings.push_back(unescape_json(value.body()));
  } else if (value.is_array()) {
    value.for_each_element([&](const JsonValue& element) { collect(element, strings); });
  } else {
    value.for_each_member([&](std::string_view, const JsonValue& member) { collect(member, strings); });
  }
}

}  // namespace

std::vector<std::string> strings_of_input(std::string_view json) {
  std::string padded(json);
  padded.append(LineReader::kPadding, '\0');
  JsonIndex index;
  if (index.load(std::string_view(padded).substr(0, json.size())) != JsonStatus::complete) return {std::string(json)};
  std::vector<std::string> strings;
  collect(index.root(), strings);
  return strings;
}

}  // namespace panko
