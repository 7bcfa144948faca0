// What the commands print with. Data goes to standard output, everything else to standard error. Text that panko did
// not write itself passes through `shown` first. For the one thread of a command.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace panko::cli {

[[nodiscard]] bool input_is_terminal();
[[nodiscard]] bool output_is_terminal();
/// Somebody can be asked: standard input and standard error are a terminal.
[[nodiscard]] bool can_ask();
/// Standard input and output are a terminal that knows more than lines.
[[nodiscard]] bool can_draw();
/// Of standard output; 80 when it does not say.
[[nodiscard]] std::size_t terminal_columns();

/// Data.
void print(std::string_view text);
void print_line(std::string_view text);
/// "panko: sentence" on standard error.
void complain(std::string_view sentence);
/// A line on standard error for the user to know.
void note(std::string_view sentence);

/// Foreign text for one line of a terminal.
[[nodiscard]] std::string shown(std::string_view foreign);

enum class Style { plain, bold, dim, green, yellow, red };
/// The text in that style, when standard output is a terminal with colours and NO_COLOR is not set.
[[nodiscard]] std::string styled(Style style, std::string_view text);

/// A line that the user typed, without its end. nullopt: aborted (Ctrl+C, Ctrl+D).
[[nodiscard]] std::optional<std::string> ask(std::string_view question);
/// The same, without showing what is typed.
[[nodiscard]] std::optional<std::string> ask_hidden(std::string_view question);
/// The first lines of standard input, without their ends. Throws Failure when one is longer than 64 KiB.
[[nodiscard]] std::vector<std::string> input_lines(std::size_t limit);

/// Long foreign text on its way to standard output, cleaned wherever that leads: a pager passes on what it is given.
/// Chunks may end anywhere.
class TextOutput {
 public:
  explicit TextOutput(bool is_json) : is_json_(is_json) {}
  /// false: standard output takes no more.
  bool write(std::string_view chunk);
  bool finish();

 private:
  bool print_clean(std::string_view text) const;

  bool is_json_;
  std::string held_;  // what may be half a character
};

}  // namespace panko::cli
