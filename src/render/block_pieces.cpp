#include "render/block_pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "render/markdown.hpp"
#include "render/terminal_view.hpp"

namespace panko {

namespace {

constexpr std::size_t kFoldedLines = 30;
constexpr std::size_t kSpareLines = 10;   // as few as these are not worth a click
constexpr std::size_t kLongLines = 4000;  // bytes of kFoldedLines lines: as they are wrapped, they are many more

/// "\r\n" becomes "\n".
std::string with_line_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const bool ended = line.size() < text.size();
    out += one_line(line.substr(0, line.size() - (ended && line.ends_with('\r') ? 1 : 0)));
    if (ended) out += '\n';
    text.remove_prefix(line.size() + (ended ? 1 : 0));
  }
  return out;
}

}  // namespace

std::size_t count_lines(std::string_view text) {
  if (text.empty()) return 0;
  return static_cast<std::size_t>(std::ranges::count(text, '\n')) + (text.back() == '\n' ? 0 : 1);
}

std::string_view without_last_line_ends(std::string_view text) {
  const auto end = text.find_last_not_of("\r\n");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

std::string_view take_lines(std::string_view& text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) {
    const auto line_end = text.find('\n', end);
    end = line_end == std::string_view::npos ? text.size() : line_end + 1;
  }
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') {
      out += "\u240D";
    } else {
      out += c;
    }
  }
  return out;
}

std::string short_path(std::string_view path, std::string_view directory, std::size_t columns) {
  if (!directory.empty() && path.starts_with(directory)) {
    if (path == directory) return ".";
    const std::string_view inner = path.substr(directory.size());
    if (inner.size() > 1 && inner.front() == '/') path = inner.substr(1);
  }
  if (path.size() <= columns) return std::string(path);
  const auto cut = path.find('/', path.size() - columns);
  if (cut == std::string_view::npos) return elide(path, columns);
  return fmt::format("…{}", path.substr(cut));
}

std::string_view Pieces::shown(std::string_view text) const {
  if (view_.whole || text.size() <= kShownBytes) return text;
  const std::string_view cut = truncate_utf8(text, kShownBytes);
  const auto line_end = cut.rfind('\n');
  return line_end != std::string_view::npos && line_end > kShownBytes / 2 ? cut.substr(0, line_end + 1) : cut;
}

void Pieces::more(std::size_t bytes) {
  html_.open(Tag::p, {attr::css("more")});
  html_.element(Tag::a, {attr::href(Url::block(view_.root, anchor_))},
                bytes == 0 ? "show all" : fmt::format("show all ({})", format_bytes(bytes)));
  html_.close(Tag::p);
}

void Pieces::folded(std::size_t lines, const std::function<void(std::size_t count)>& write) {
  if (view_.whole || lines <= kFoldedLines + kSpareLines) return write(lines);
  html_.open(Tag::div, {attr::css("folded")});
  write(kFoldedLines);
  html_.open(Tag::details, {attr::css("rest")});
  html_.element(Tag::summary, {}, fmt::format("{} more lines", format_number(lines - kFoldedLines)));
  write(lines - kFoldedLines);
  html_.close(Tag::details);
  html_.close(Tag::div);
}

void Pieces::code(std::string_view text, Constant language, std::uint32_t first_line) {
  text = without_last_line_ends(text);
  std::string plain;
  if (text.contains('\r')) {
    plain = with_line_feeds(text);
    text = plain;
  }
  std::string_view rest = shown(text);
  const std::size_t part = rest.size();
  folded(count_lines(rest), [&](std::size_t count) {
    const std::string_view lines = take_lines(rest, count);
    std::string numbers;
    for (std::size_t i = count_lines(lines); first_line != 0 && i > 0; --i)
      numbers += fmt::format("{}{}", numbers.empty() ? "" : "\n", first_line++);
    // Focusable, so that a long line can be scrolled with the keyboard.
    html_.open(Tag::pre, {attr::css("code"), attr::own(attr::Own::tabindex, "0"),
                          numbers.empty() ? attr::none() : attr::data("data-n", numbers)});
    html_.element(Tag::code, {attr::css(language)}, lines);
    html_.close(Tag::pre);
  });
  if (part < text.size()) more(text.size());
}

void Pieces::output(std::string_view text) {
  text = without_last_line_ends(text);
  const std::string_view part = shown(text);
  TerminalText terminal(part);
  std::string_view rest = part;
  folded(count_lines(part), [&](std::size_t count) {
    // Few lines, but long ones: that part is scrolled, and must be reached by the keyboard.
    const bool is_long =
        !view_.whole && take_lines(rest, count).size() > kLongLines && count <= kFoldedLines + kSpareLines;
    html_.open(Tag::pre, {attr::css({"output", is_long ? Constant("long") : Constant("")}),
                          is_long ? attr::own(attr::Own::tabindex, "0") : attr::none()});
    html_.open(Tag::code);
    terminal.write(html_, count);
    html_.close(Tag::code);
    html_.close(Tag::pre);
  });
  if (part.size() < text.size()) more(text.size());
}

void Pieces::prose(std::string_view markdown) {
  const std::string_view part = shown(markdown);
  html_.open(Tag::div, {attr::css("prose")});
  write_markdown(html_, part);
  html_.close(Tag::div);
  if (part.size() < markdown.size()) more(markdown.size());
}

void Pieces::path(std::string_view path) {
  const std::string name = short_path(path, view_.directory, 120);
  html_.element(Tag::code, {attr::css("path"), attr::title(path)}, name);
}

}  // namespace panko
