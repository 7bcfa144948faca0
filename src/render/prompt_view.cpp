#include "render/prompt_view.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "render/code_language.hpp"

namespace panko {

namespace {

struct Piece {
  bool is_code = false;
  std::string_view language;
  std::string_view text;
};

struct Fence {
  std::size_t length = 0;  // of its backticks
  std::string_view info;
};

constexpr std::size_t kLongestFence = 16;

std::optional<Fence> fence_of(std::string_view line) {
  line = without_last_line_ends(line);
  const auto begin = line.find_first_not_of(' ');
  if (begin > 3) return std::nullopt;  // or there is nothing but spaces
  line.remove_prefix(begin);
  const std::size_t length = std::min(line.find_first_not_of('`'), line.size());
  if (length < 3 || length > kLongestFence) return std::nullopt;
  std::string_view info = line.substr(length);
  if (info.contains('`')) return std::nullopt;
  const auto word = info.find_first_not_of(" \t");
  info.remove_prefix(word == std::string_view::npos ? info.size() : word);
  return Fence{length, info};
}

/// The code up to the fence that closes, which is taken too. nullopt: there is none.
std::optional<std::string_view> take_code(std::string_view& text, std::size_t length) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t before = text.size() - rest.size();
    const auto fence = fence_of(take_lines(rest, 1));
    if (!fence || fence->length < length || !fence->info.empty()) continue;
    const std::string_view code = text.substr(0, before);
    text = rest;
    return code;
  }
  return std::nullopt;
}

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t hopeless = kLongestFence + 1;  // fences as long as this are not closed any more
  while (!text.empty()) {
    const std::string_view from = text;
    const std::string_view line = take_lines(text, 1);
    const auto fence = fence_of(line);
    if (fence && fence->length < hopeless) {
      if (const auto code = take_code(text, fence->length)) {
        pieces.push_back({true, fence->info, *code});
        continue;
      }
      hopeless = fence->length;
    }
    if (pieces.empty() || pieces.back().is_code) {
      pieces.push_back({false, {}, from.substr(0, line.size())});
    } else {
      Piece& last = pieces.back();
      last.text = {last.text.data(), last.text.size() + line.size()};  // the line behind it
    }
  }
  return pieces;
}

}  // namespace

void write_prompt(Pieces& pieces, std::string_view text) {
  const std::string_view part = pieces.shown(text);
  std::vector<Piece> all = pieces_of(part);
  std::size_t lines = 0;
  for (const Piece& piece : all) lines += count_lines(piece.text);
  auto next = all.begin();
  pieces.folded(lines, [&](std::size_t count) {
    while (next != all.end() && count > 0) {
      const std::string_view shown = take_lines(next->text, count);
      count -= std::min(count, count_lines(shown));
      if (next->is_code) {
        pieces.html().open(Tag::pre, {attr::css("code"), attr::own(attr::Own::tabindex, "0")});
        pieces.html().element(Tag::code, {attr::css(language_of_fence(next->language))}, shown);
        pieces.html().close(Tag::pre);
      } else if (const auto typed = without_last_line_ends(shown); !typed.empty()) {
        pieces.html().element(Tag::div, {attr::css("plain")}, typed, Text::prose);
      }
      if (next->text.empty()) ++next;
    }
  });
  if (part.size() < text.size()) pieces.more(text.size());
}

}  // namespace panko
