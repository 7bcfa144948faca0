#include "render/search_view.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "render/code_language.hpp"

namespace panko {

namespace {

struct Hit {
  std::string_view path;
  std::uint32_t line = 0;
  std::string_view text;
};

/// "path:12:text"; behind a match "path-13-text" is what stands around it.
std::optional<Hit> read_hit(std::string_view line) {
  constexpr std::size_t kLongestPath = 512;
  const std::string_view front = line.substr(0, kLongestPath);
  for (std::size_t at = front.find_first_of(":-"); at != std::string_view::npos && at > 0;
       at = front.find_first_of(":-", at + 1)) {
    std::uint32_t number = 0;
    const char* const begin = line.data() + at + 1;
    const auto [end, error] = std::from_chars(begin, line.data() + line.size(), number);
    if (error != std::errc{} || end == line.data() + line.size() || *end != line[at]) continue;
    const auto behind = static_cast<std::size_t>(end - line.data()) + 1;
    const std::string_view path = line.substr(0, at);
    const bool has_letter = std::ranges::any_of(path, [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
    if (!has_letter || (path.contains(' ') && !path.contains('/'))) return std::nullopt;  // a time, a sentence
    return Hit{path, number, line.substr(behind)};
  }
  return std::nullopt;
}

/// nullopt: too much of it is something else.
std::optional<std::vector<Hit>> read_hits(std::string_view text) {
  std::vector<Hit> hits;
  while (!text.empty()) {
    std::string_view line = take_lines(text, 1);
    line = without_last_line_ends(line);
    if (line.empty() || line == "--") continue;
    const auto hit = read_hit(line);
    if (!hit) return std::nullopt;
    hits.push_back(*hit);
  }
  return hits.empty() ? std::nullopt : std::optional(std::move(hits));
}

/// One file's lines, from `next` up to `end`.
void write_file(HtmlWriter& html, const std::vector<Hit>& hits, std::size_t& next, std::size_t end) {
  const std::string_view path = hits[next].path;
  std::string numbers;
  std::string text;
  for (; next < end && hits[next].path == path; ++next) {
    if (!numbers.empty()) numbers += '\n';
    numbers += std::to_string(hits[next].line);
    text += one_line(hits[next].text);
    text += '\n';
  }
  html.open(Tag::pre, {attr::css("code"), attr::own(attr::Own::tabindex, "0"), attr::data("data-n", numbers)});
  html.element(Tag::code, {attr::css(language_of_file(path))}, text);
  html.close(Tag::pre);
}

}  // namespace

void write_search_results(Pieces& pieces, std::string_view result) {
  const std::string plain = strip_terminal_sequences(pieces.shown(without_last_line_ends(result)));
  const auto hits = read_hits(plain);
  if (!hits) return pieces.output(result);
  HtmlWriter& html = pieces.html();
  std::size_t next = 0;
  pieces.folded(hits->size(), [&](std::size_t count) {
    html.open(Tag::div, {attr::css("found")});
    const std::size_t end = std::min(next + count, hits->size());
    while (next < end) {
      html.open(Tag::p, {attr::css("file")});
      pieces.path((*hits)[next].path);
      html.close(Tag::p);
      write_file(html, *hits, next, end);
    }
    html.close(Tag::div);
  });
  if (pieces.shown(result).size() < without_last_line_ends(result).size()) pieces.more(result.size());
}

}  // namespace panko
