#include "agents/codex_script.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "base/json_text.hpp"
#include "base/json_writer.hpp"

namespace panko {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/// "tools.name(" by its letters alone.
std::size_t count_calls(std::string_view script) {
  constexpr std::string_view kTools = "tools.";
  std::size_t count = 0;
  for (auto at = script.find(kTools); at != std::string_view::npos; at = script.find(kTools, at + 1)) {
    const std::string_view rest = script.substr(at + kTools.size());
    std::size_t end = 0;
    while (end < rest.size() && is_word(rest[end])) ++end;
    if (end > 0 && end < rest.size() && rest[end] == '(' && (at == 0 || !is_word(script[at - 1]))) ++count;
  }
  return count;
}

class ScriptReader {
 public:
  explicit ScriptReader(std::string_view text) : text_(text) {}

  std::optional<std::vector<CodexScriptCall>> read() {
    while (skip_space()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'' || c == '`') {
        skip_string();
      } else if (!is_word(c)) {
        ++at_;
      } else if (!read_word()) {
        return std::nullopt;
      }
    }
    return std::move(calls_);
  }

 private:
  static constexpr int kDeepest = 32;

  /// White space and comments. False at the end.
  bool skip_space() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest.starts_with("/*")) {
        const auto end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (rest.front() == ' ' || rest.front() == '\t' || rest.front() == '\r' || rest.front() == '\n') {
        ++at_;
      } else {
        return true;
      }
    }
    return false;
  }

  bool take(char c) {
    if (!skip_space() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void skip_string() {
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
  }

  /// False: a call that is not understood.
  bool read_word() {
    const std::string_view name = word();
    if (name == "tools") return read_call();
    if (name == "const" || name == "let" || name == "var") read_constant();
    return true;
  }

  bool read_call() {
    if (!take('.') || !skip_space()) return false;
    CodexScriptCall call{.tool = std::string(word()), .arguments = {}};
    if (call.tool.empty() || !take('(') || !skip_space()) return false;
    if (!is_word(text_[at_])) {
      if (text_[at_] == ')') {
        call.arguments = "{}";
      } else if (!read_value(call.arguments, 0)) {
        return false;
      }
    } else {
      const auto known = constants_.find(word());
      if (known == constants_.end()) return false;
      call.arguments = std::move(known->second);
      constants_.erase(known);  // used once more, it would be copied as often as it is named
    }
    if (!take(')')) return false;
    calls_.push_back(std::move(call));
    return true;
  }

  /// `const patch = "..."`; whatever else is assigned is read as the rest of the script.
  void read_constant() {
    if (!skip_space()) return;
    const std::string_view name = word();
    if (name.empty() || !take('=') || !skip_space()) return;
    const std::size_t begin = at_;
    std::string value;
    const char c = text_[at_];
    if ((c == '"' || c == '\'' || c == '`' || c == '{') && read_value(value, 0) && take(';')) {
      constants_.insert_or_assign(name, std::move(value));
    } else {
      constants_.erase(name);
      at_ = begin;
      // Read twice: what no literal is must not hold another that is tried again.
      if (c == '{') ++at_;
    }
  }

  bool read_value(std::string& json, int depth) {
    if (depth > kDeepest || !skip_space()) return false;
    const char c = text_[at_];
    if (c == '{') return read_members(json, depth);
    if (c == '[') return read_elements(json, depth);
    if (c == '"' || c == '\'' || c == '`') {
      std::string text;
      if (!read_string(text)) return false;
      json += json_quote(text);
      return true;
    }
    if (text_.substr(at_).starts_with("String.raw`")) {
      at_ += std::string_view("String.raw").size();
      std::string text;
      if (!read_string(text, true)) return false;
      json += json_quote(text);
      return true;
    }
    return read_scalar(json);
  }

  bool read_scalar(std::string& json) {
    const bool negative = text_[at_] == '-';
    if (negative) ++at_;
    const std::string_view scalar = word();
    if (scalar.empty() || scalar.size() > 18) return false;
    if (scalar.front() >= '0' && scalar.front() <= '9') {
      std::uint64_t number = 0;
      for (const char c : scalar) {
        if (c == '_') continue;
        if (c < '0' || c > '9') return false;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
      }
      json += (negative ? "-" : "") + std::to_string(number);
      return true;
    }
    if (negative || (scalar != "true" && scalar != "false" && scalar != "null")) return false;
    json += scalar;
    return true;
  }

  bool read_members(std::string& json, int depth) {
    ++at_;
    json += '{';
    for (bool first = true; !take('}'); first = false) {
      if (!first && (!take(',') || !skip_space())) return false;
      if (!first && take('}')) break;
      if (at_ >= text_.size()) return false;
      std::string name;
      if (is_word(text_[at_])) {
        name = word();
      } else if ((text_[at_] != '"' && text_[at_] != '\'') || !read_string(name)) {
        return false;
      }
      if (!first) json += ',';
      json += json_quote(name) + ':';
      if (!take(':') || !read_value(json, depth + 1)) return false;
    }
    json += '}';
    return true;
  }

  bool read_elements(std::string& json, int depth) {
    ++at_;
    json += '[';
    for (bool first = true; !take(']'); first = false) {
      if (!first && !take(',')) return false;
      if (!first && take(']')) break;
      if (!first) json += ',';
      if (!read_value(json, depth + 1)) return false;
    }
    json += ']';
    return true;
  }

  bool read_string(std::string& text, bool is_raw = false) {
    const char quote = text_[at_++];
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == quote) return true;
      if (quote == '`' && c == '$' && at_ < text_.size() && text_[at_] == '{') return false;
      if (c != '\\' || is_raw) {
        text += c;
      } else if (!read_escape(text)) {
        return false;
      }
    }
    return false;
  }

  bool read_escape(std::string& text) {
    if (at_ == text_.size()) return false;
    switch (const char c = text_[at_++]) {
      case 'n': text += '\n'; return true;
      case 't': text += '\t'; return true;
      case 'r': text += '\r'; return true;
      case 'b': text += '\b'; return true;
      case 'f': text += '\f'; return true;
      case '\n': return true;
      case 'x': return read_code_point(text, 2);
      case 'u': return read_code_point(text, 4);
      default: text += c; return c < '0' || c > '9';
    }
  }

  /// Two of them may be one character.
  bool read_code_point(std::string& text, std::size_t digits) {
    std::string escapes;
    do {
      const std::string_view number = text_.substr(at_, digits);
      if (number.size() < digits || number.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
        return false;
      escapes += "\\u" + std::string(4 - digits, '0') + std::string(number);
      at_ += digits;
      if (digits != 4 || !text_.substr(at_).starts_with("\\u")) break;
      at_ += 2;
    } while (true);
    text += unescape_json(escapes);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<CodexScriptCall> calls_;
  std::map<std::string_view, std::string> constants_;
};

}  // namespace

std::optional<std::vector<CodexScriptCall>> codex_script_calls(std::string_view script) {
  auto calls = ScriptReader(script).read();
  // A pattern with a quote in it looks like the start of a string: what follows would be overlooked.
  if (calls && calls->size() != count_calls(script)) return std::nullopt;
  return calls;
}

}  // namespace panko
