#include "tui/share_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "tui/provider_choice.hpp"
#include "tui/review.hpp"
#include "tui/share_facts.hpp"
#include "tui/sharing_text.hpp"
#include "tui/typing.hpp"

namespace panko::tui {

namespace {

using protocol::ShareInfo;
using protocol::UpdateShare;

constexpr std::size_t kLongestPassword = 256;  // bytes
constexpr std::size_t kMostDigits = 9;
constexpr int kWidth = 50;
constexpr int kMostDots = 40;

struct Switch {
  char key;
  std::string_view hides;  // empty: the downloads
  std::string_view text;
};
constexpr auto kSwitches = std::to_array<Switch>({{'t', "tools", "hide tool output"},
                                                  {'i', "thinking", "hide thinking"},
                                                  {'o', "steps", "only prompts and answers"},
                                                  {'w', "", "whoever looks may download it"}});

bool is_on(const ShareEdit::Content& content, const Switch& one) {
  return one.hides.empty() ? content.downloads : is_hidden(content.hide, one.hides);
}

void flip(ShareEdit::Content& content, const Switch& one) {
  if (one.hides.empty())
    content.downloads = !content.downloads;
  else
    toggle_hidden(content.hide, one.hides);
}

ShareEdit* open_edit(Sharing& sharing) {
  return sharing.panel && sharing.panel->edit ? &*sharing.panel->edit : nullptr;
}

/// Nothing of what was typed stays.
void close(Sharing& sharing) {
  if (sharing.panel) sharing.panel->edit.reset();
}

Outcome change(Sharing& sharing, const ShareInfo& share, UpdateShare wanted, std::string done) {
  close(sharing);
  if (sharing.daemon != Sharing::Daemon::up)
    return {.said = Said{true, "Shares cannot be changed while the daemon is away; R starts it again."}};
  wanted.share_id = share.id;
  return {.effects = {ChangeShare{std::move(wanted), std::move(done)}}};
}

Outcome accept(Sharing& sharing, const ShareInfo& share, ShareEdit::Expiry& expiry) {
  const std::string expires = expiry.expires;
  return change(sharing, share, {.share_id = {}, .expires = expires},
                expires == "never" ? fmt::format("{} never expires now.", in_quotes(share.session_name))
                                   : fmt::format("{} expires in {} now.", in_quotes(share.session_name), expires));
}

Outcome accept(Sharing& sharing, const ShareInfo& share, ShareEdit::Password& password) {
  const std::string title = in_quotes(share.session_name);
  if (!password.first && password.typed.empty()) {
    if (share.password.value_or(false))
      return change(sharing, share, {.share_id = {}, .password = ""},
                    fmt::format("{} asks for no password now.", title));
    close(sharing);
    return {.said = Said{false, fmt::format("{} has no password.", title)}};
  }
  password.differed = password.first && *password.first != password.typed;
  if (password.first && !password.differed)
    return change(sharing, share, {.share_id = {}, .password = std::move(password.typed)},
                  fmt::format("{} asks for the password now.", title));
  password.first = password.differed ? std::nullopt : std::optional(std::move(password.typed));
  password.typed.clear();
  return {};
}

Outcome accept(Sharing& sharing, const ShareInfo& share, ShareEdit::Views& views) {
  const std::uint64_t most = views.digits.empty() ? 0 : std::stoull(views.digits);
  const std::string title = in_quotes(share.session_name);
  return change(sharing, share, {.share_id = {}, .max_views = most},
                most == 0 ? fmt::format("{} can be opened as often as one likes.", title)
                          : fmt::format("{} can be opened {} now.", title, format_count(most, "time", "times")));
}

Outcome accept(Sharing& sharing, const ShareInfo& share, ShareEdit::Content& content) {
  const std::string left_out = left_out_of(content.hide);
  return change(sharing, share, {.share_id = {}, .downloads = content.downloads, .hide = std::move(content.hide)},
                left_out.empty() ? fmt::format("{} is shown whole.", in_quotes(share.session_name))
                                 : fmt::format("{} is shown without {}.", in_quotes(share.session_name), left_out));
}

void press(const Sharing& sharing, ShareEdit::Expiry& expiry, const KeyPress& key) {
  const bool is_next = key.key == Key::right || key.key == Key::down || is(key, 'e') || is(key, 'j') || is(key, 'l');
  const bool is_previous = key.key == Key::left || key.key == Key::up || is(key, 'k') || is(key, 'h');
  if (!is_next && !is_previous) return;
  const auto offered = offered_expiries(sharing);
  const auto at = static_cast<std::size_t>(std::ranges::find(offered, expiry.expires) - offered.begin());
  expiry.expires = offered[(at + (is_next ? 1 : offered.size() - 1)) % offered.size()];
}

void press(const Sharing& /*sharing*/, ShareEdit::Password& password, const KeyPress& key) {
  password.differed = false;
  type_into(password.typed, key, kLongestPassword);
}

void press(const Sharing& /*sharing*/, ShareEdit::Views& views, const KeyPress& key) {
  const bool is_digit = key.key == Key::character && key.character >= '0' && key.character <= '9';
  if (is_digit || key.key != Key::character || key.control) type_into(views.digits, key, kMostDigits);
}

void press(const Sharing& /*sharing*/, ShareEdit::Content& content, const KeyPress& key) {
  for (const Switch& one : kSwitches)
    if (is(key, static_cast<char32_t>(one.key))) flip(content, one);
}

// What the windows say.

using Lines = std::vector<WindowLine>;
using Keys = std::vector<std::pair<std::string, std::string>>;

struct Drawn {
  std::string heading;
  Lines lines;
  Keys keys;
};

Line dots(std::string_view typed) {
  const auto is_first_byte = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
  const auto characters = std::min<std::ptrdiff_t>(std::ranges::count_if(typed, is_first_byte), kMostDots);
  std::string text;
  for (std::ptrdiff_t i = 0; i < characters; ++i) text += "•";
  return {{std::move(text), theme::kStrong}, {" ", theme::kSelected}};
}

Drawn drawn(const Sharing& sharing, const ShareInfo& /*share*/, const ShareEdit::Expiry& expiry) {
  Line line;
  for (const std::string& offered : offered_expiries(sharing)) {
    line.push_back(offered == expiry.expires ? Span{"[" + offered + "] ", theme::kName}
                                             : Span{" " + offered + "  ", theme::kQuiet});
  }
  return {
      "Expires, from now on, after", {{{std::move(line)}}}, {{"Enter", "change"}, {"←→", "choose"}, {"Esc", "cancel"}}};
}

Drawn drawn(const Sharing& /*sharing*/, const ShareInfo& share, const ShareEdit::Password& password) {
  const bool has_one = share.password.value_or(false);
  Drawn drawn{"Password", {}, {{"Enter", password.first ? "change" : "next"}, {"Esc", "cancel"}}};
  drawn.lines.push_back({dots(password.typed)});
  const char* hint = password.first      ? "Once more, to be sure."
                     : password.differed ? "The two were not the same; type it again."
                     : has_one           ? "A new one; nothing takes the old one away."
                                         : "The page asks for it.";
  drawn.lines.push_back({{{hint, password.differed ? theme::kWarning : theme::kQuiet}}});
  return drawn;
}

Drawn drawn(const Sharing& /*sharing*/, const ShareInfo& share, const ShareEdit::Views& views) {
  Drawn drawn{"How often it can be opened", {}, {{"Enter", "change"}, {"Esc", "cancel"}}};
  drawn.lines.push_back({{{views.digits, theme::kStrong}, {" ", theme::kSelected}}});
  drawn.lines.push_back({{{fmt::format("Opened {} so far. Empty: as often as one likes.",
                                       format_count(share.views.value_or(0), "time", "times")),
                           theme::kQuiet}}});
  return drawn;
}

Drawn drawn(const Sharing& /*sharing*/, const ShareInfo& /*share*/, const ShareEdit::Content& content) {
  Drawn drawn{"What is shown", {}, {{"Enter", "change"}, {"Esc", "cancel"}}};
  for (const Switch& one : kSwitches) drawn.lines.push_back({checkbox(is_on(content, one), one.key, one.text)});
  return drawn;
}

}  // namespace

std::optional<ShareEdit> edit_for(const Sharing& sharing, const ShareInfo& share, const KeyPress& key) {
  if (is(key, 'e')) return ShareEdit{share.id, ShareEdit::Expiry{sharing.default_expires}};
  if (is(key, 'p')) return ShareEdit{share.id, ShareEdit::Password{}};
  if (is(key, 'm'))
    return ShareEdit{share.id, ShareEdit::Views{share.max_views ? std::to_string(*share.max_views) : ""}};
  if (is(key, 'h'))
    return ShareEdit{share.id, ShareEdit::Content{share.hidden.value_or(std::vector<std::string>()),
                                                  share.downloads.value_or(false)}};
  return std::nullopt;
}

Outcome handle_edit_key(Sharing& sharing, const KeyPress& key) {
  ShareEdit* edit = open_edit(sharing);
  if (!edit) return {.taken = false};
  const auto share = std::ranges::find(sharing.shares, edit->share_id, &ShareInfo::id);
  if (key.key == Key::escape || share == sharing.shares.end()) {
    close(sharing);
    return {};
  }
  if (key.key == Key::enter) return std::visit([&](auto& what) { return accept(sharing, *share, what); }, edit->what);
  std::visit([&](auto& what) { press(sharing, what, key); }, edit->what);
  return {};
}

void paste_into_edit(Sharing& sharing, std::string_view text) {
  ShareEdit* edit = open_edit(sharing);
  if (!edit) return;
  auto* password = std::get_if<ShareEdit::Password>(&edit->what);
  auto* views = std::get_if<ShareEdit::Views>(&edit->what);
  const std::string line = to_valid_utf8(text.substr(0, text.find_first_of("\r\n")));
  if (password) append(password->typed, line, kLongestPassword);
  for (const char byte : line)
    if (views && byte >= '0' && byte <= '9' && views->digits.size() < kMostDigits) views->digits += byte;
}

Window edit_window(const Sharing& sharing, const ShareEdit& edit, const ShareInfo& share, int columns, int rows) {
  Drawn drawn_now = std::visit([&](const auto& what) { return drawn(sharing, share, what); }, edit.what);
  Window window = centred_window(columns, rows, kWidth, static_cast<int>(drawn_now.lines.size()) + 2);
  window.heading = std::move(drawn_now.heading);
  window.lines.push_back({{{presentable(share.session_name), theme::kStrong}}});
  window.lines.emplace_back();
  std::ranges::move(drawn_now.lines, std::back_inserter(window.lines));
  window.keys = std::move(drawn_now.keys);
  return window;
}

}  // namespace panko::tui
