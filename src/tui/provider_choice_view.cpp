#include "tui/provider_choice_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "tui/provider_choice.hpp"
#include "tui/sharing_text.hpp"

namespace panko::tui {

namespace {

using protocol::ProviderInfo;
using protocol::ShareInfo;
using Item = ProviderChoice::Item;
using Lines = std::vector<WindowLine>;

constexpr int kWidest = 84;
constexpr int kGap = 2;

struct Drawing {
  const Sharing& sharing;
  const ProviderChoice& choice;
  std::vector<Item> items;
  int columns;      // of a line
  bool is_compact;  // a line an item
  WallTime now;

  [[nodiscard]] bool is_selected(const Item& item) const { return choice.selected == item; }
  [[nodiscard]] std::optional<std::size_t> index_of(const Item& item) const {
    const auto found = std::ranges::find(items, item);
    return found == items.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - items.begin()));
  }
};

/// A name and what there is to say of it, which goes on under itself.
Lines item_lines(const Drawing& drawing, const Item& item, std::string name, int name_width, const std::string& text,
                 bool can_be_chosen) {
  const bool is_selected = drawing.is_selected(item);
  const Style name_style = can_be_chosen ? theme::kStrong : theme::kQuiet;
  const Style text_style = can_be_chosen ? theme::kText : theme::kQuiet;
  const int left = kGap + name_width + kGap;
  name.append(static_cast<std::size_t>(std::max(0, name_width - width_of(name) + kGap)), ' ');
  const int room = std::max(drawing.columns - left, 1);
  std::vector<std::string> parts =
      drawing.is_compact ? std::vector{panko::elide(text, static_cast<std::size_t>(room))} : wrap(text, room);
  if (parts.empty()) parts.emplace_back();
  Lines lines;
  for (std::string& part : parts) {
    Line line;
    part.append(static_cast<std::size_t>(std::max(0, room - width_of(part))), ' ');
    if (lines.empty())
      line = {{is_selected ? "› " : "  ", name_style}, {name, name_style}, {std::move(part), text_style}};
    else
      line = {{std::string(static_cast<std::size_t>(left), ' '), text_style}, {std::move(part), text_style}};
    if (is_selected) {
      for (Span& span : line) span.style.inverted = true;
    }
    lines.push_back({std::move(line), drawing.index_of(item)});
  }
  return lines;
}

Lines link_lines(const Drawing& drawing, int name_width) {
  Lines lines;
  for (const ShareInfo& share : drawing.sharing.shares) {
    const Item item{Item::Kind::link, share.id};
    if (!drawing.index_of(item)) continue;
    const std::string state = fmt::format("shared already, through {}; {}", presentable(share.provider_name),
                                          expiry_sentence(share, drawing.now));
    std::ranges::move(item_lines(drawing, item, "its link", name_width, state, true), std::back_inserter(lines));
    if (drawing.is_compact) continue;
    for (std::string& part : wrap(presentable(share.public_url), drawing.columns - kGap))
      lines.push_back({{{std::string(kGap, ' ') + part, theme::kText}}, drawing.index_of(item)});
  }
  return lines;
}

Lines list_lines(const Drawing& drawing) {
  int name_width = 0;
  for (const ProviderInfo& provider : drawing.sharing.providers)
    name_width = std::max(name_width, std::min(width_of(presentable(provider.name)), drawing.columns / 3));
  const bool has_links = !drawing.items.empty() && drawing.items.front().kind == Item::Kind::link;
  if (has_links) name_width = std::max(name_width, width_of("its link"));
  Lines lines = link_lines(drawing, name_width);
  for (const ProviderInfo& provider : drawing.sharing.providers) {
    const std::string text =
        provider.available ? provider.description : provider.missing.value_or("It cannot be used from here.");
    std::ranges::move(item_lines(drawing, {Item::Kind::provider, provider.name},
                                 panko::elide(presentable(provider.name), static_cast<std::size_t>(name_width)),
                                 name_width, presentable(text), provider.available),
                      std::back_inserter(lines));
  }
  return lines;
}

/// "Expires after  1h  12h  1d  [7d]  30d  never"
Line expiry_line(const Drawing& drawing) {
  Line line{{"Expires after ", theme::kText}};
  for (const std::string& expires : offered_expiries(drawing.sharing)) {
    if (expires == drawing.choice.expires)
      line.push_back({fmt::format(" [{}] ", expires), theme::kName});
    else
      line.push_back({fmt::format(" {} ", expires), theme::kQuiet});
  }
  return line;
}

void add_sentence(const Drawing& drawing, Lines& lines, const std::string& sentence, const Style& style) {
  for (std::string& part : wrap(sentence, drawing.columns)) lines.push_back({{{std::move(part), style}}});
}

/// Who can read it, for how long, and as what: all of it before Enter.
Lines consequences(const Drawing& drawing) {
  Lines lines;
  const auto& selected = drawing.choice.selected;
  const auto& pending = drawing.sharing.starting;
  for (const PendingStart& start : pending) {
    if (start.session_path == drawing.choice.session_path)
      add_sentence(drawing, lines, fmt::format("It is being shared through {} now.", presentable(start.provider)),
                   theme::kText);
  }
  if (!selected) {
    const char* why = "No provider can be used from here yet.";
    if (drawing.sharing.daemon == Sharing::Daemon::connecting) why = "Waiting for the daemon…";
    if (drawing.sharing.daemon == Sharing::Daemon::down) why = "The daemon is away; R starts it again.";
    add_sentence(drawing, lines, why, theme::kWarning);
    return lines;
  }
  if (selected->kind == Item::Kind::link) {
    add_sentence(drawing, lines, "Enter copies the link again. A provider below makes another one.", theme::kText);
    return lines;
  }
  lines.push_back({expiry_line(drawing)});
  const auto provider = std::ranges::find(drawing.sharing.providers, selected->name, &ProviderInfo::name);
  if (!drawing.is_compact) lines.emplace_back();
  if (provider->is_public)
    add_sentence(drawing, lines, "Everybody who has the link can read it, from anywhere.", theme::kWarning);
  else
    add_sentence(drawing, lines, "Only this machine can open the link.", theme::kText);
  add_sentence(drawing, lines, "It is published as it is: nothing in it is masked.", theme::kText);
  return lines;
}

/// As many of the lines as there is room for, with those of the selected item among them.
void cut_to(Lines& lines, const Drawing& drawing, std::size_t room) {
  if (lines.size() <= room) return;
  const auto& selected = drawing.choice.selected;
  const auto index = selected ? drawing.index_of(*selected) : std::nullopt;
  const auto at = static_cast<std::size_t>(std::ranges::find(lines, index, &WindowLine::item) - lines.begin());
  const std::size_t first = std::min(at > room / 2 ? at - room / 2 : 0, lines.size() - room);
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(first));
  lines.resize(room);
}

}  // namespace

Window choice_window(const Sharing& sharing, const ProviderChoice& choice, int columns, int rows, WallTime now) {
  Drawing drawing{.sharing = sharing,
                  .choice = choice,
                  .items = choosable(sharing),
                  .columns = std::max(1, std::min(columns - kFrameColumns, kWidest)),
                  .is_compact = false,
                  .now = now};
  const int room = rows - kFrameRows;
  Lines list;
  Lines below;
  std::size_t height = 0;
  for (const bool is_compact : {false, true}) {
    drawing.is_compact = is_compact;
    list = list_lines(drawing);
    below = consequences(drawing);
    height = 1 + list.size() + below.size() + (is_compact ? 0 : 2);
    if (std::cmp_less_equal(height, room)) break;
  }
  const std::size_t around = height - list.size();
  cut_to(list, drawing, std::cmp_greater(room, around) ? static_cast<std::size_t>(room) - around : 0);

  Window window = centred_window(columns, rows, drawing.columns, static_cast<int>(list.size() + around));
  window.heading = "Share";
  window.lines.push_back({{{presentable(choice.title), theme::kStrong}}});
  if (!drawing.is_compact) window.lines.emplace_back();
  std::ranges::move(list, std::back_inserter(window.lines));
  if (!drawing.is_compact) window.lines.emplace_back();
  std::ranges::move(below, std::back_inserter(window.lines));

  const auto& selected = choice.selected;
  if (selected && selected->kind == Item::Kind::link)
    window.keys = {{"Enter", "copy link"}, {"↑↓", "choose"}, {"Esc", "cancel"}};
  else if (selected)
    window.keys = {{"Enter", "share"}, {"↑↓", "provider"}, {"←→", "expiry"}, {"Esc", "cancel"}};
  else
    window.keys = {{"Esc", "cancel"}};
  return window;
}

}  // namespace panko::tui
