#include "render/terminal_view.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace panko {

namespace {

constexpr std::size_t kMostSpans = 5000;  // in one output: behind them it goes on without colours
constexpr std::size_t kMostCodes = 32;    // in one sequence
constexpr unsigned kFurthestJump = 16;
constexpr std::size_t kLongestLine = 64 << 10;  // that is written over: a cell is larger than its character

constexpr auto kTextColours = std::to_array<Constant>(
    {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13", "c14", "c15"});
constexpr auto kBackColours = std::to_array<Constant>({"k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"});

Constant if_set(bool set, Constant name) {
  return set ? name : "";
}

/// The palette's colour that is most like it: its hue, and whether it is light.
std::uint8_t nearest_colour(unsigned red, unsigned green, unsigned blue) {
  const unsigned most = std::max({red, green, blue});
  const unsigned least = std::min({red, green, blue});
  if (most - least < 40) {  // grey
    if (most < 64) return 0;
    if (most < 150) return 8;
    return most < 215 ? 7 : 15;
  }
  const unsigned middle = (most + least) / 2;
  const unsigned hue = (red > middle ? 1U : 0U) | (green > middle ? 2U : 0U) | (blue > middle ? 4U : 0U);
  return static_cast<std::uint8_t>(hue + (most > 200 ? 8U : 0U));
}

std::uint8_t indexed_colour(unsigned index) {
  if (index < 16) return static_cast<std::uint8_t>(index);
  if (index >= 232) {
    const unsigned grey = 8 + 10 * (std::min(index, 255U) - 232);
    return nearest_colour(grey, grey, grey);
  }
  const auto level = [](unsigned step) { return step == 0 ? 0U : 55 + 40 * step; };
  index -= 16;
  return nearest_colour(level(index / 36), level(index / 6 % 6), level(index % 6));
}

/// "1;38:5:3" as numbers. One that is missing is 0.
std::vector<unsigned> read_codes(std::string_view parameters) {
  std::vector<unsigned> codes{0};
  for (const char c : parameters) {
    if (c >= '0' && c <= '9') {
      codes.back() = std::min(codes.back() * 10 + static_cast<unsigned>(c - '0'), 9999U);
    } else if (codes.size() == kMostCodes) {
      break;
    } else {
      codes.push_back(0);
    }
  }
  return codes;
}

}  // namespace

/// Behind a 38 or 48 at `at`, which is left at its last number.
std::optional<std::uint8_t> TerminalText::read_colour(const std::vector<unsigned>& codes, std::size_t& at) {
  const auto code = [&](std::size_t i) { return i < codes.size() ? codes[i] : 0; };
  if (code(at + 1) == 5) {
    at += 2;
    return indexed_colour(code(at));
  }
  if (code(at + 1) == 2) {
    at += 4;
    return nearest_colour(code(at - 2), code(at - 1), code(at));
  }
  return std::nullopt;
}

void TerminalText::set_style(std::string_view parameters) {
  const auto codes = read_codes(parameters);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const unsigned code = codes[i];
    switch (code) {
      case 0: style_ = {}; break;
      case 1: style_.bold = true; break;
      case 2: style_.dim = true; break;
      case 3: style_.italic = true; break;
      case 4: style_.underline = true; break;
      case 7: style_.inverse = true; break;
      case 9: style_.strike = true; break;
      case 22: style_.bold = style_.dim = false; break;
      case 23: style_.italic = false; break;
      case 24: style_.underline = false; break;
      case 27: style_.inverse = false; break;
      case 29: style_.strike = false; break;
      case 38:
        if (const auto colour = read_colour(codes, i)) style_.text = *colour;
        break;
      case 39: style_.text = kNoColour; break;
      case 48:
        if (const auto colour = read_colour(codes, i)) style_.back = *colour % 8;
        break;
      case 49: style_.back = kNoColour; break;
      default:
        if (code >= 30 && code <= 37) style_.text = static_cast<std::uint8_t>(code - 30);
        if (code >= 40 && code <= 47) style_.back = static_cast<std::uint8_t>(code - 40);
        if (code >= 90 && code <= 97) style_.text = static_cast<std::uint8_t>(code - 90 + 8);
        if (code >= 100 && code <= 107) style_.back = static_cast<std::uint8_t>(code - 100);
        break;
    }
  }
}

void TerminalText::control(std::string_view sequence) {
  if (sequence.size() < 3 || sequence[1] != '[') return;
  const std::string_view parameters = sequence.substr(2, sequence.size() - 3);
  if (!parameters.empty() && (parameters.front() < '0' || parameters.front() > ';')) return;  // private ones
  switch (sequence.back()) {
    case 'm': set_style(parameters); break;
    case 'G':
      if (read_codes(parameters).front() <= 1) column_ = 0;
      break;
    case 'C': column_ += std::clamp(read_codes(parameters).front(), 1U, kFurthestJump); break;
    case 'K': {
      const unsigned what = read_codes(parameters).front();
      if (what == 0 && column_ < cells_.size()) cells_.resize(column_);
      if (what == 2) {  // a program that clears its line begins it anew
        cells_.clear();
        column_ = 0;
      }
      break;
    }
    default: break;
  }
}

void TerminalText::put(std::string_view character) {
  if (column_ > cells_.size()) cells_.resize(column_, {.character = " ", .style = {}});
  if (column_ == cells_.size()) {
    cells_.push_back({character, style_});
  } else {
    cells_[column_] = {character, style_};
  }
  ++column_;
}

void TerminalText::write_run(HtmlWriter& html, const Style& style, std::string_view text) {
  if (text.empty()) return;
  if (style == Style{} || spans_ >= kMostSpans) return html.text(text);
  ++spans_;
  Style seen = style;
  Constant inverse = "";
  if (style.inverse) {
    seen.text = style.back;
    seen.back = style.text == kNoColour ? kNoColour : style.text % 8;
    if (style.text == kNoColour) inverse = "inverse";
  }
  html.element(Tag::span,
               {attr::css({seen.text == kNoColour ? Constant("") : kTextColours.at(seen.text),
                           seen.back == kNoColour ? Constant("") : kBackColours.at(seen.back), inverse,
                           if_set(seen.bold, "bold"), if_set(seen.dim, "dim"), if_set(seen.italic, "italic"),
                           if_set(seen.underline, "underline"), if_set(seen.strike, "strike")})},
               text);
}

void TerminalText::write_cells(HtmlWriter& html) {
  std::string run;
  Style style;
  for (const Cell& cell : cells_) {
    if (cell.style != style) {
      write_run(html, style, run);
      run.clear();
      style = cell.style;
    }
    run += cell.character;
  }
  write_run(html, style, run);
  cells_.clear();
  column_ = 0;
}

void TerminalText::write_line(HtmlWriter& html, std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto is_control = [](char c) { return c == '\x1B' || c == '\r' || c == '\b'; };
  if (std::ranges::none_of(line, is_control)) return write_run(html, style_, line);
  if (line.size() > kLongestLine) return write_run(html, style_, strip_terminal_sequences(line));
  while (!line.empty()) {
    const char c = line.front();
    std::size_t length = 1;
    if (c == '\x1B') {
      length = terminal_sequence_length(line);
      control(line.substr(0, length));
    } else if (c == '\r') {
      column_ = 0;
    } else if (c == '\b') {
      column_ -= column_ > 0 ? 1 : 0;
    } else {
      length = static_cast<unsigned char>(c) < 0x80 ? 1 : decode_character(line).length;
      put(line.substr(0, length));
    }
    line.remove_prefix(length);
  }
  write_cells(html);
}

void TerminalText::write(HtmlWriter& html, std::size_t count) {
  for (; count > 0 && !rest_.empty(); --count) {
    const auto end = rest_.find('\n');
    write_line(html, rest_.substr(0, end));
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (end != std::string_view::npos) html.text("\n");
  }
}

}  // namespace panko
