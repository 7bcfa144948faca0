#include "tui/input_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/text.hpp"

namespace panko::tui {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;

Input key(Key which, bool control = false, bool alt = false) {
  return KeyPress{.key = which, .character = 0, .control = control, .alt = alt};
}

Input character(char32_t which, bool control = false, bool alt = false) {
  return KeyPress{.key = Key::character, .character = which, .control = control, .alt = alt};
}

Input mouse(MouseAction::Kind kind, int column, int row) {
  return MouseAction{.kind = kind, .column = column, .row = row};
}

/// All at once; nothing may be pending at the end.
std::vector<Input> decode(std::string_view bytes) {
  InputDecoder decoder;
  auto inputs = decoder.feed(bytes);
  EXPECT_EQ(decoder.patience(), std::nullopt) << bytes;
  return inputs;
}

TEST(InputDecoder, CharactersAndControls) {
  EXPECT_THAT(decode("jG?"), ElementsAre(character('j'), character('G'), character('?')));
  EXPECT_THAT(decode("\r\t\x7f\b\n"),
              ElementsAre(key(Key::enter), key(Key::tab), key(Key::backspace), key(Key::backspace), key(Key::enter)));
  EXPECT_THAT(decode("\x03\x04\x1a\x1f\0"sv),
              ElementsAre(character('c', true), character('d', true), character('z', true), character('_', true),
                          character(' ', true)));
  EXPECT_THAT(decode("é字🙂"), ElementsAre(character(U'é'), character(U'字'), character(U'🙂')));
}

TEST(InputDecoder, MalformedUtf8IsDropped) {
  EXPECT_THAT(decode("a\xFF"
                     "b\xC0\x80"
                     "c\xED\xA0\x80"
                     "d\xE5\xAD"
                     "e\xC2\x9B"
                     "31mf"),
              ElementsAre(character('a'), character('b'), character('c'), character('d'), character('e'),
                          character('3'), character('1'), character('m'), character('f')));
}

TEST(InputDecoder, KeysOfEveryTerminal) {
  const std::vector<std::pair<std::string, Input>> table = {
      // xterm, tmux
      {"\x1b[A", key(Key::up)},
      {"\x1bOA", key(Key::up)},
      {"\x1b[B", key(Key::down)},
      {"\x1b[C", key(Key::right)},
      {"\x1bOD", key(Key::left)},
      {"\x1b[H", key(Key::home)},
      {"\x1bOF", key(Key::end)},
      {"\x1b[1~", key(Key::home)},
      {"\x1b[4~", key(Key::end)},
      {"\x1b[3~", key(Key::erase)},
      {"\x1b[5~", key(Key::page_up)},
      {"\x1b[6~", key(Key::page_down)},
      {"\x1b[Z", key(Key::back_tab)},
      {"\x1b[1;5A", key(Key::up, true)},
      {"\x1b[1;3B", key(Key::down, false, true)},
      {"\x1b[1;2C", key(Key::right)},
      {"\x1b[5;7~", key(Key::page_up, true, true)},
      {"\x1bOM", key(Key::enter)},
      {"\x1bO5C", key(Key::right, true)},
      {"\x1b[27;5;13~", key(Key::enter, true)},
      {"\x1b[27;5;109~", character('m', true)},
      // rxvt
      {"\x1b[7~", key(Key::home)},
      {"\x1b[8~", key(Key::end)},
      {"\x1b[7^", key(Key::home, true)},
      {"\x1b[3$", key(Key::erase)},
      {"\x1b[6@", key(Key::page_down, true)},
      {"\x1b[a", key(Key::up)},
      {"\x1bOb", key(Key::down, true)},
      {"\x1b\x1b[A", key(Key::up, false, true)},
      // kitty
      {"\x1b[27u", key(Key::escape)},
      {"\x1b[13;5u", key(Key::enter, true)},
      {"\x1b[9;2u", key(Key::back_tab)},
      {"\x1b[127u", key(Key::backspace)},
      {"\x1b[106u", character('j')},
      {"\x1b[99;5u", character('c', true)},
      {"\x1b[103:71;2u", character('G')},
      {"\x1b[103;2u", character('G')},
      {"\x1b[106;3u", character('j', false, true)},
      {"\x1b[233u", character(U'é')},
      // Alt
      {"\x1bj", character('j', false, true)},
      {"\x1b字", character(U'字', false, true)},
      {"\x1b\r", key(Key::enter, false, true)},
      {"\x1b\x7f", key(Key::backspace, false, true)},
  };
  for (const auto& [bytes, input] : table) EXPECT_THAT(decode(bytes), ElementsAre(input)) << bytes.substr(1);
}

TEST(InputDecoder, WhatIsUnknownIsSwallowedWhole) {
  for (const std::string_view bytes : {"\x1b[11~"sv,
                                       "\x1bOP"sv,
                                       "\x1b[[A"sv,
                                       "\x1b[2~"sv,
                                       "\x1b[I"sv,
                                       "\x1b[24;80R"sv,
                                       "\x1b[?62;1;4c"sv,
                                       "\x1b[>0;276;0c"sv,
                                       "\x1b[?2026;2$y"sv,
                                       "\x1b[4;1$y"sv,
                                       "\x1b[106;1:3u"sv,
                                       "\x1b[57441;2u"sv,
                                       "\x1b[106;9u"sv,
                                       "\x1b]11;rgb:0000/0000/0000\x1b\\"sv,
                                       "\x1b]52;c;aGkK\a"sv,
                                       "\x1bP1+r544e=787465726d\x1b\\"sv,
                                       "\x1b_Gi=1;OK\x1b\\"sv,
                                       "\x1b^secret\x1b\\"sv,
                                       "\x1bXstring\x1b\\"sv,
                                       "\x1b[201~"sv,
                                       "\x1b[1;2;3;4;5;6m"sv,
                                       "\x1b[99999999999999999999u"sv,
                                       "\x1b[55296u"sv,
                                       "\x1b[155u"sv})
    EXPECT_THAT(decode(std::string(bytes) + "x"), ElementsAre(character('x'))) << bytes.substr(1);
  EXPECT_THAT(decode("\x1b[" + std::string(500, '1') + ";5Ax"), ElementsAre(character('x')));
}

TEST(InputDecoder, ASequenceThatWasCutShortTakesNoKeyAlong) {
  EXPECT_THAT(decode("\x1b[1;\x1b[A"), ElementsAre(key(Key::up)));
  EXPECT_THAT(decode("\x1b[1;\x03"), ElementsAre(character('c', true)));
  EXPECT_THAT(decode("\x1b]0;never ends\x03"), ElementsAre(character('c', true)));
}

TEST(InputDecoder, Mouse) {
  using Kind = MouseAction::Kind;
  EXPECT_THAT(decode("\x1b[<0;1;1M\x1b[<0;80;24m"),
              ElementsAre(mouse(Kind::press, 0, 0), mouse(Kind::release, 79, 23)));
  EXPECT_THAT(decode("\x1b[<64;5;6M\x1b[<65;300;200M\x1b[<80;5;6M"),
              ElementsAre(mouse(Kind::wheel_up, 4, 5), mouse(Kind::wheel_down, 299, 199), mouse(Kind::wheel_up, 4, 5)));
  // Other buttons, motion, sideways, out of every screen.
  EXPECT_THAT(decode("\x1b[<2;5;6M\x1b[<35;5;6M\x1b[<66;5;6M\x1b[<0;0;0M\x1b[<0;5M\x1b[<128;5;6M"), IsEmpty());
  // Before SGR: three bytes that are no text.
  EXPECT_THAT(decode("\x1b[M !!\x1b[M#!!\x1b[M`%&"),
              ElementsAre(mouse(Kind::press, 0, 0), mouse(Kind::release, 0, 0), mouse(Kind::wheel_up, 4, 5)));
}

TEST(InputDecoder, APasteIsNoKeys) {
  EXPECT_THAT(decode("\x1b[200~dd\ry\x1b[A\x1b[201~q"), ElementsAre(Input(Paste{"dd\ry\x1b[A"}), character('q')));
  EXPECT_THAT(decode("\x1b[200~\xFF\x1b[201~"), ElementsAre(Input(Paste{"\uFFFD"})));
  EXPECT_THAT(decode("\x1b[200~\x1b[201~"), IsEmpty());
}

TEST(InputDecoder, APasteIsBounded) {
  std::string letters;
  while (letters.size() < 3 * InputDecoder::kMaxPaste) letters += "字";
  const auto inputs = decode("\x1b[200~" + letters + "\x1b[201~q");
  ASSERT_EQ(inputs.size(), 2U);
  const auto& text = std::get<Paste>(inputs[0]).text;
  EXPECT_LE(text.size(), InputDecoder::kMaxPaste);
  EXPECT_GT(text.size(), InputDecoder::kMaxPaste - 4);
  EXPECT_TRUE(is_valid_utf8(text));
}

TEST(InputDecoder, EscapeAloneIsAKeyAfterAMoment) {
  InputDecoder decoder;
  EXPECT_THAT(decoder.feed("\x1b"), IsEmpty());
  EXPECT_GE(decoder.patience().value_or(0ms), 25ms);
  EXPECT_LE(decoder.patience().value_or(1h), 50ms);
  EXPECT_THAT(decoder.give_up(), ElementsAre(key(Key::escape)));
  EXPECT_EQ(decoder.patience(), std::nullopt);

  EXPECT_THAT(decoder.feed("\x1b\x1b"), IsEmpty());
  EXPECT_THAT(decoder.give_up(), ElementsAre(key(Key::escape), key(Key::escape)));
  EXPECT_THAT(decode("\x1b\x1bj"), ElementsAre(key(Key::escape), character('j', false, true)));

  for (const char c : {'[', 'O', ']', 'P'}) {
    EXPECT_THAT(decoder.feed(std::string("\x1b") + c), IsEmpty());
    EXPECT_THAT(decoder.give_up(), ElementsAre(character(static_cast<char32_t>(c), false, true)));
  }
}

TEST(InputDecoder, WhatNeverEndsIsGivenUp) {
  InputDecoder decoder;
  for (const std::string_view bytes : {"\x1b[1;"sv, "\x1b]0;title"sv, "\x1bP+q"sv, "\xE5\xAD"sv, "\x1b[M !"sv}) {
    EXPECT_THAT(decoder.feed(bytes), IsEmpty());
    ASSERT_TRUE(decoder.patience());
    EXPECT_THAT(decoder.give_up(), IsEmpty());
    EXPECT_THAT(decoder.feed("q"), ElementsAre(character('q')));
  }
  EXPECT_THAT(decoder.feed("\x1b[200~half\x1b[20"), IsEmpty());
  EXPECT_GT(decoder.patience().value_or(0ms), 3s) << "what comes late is still no key";
  EXPECT_THAT(decoder.give_up(), ElementsAre(Input(Paste{"half\x1b[20"})));
  EXPECT_THAT(decoder.feed("q"), ElementsAre(character('q')));
}

// Whatever the pieces, the keys are the same.
TEST(InputDecoder, ChunksMayEndAnywhere) {
  const std::string bytes =
      "a字\x1b[1;5A\x1bOB\x1b[<0;10;20M\x1b[200~pa\x1bste\x1b[201~\x1b]0;t\x1b\\\x1bj\x1b\x1b[B\x1b[3$\x1b[27;5;13~🙂"
      "\x1b[M !!" +
      std::string("\x1b[") + std::string(100, '7') + "~\x1bPx\x1b[Cq";
  const auto expected = decode(bytes);
  EXPECT_EQ(expected.size(), 14U);
  std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same on every run
  for (int round = 0; round < 500; ++round) {
    InputDecoder decoder;
    std::vector<Input> inputs;
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::size_t length = std::min<std::size_t>(rest.size(), 1 + random() % 5);
      for (auto& input : decoder.feed(rest.substr(0, length))) inputs.push_back(std::move(input));
      rest.remove_prefix(length);
    }
    ASSERT_EQ(inputs, expected);
  }
}

}  // namespace
}  // namespace panko::tui
