#include "tunnel/log_line.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "base/text.hpp"
#include "tunnel/json_text.hpp"

namespace panko {

namespace json = boost::json;

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "2026-05-29T09:25:34Z INF message" → "message"; anything else comes back as it is.
std::string_view without_prefix(std::string_view line) {
  if (line.size() < 11 || !is_digit(line[0]) || line[4] != '-' || line[10] != 'T') return line;
  const auto level = line.find(' ');
  if (level == std::string_view::npos) return line;
  const auto rest = line.substr(level + 1);
  if (rest.size() < 4 || rest[3] != ' ' ||
      !std::ranges::all_of(rest.substr(0, 3), [](unsigned char c) { return std::isupper(c) != 0; }))
    return line;
  return rest.substr(4);
}

void append_string(std::string& text, const json::object& object, std::string_view key) {
  const auto* found = find_text(object, key);
  if (found == nullptr || found->empty()) return;
  if (!text.empty()) text += ": ";
  text += *found;
}

/// A share's token gives its session to whoever reads the sentence.
std::string without_tokens(std::string_view text) {
  constexpr std::string_view kPath = "/s/";
  std::string result;
  for (;;) {
    const auto path = text.find(kPath);
    if (path == std::string_view::npos) return result += text;
    result += text.substr(0, path + kPath.size());
    text.remove_prefix(path + kPath.size());
    const auto end =
        std::ranges::find_if(text, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_'; });
    result += "...";
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
}

}  // namespace

LogLine parse_log_line(std::string_view line) {
  if (line.starts_with('{')) {
    json::error_code error;
    const auto value = json::parse(line, error);
    if (!error && value.is_object()) {
      const auto& object = value.get_object();
      LogLine result;
      for (const std::string_view key : {"message", "msg"}) append_string(result.message, object, key);
      for (const std::string_view key : {"error", "err", "status_code"}) append_string(result.detail, object, key);
      return result;
    }
  }
  return {.message = std::string(without_prefix(line)), .detail = {}};
}

std::string without_secrets(std::string_view line, const std::vector<std::string>& secrets) {
  constexpr std::string_view kInstead = "...";
  std::string text(line);
  for (const auto& secret : secrets) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kInstead.size()))
      text.replace(at, secret.size(), kInstead);
  }
  return text;
}

std::string quote_log_line(std::string_view line, std::size_t bytes) {
  auto [message, detail] = parse_log_line(line);
  if (!detail.empty()) message += ": " + detail;
  auto text = squeeze_white_space(clean_line_for_terminal(without_tokens(message)));
  if (!std::ranges::any_of(text, [](unsigned char c) { return std::isalnum(c) != 0; })) return {};
  return std::string(truncate_utf8(text, bytes));
}

}  // namespace panko
