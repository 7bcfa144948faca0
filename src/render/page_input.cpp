#include "render/page_input.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace panko {

namespace {

namespace json = simdjson::ondemand;

constexpr std::size_t kNesting = 64;

/// Names of the arguments that tell most about a call, whichever agent's tool it is; the first one there wins.
constexpr auto kTelling = std::to_array<std::string_view>({"command", "file_path", "notebook_path", "pattern", "query",
                                                           "url", "description", "path", "subject", "skill", "prompt"});

class Reader {
 public:
  explicit Reader(std::size_t limit) : left_(limit) {}

  ToolInput read(std::string_view text);
  std::optional<std::string> indent(std::string_view text);

 private:
  std::string text_of(json::value value);
  void print(json::value value, std::string& out, std::size_t depth);
  std::string within_limit(std::string_view text) {
    const std::string_view kept = truncate_utf8(text, left_);
    if (kept.size() < text.size()) input_.is_cut = true;
    left_ = kept.size() < text.size() ? 0 : left_ - kept.size();
    return std::string(kept);
  }

  ToolInput input_;
  std::size_t left_;
};

std::string_view trimmed(std::string_view token) {
  const auto end = token.find_last_not_of(" \t\r\n");
  return token.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

/// A string's text; one with broken escapes as it is written.
std::string string_of(json::value value) {
  const std::string_view written = trimmed(value.raw_json_token());
  std::string_view text;
  return std::string(value.get_string().get(text) == simdjson::SUCCESS ? text : written);
}

bool is_string(json::value value) {
  json::json_type type{};
  return value.type().get(type) == simdjson::SUCCESS && type == json::json_type::string;
}

/// An object or array as it is written.
simdjson::simdjson_result<std::string_view> raw_of(json::value value, bool is_object) {
  json::object object;
  json::array array;
  if (is_object) {
    if (const auto error = value.get_object().get(object)) return error;
    return object.raw_json();
  }
  if (const auto error = value.get_array().get(array)) return error;
  return array.raw_json();
}

std::string key_of(json::field& field) {
  std::string_view key;
  if (field.unescaped_key().get(key) == simdjson::SUCCESS) return std::string(key);
  return "?";
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

/// Indented JSON whose strings keep their line breaks, for eyes and not for parsers.
void Reader::print(json::value value, std::string& out, std::size_t depth) {
  json::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS || out.size() > left_) {
    input_.is_cut = true;
    return;
  }
  const bool is_object = type == json::json_type::object;
  if (type == json::json_type::string) {
    append_quoted(out, string_of(value));
  } else if (!is_object && type != json::json_type::array) {
    out += trimmed(value.raw_json_token());
  } else if (depth >= kNesting) {
    std::string_view rest;
    if (raw_of(value, is_object).get(rest) == simdjson::SUCCESS) out += trimmed(rest);
  } else {
    const std::string indent(2 * depth + 2, ' ');
    const std::size_t empty = out.size() + 1;
    out += is_object ? '{' : '[';
    const auto begin_item = [&] { out += (out.size() == empty ? "\n" : ",\n") + indent; };
    if (is_object) {
      json::object object;
      input_.is_cut |= value.get_object().get(object) != simdjson::SUCCESS;
      if (input_.is_cut) return;
      for (auto item : object) {
        json::field field;
        input_.is_cut |= std::move(item).get(field) != simdjson::SUCCESS || out.size() > left_;
        if (input_.is_cut) break;
        begin_item();
        append_quoted(out, key_of(field));
        out += ": ";
        print(field.value(), out, depth + 1);
      }
    } else {
      json::array array;
      input_.is_cut |= value.get_array().get(array) != simdjson::SUCCESS;
      if (input_.is_cut) return;
      for (auto item : array) {
        json::value element;
        input_.is_cut |= std::move(item).get(element) != simdjson::SUCCESS || out.size() > left_;
        if (input_.is_cut) break;
        begin_item();
        print(element, out, depth + 1);
      }
    }
    if (out.size() > empty) out += "\n" + std::string(2 * depth, ' ');
    out += is_object ? '}' : ']';
  }
}

std::string Reader::text_of(json::value value) {
  std::string out;
  if (is_string(value)) {
    out = string_of(value);
  } else {
    print(value, out, 0);
  }
  return within_limit(out);
}

std::string on_one_line(std::string_view text) {
  return elide(squeeze_white_space(truncate_utf8(text, 1000)), 160);
}

std::string first_line(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return on_one_line(text.substr(0, text.find('\n')));
}

std::string telling_of(const ToolInput& input) {
  for (const std::string_view name : kTelling) {
    const auto field = std::ranges::find(input.fields, name, &ToolInput::Field::name);
    if (field != input.fields.end() && !field->value.empty()) return first_line(field->value);
  }
  return input.fields.empty() ? "" : on_one_line(input.fields.front().value);
}

ToolInput Reader::read(std::string_view text) {
  const simdjson::padded_string padded(text);
  json::parser parser;
  json::document document;
  json::object object;
  bool complete = parser.iterate(padded).get(document) == simdjson::SUCCESS &&
                  document.get_object().get(object) == simdjson::SUCCESS;
  if (complete) {
    for (auto item : object) {
      json::field field;
      complete = std::move(item).get(field) == simdjson::SUCCESS;
      if (!complete || left_ == 0) break;
      std::string name = key_of(field);
      input_.fields.push_back({std::move(name), text_of(field.value())});
    }
  }
  if (!complete) {
    input_ = {};
    input_.raw = truncate_utf8(text, left_);
    input_.is_cut = input_.raw.size() < text.size();
    input_.telling = first_line(input_.raw);
    return std::move(input_);
  }
  if (left_ == 0) input_.is_cut = true;
  input_.telling = telling_of(input_);
  return std::move(input_);
}

std::optional<std::string> Reader::indent(std::string_view text) {
  const simdjson::padded_string padded(text);
  json::parser parser;
  json::document document;
  json::value value;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document.get_value().get(value) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  std::string out;
  print(value, out, 0);
  // What is behind the value, or broken inside of it, would be lost.
  const char* rest = nullptr;
  if (input_.is_cut || document.current_location().get(rest) == simdjson::SUCCESS) return std::nullopt;
  return out;
}

}  // namespace

ToolInput read_tool_input(std::string_view json, std::size_t limit) {
  if (json.empty()) return {};
  return Reader(limit).read(json);
}

std::optional<std::string> indented_json(std::string_view text, std::size_t limit) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || (text[begin] != '{' && text[begin] != '[') || text.size() > limit)
    return std::nullopt;
  return Reader(limit * 2).indent(text);
}

}  // namespace panko
