// What a program wrote to its terminal, as a terminal would show it: colours and styles become classes of a closed
// list, a carriage return writes over its line, a backspace goes back, everything else that moves a cursor is left
// out. Linear in the text; many changes of colour in a little text end in plain text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "render/html.hpp"

namespace panko {

class TerminalText {
 public:
  explicit TerminalText(std::string_view text) : rest_(text) {}

  /// Writes the next `count` lines with their line ends; colours go on from one call to the next.
  void write(HtmlWriter& html, std::size_t count);

 private:
  static constexpr std::uint8_t kNoColour = 0xff;
  struct Style {
    std::uint8_t text = kNoColour;  // 0 to 15
    std::uint8_t back = kNoColour;  // 0 to 7
    bool bold = false;
    bool dim = false;
    bool italic = false;
    bool underline = false;
    bool strike = false;
    bool inverse = false;
    bool operator==(const Style&) const = default;
  };
  struct Cell {
    std::string_view character;
    Style style;
  };

  void write_line(HtmlWriter& html, std::string_view line);
  void write_cells(HtmlWriter& html);
  void write_run(HtmlWriter& html, const Style& style, std::string_view text);
  void put(std::string_view character);
  void control(std::string_view sequence);
  void set_style(std::string_view parameters);
  static std::optional<std::uint8_t> read_colour(const std::vector<unsigned>& codes, std::size_t& at);

  std::string_view rest_;
  Style style_;
  std::vector<Cell> cells_;  // of the line that is being written, where it is not written as it is
  std::size_t column_ = 0;
  std::size_t spans_ = 0;
};

}  // namespace panko
