// What a terminal sends, in pieces and at once: the same keys, all of them sane, and nothing pending once it was given
// up.
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "tui/input_decoder.hpp"

namespace {

using namespace panko::tui;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Input& input) {
  if (const auto* key = std::get_if<KeyPress>(&input)) {
    const char32_t c = key->character;
    if (key->key == Key::character)
      require(c >= 0x20 && (c < 0x7F || c >= 0xA0) && (c < 0xD800 || c >= 0xE000) && c <= 0x10FFFF);
    else
      require(c == 0);
  } else if (const auto* mouse = std::get_if<MouseAction>(&input)) {
    require(mouse->column >= 0 && mouse->column <= INT16_MAX && mouse->row >= 0 && mouse->row <= INT16_MAX);
  } else if (const auto* paste = std::get_if<Paste>(&input)) {
    require(!paste->text.empty() && paste->text.size() <= InputDecoder::kMaxPaste && panko::is_valid_utf8(paste->text));
  }
}

/// `step`: bytes of a piece.
std::vector<Input> decode(std::string_view bytes, std::size_t step) {
  InputDecoder decoder;
  std::vector<Input> inputs;
  const auto take = [&](std::vector<Input> more) {
    inputs.insert(inputs.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) take(decoder.feed(bytes.substr(0, step)));
  take(decoder.give_up());
  require(!decoder.patience());
  require(decoder.give_up().empty());
  require(decoder.feed("q") == std::vector<Input>{KeyPress{.key = Key::character, .character = 'q'}});
  return inputs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto inputs = decode(bytes, size + 1);
  require(inputs.size() <= size);
  for (const Input& input : inputs) check(input);
  require(decode(bytes, 1) == inputs);
  require(decode(bytes, 7) == inputs);
  return 0;
}
