#include "config/toml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>

#include "base/text.hpp"

namespace panko {

namespace {

/// toml++ counts lines and characters; an edit needs bytes.
class Positions {
 public:
  explicit Positions(std::string_view text) : text_(text) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') starts_.push_back(i + 1);
  }

  [[nodiscard]] std::size_t offset_of(const toml::source_position& position) const {
    if (!position || position.line > starts_.size()) return text_.size();
    std::size_t offset = starts_[position.line - 1];
    for (auto column = position.column; column > 1 && offset < text_.size(); --column) {
      ++offset;
      while (offset < text_.size() && (static_cast<unsigned char>(text_[offset]) & 0xC0) == 0x80) ++offset;
    }
    return offset;
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_{0};
};

std::optional<SettingValue> value_of(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* list = node.as_array()) {
    std::vector<std::string> texts;
    for (const toml::node& element : *list) {
      const auto* text = element.as_string();
      if (text == nullptr) return std::nullopt;
      texts.push_back(text->get());
    }
    return texts;
  }
  return std::nullopt;
}

void collect(const toml::table& table, std::vector<std::string>& path, const Positions& positions,
             std::vector<TomlEntry>& out) {
  for (const auto& [key, node] : table) {
    path.emplace_back(key.str());
    const auto* inner = node.as_table();
    if (inner != nullptr && !inner->empty()) {
      collect(*inner, path, positions, out);
    } else {
      const toml::source_region& region = node.source();
      out.push_back({.path = path,
                     .value = value_of(node),
                     .line = key.source().begin.line,
                     .begin = positions.offset_of(region.begin),
                     .end = positions.offset_of(region.end),
                     .last_line = region.end.line});
    }
    path.pop_back();
  }
}

}  // namespace

Result<std::vector<TomlEntry>> parse_toml(std::string_view text) {
  try {
    const toml::table table = toml::parse(text);
    std::vector<TomlEntry> entries;
    std::vector<std::string> path;
    collect(table, path, Positions(text), entries);
    std::ranges::sort(entries, {}, [](const TomlEntry& entry) { return entry.begin; });
    return entries;
  } catch (const toml::parse_error& error) {
    return fail(fmt::format(", line {}: this is not TOML: {}.", error.source().begin.line,
                            squeeze_white_space(error.description())));
  }
}

std::optional<std::size_t> find_toml_header(std::string_view text, const std::vector<std::string>& path) {
  const std::string wanted = fmt::format("[{}]", fmt::join(path, "."));
  std::size_t number = 1;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line;
    for (const char c : text.substr(0, end)) {
      if (c == '#') break;
      if (c != ' ' && c != '\t' && c != '\r') line += c;
    }
    if (line == wanted) return number;
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
  }
  return std::nullopt;
}

SettingValue value_from_text(std::string_view text) {
  SettingValue as_typed = std::string(text);
  if (text.find('\n') != std::string_view::npos) return as_typed;  // several lines could be several values
  try {
    const toml::table table = toml::parse(fmt::format("value = {}\n", text));
    return value_of(*table.get("value")).value_or(as_typed);
  } catch (const toml::parse_error&) {
    return as_typed;
  }
}

std::string to_toml(const SettingValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    std::vector<std::string> texts;
    for (const std::string& text : *list) texts.push_back(to_toml(text));
    return fmt::format("[{}]", fmt::join(texts, ", "));
  }
  std::string out = "\"";
  for (const char c : to_valid_utf8(std::get<std::string>(value))) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

bool is_bare_key(std::string_view key) {
  return !key.empty() && key.size() <= 64 && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace panko
