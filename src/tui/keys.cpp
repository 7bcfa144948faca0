#include "tui/keys.hpp"

#include <array>

namespace panko::tui {

namespace {

constexpr auto kMove = std::to_array<KeyHelp>({
    {"j/k ↑/↓", "one row down, up"},
    {"g/G Home/End", "first row, last row"},
    {"Ctrl-d/Ctrl-u", "half a page down, up"},
    {"PgDn/PgUp", "a page down, up"},
    {"h/l ←/→", "fold, unfold a project"},
    {"Tab", "to the preview and back"},
});
constexpr auto kFind = std::to_array<KeyHelp>({
    {"/", "search titles, projects, prompts, ids"},
    {"Enter", "in a search: keep what was found"},
    {"Esc", "clear the search; then go back"},
    {"t", "sort: newest, oldest, messages, size, …"},
    {"a", "one agent after the other, then all"},
    {"r", "look at every file again"},
});
constexpr auto kSession = std::to_array<KeyHelp>({
    {"Enter/v", "view in the browser, for you alone"},
    {"c", "copy the path"},
    {"C", "copy the conversation as Markdown"},
    {"D", "download the session file"},
    {"o", "open the folder"},
    {"d", "delete; asks first"},
});
constexpr auto kShares = std::to_array<KeyHelp>({
    {"s", "share: choose how, get a link"},
    {"s r", "before that: review what is masked"},
    {"S", "what is shared: copy, open, stop"},
    {"S e/p/m/h", "its expiry, password, views, content"},
    {"y", "copy a link that has changed"},
    {"R", "connect to the daemon again"},
});
constexpr auto kProgram = std::to_array<KeyHelp>({
    {"?", "this help"},
    {"q Ctrl-c", "quit; what is shared stays up"},
    {"Ctrl-z", "to the shell; fg comes back"},
    {"click, wheel", "select, fold, view by a second click"},
});

constexpr auto kCategories = std::to_array<KeyCategory>({
    {"Move", kMove},
    {"Find", kFind},
    {"Session", kSession},
    {"Sharing", kShares},
    {"panko", kProgram},
});

}  // namespace

std::span<const KeyCategory> key_categories() {
  return kCategories;
}

}  // namespace panko::tui
