#include "cli/audience_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/nearest.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/terminal.hpp"
#include "edition/audience.hpp"

namespace panko::cli {

Result<std::vector<std::string>> hidden_parts(std::string_view list) {
  std::vector<std::string> parts;
  if (list == "none") return parts;
  for (bool last = false; !last;) {
    const std::size_t comma = list.find(',');
    last = comma == std::string_view::npos;
    const std::string_view part = list.substr(0, comma);
    if (!last) list.remove_prefix(comma + 1);
    if (std::ranges::find(kHideable, part) == kHideable.end()) {
      const auto meant = nearest(part, kHideable);
      return fail(fmt::format("--hide takes tools, thinking and steps with commas between, or none, not \"{}\"{}",
                              shown(truncate_utf8(part, 100)),
                              meant.empty() ? "." : fmt::format("; did you mean {}?", meant)));
    }
    if (std::ranges::find(parts, part) == parts.end()) parts.emplace_back(part);
  }
  return parts;
}

Result<std::uint64_t> view_limit(std::string_view text) {
  if (text == "none") return 0;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number == 0)
    return fail(
        fmt::format("--max-views takes a whole number from 1 on, not \"{}\".", shown(truncate_utf8(text, 100))));
  return number;
}

std::optional<std::string> new_password(bool from_input, bool may_ask) {
  if (from_input) {
    if (input_is_terminal())
      throw Failure("--password-stdin reads the password from a pipe or a file; --password asks for it.");
    auto lines = input_lines(1);
    if (lines.empty() || lines[0].empty()) throw Failure("There is no password on standard input.");
    return std::move(lines[0]);
  }
  if (!may_ask)
    throw Failure("--password asks for the password, and nobody can be asked here: hand it over by --password-stdin.");
  for (;;) {
    auto password = ask_hidden("Password for this share: ");
    if (!password || password->empty()) return std::nullopt;
    const auto again = ask_hidden("The same again: ");
    if (!again) return std::nullopt;
    if (*password == *again) return password;
    note("These are two different ones.");
  }
}

}  // namespace panko::cli
