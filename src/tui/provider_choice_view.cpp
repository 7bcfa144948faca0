#include "tui/provider_choice_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "protocol/findings.hpp"
#include "tui/links.hpp"
#include "tui/provider_choice.hpp"
#include "tui/share_facts.hpp"
#include "tui/sharing_text.hpp"

namespace panko::tui {

namespace {

using protocol::ProviderInfo;
using protocol::ShareInfo;
using Item = ProviderChoice::Item;
using Lines = std::vector<WindowLine>;

constexpr int kWidest = 84;
constexpr int kGap = 2;
constexpr std::string_view kItsLink = "its link";
// Of a sentence, on a screen with few rows: of one among others, of one that stands alone.
constexpr std::size_t kCompactLines = 2;
constexpr std::size_t kCompactLinesAlone = 5;

struct Drawing {
  const Sharing& sharing;
  const ProviderChoice& choice;
  std::vector<Item> items;
  int columns;      // of a line
  bool is_compact;  // no blank lines, no long sentences
  WallTime now;
};

std::string name_of(const Drawing& drawing, const Item& item) {
  if (item.kind == Item::Kind::link) return std::string(kItsLink);
  return panko::elide(presentable(item.name), static_cast<std::size_t>(drawing.columns / 3));
}

std::string text_of(const Drawing& drawing, const Item& item) {
  if (const ShareInfo* share = link_of(drawing.sharing, item)) {
    const char* state = works(*share) ? "shared already" : "does not work now; shared";
    return fmt::format("{}{}, through {}; {}", state, share->live.value_or(false) ? " live" : "",
                       presentable(share->provider_name), expiry_sentence(*share, drawing.now));
  }
  const ProviderInfo* provider = provider_of(drawing.sharing, item);
  if (!provider) return "";
  return presentable(provider->available ? provider->description
                                         : provider->missing.value_or("It cannot be used from here."));
}

int name_width_of(const Drawing& drawing) {
  int width = 0;
  for (const Item& item : drawing.items) width = std::max(width, width_of(name_of(drawing, item)));
  return width;
}

int room_for_text(const Drawing& drawing, int name_width) {
  return std::max(drawing.columns - kGap - name_width - kGap, 1);
}

/// A name and what there is to say of it, in one line.
Line item_line(const Drawing& drawing, const Item& item, int name_width) {
  const bool is_selected = drawing.choice.selected == item;
  const bool is_usable = can_be_used(drawing.sharing, item);
  const int room = room_for_text(drawing, name_width);
  const auto padded = [](const std::string& text, int width) {
    return text + std::string(static_cast<std::size_t>(std::max(0, width - width_of(text))), ' ');
  };
  const Style name_style = is_usable ? theme::kStrong : theme::kQuiet;
  const std::string text = panko::elide(text_of(drawing, item), static_cast<std::size_t>(room));
  Line line{{is_selected ? "› " : "  ", name_style},
            {padded(name_of(drawing, item), name_width + kGap), name_style},
            {padded(text, room), is_usable ? theme::kText : theme::kQuiet}};
  if (is_selected) {
    for (Span& span : line) span.style = {.bold = span.style.bold, .inverted = true};
  }
  return line;
}

Lines list_lines(const Drawing& drawing) {
  const int name_width = name_width_of(drawing);
  Lines lines;
  for (std::size_t i = 0; i < drawing.items.size(); ++i)
    lines.push_back({item_line(drawing, drawing.items[i], name_width), i});
  return lines;
}

Span option(std::string_view text, bool is_chosen) {
  if (is_chosen) return {fmt::format(" [{}] ", text), theme::kName};
  return {fmt::format(" {} ", text), theme::kQuiet};
}

/// "Expires after  1h  12h  1d  [7d]  30d  never"
Line expiry_line(const Drawing& drawing) {
  Line line{{"Expires after ", theme::kText}};
  for (const std::string& expires : offered_expiries(drawing.sharing))
    line.push_back(option(expires, expires == drawing.choice.expires));
  return line;
}

/// "Page           [as of now]  live: follows the session"
Line live_line(const ProviderChoice& choice) {
  return {{"Page          ", theme::kText},
          option("as of now", !choice.live),
          option("live: follows the session", choice.live)};
}

const char* what_r_does(const ProviderChoice& choice) {
  return choice.scan.failure.empty() ? "review" : "look again";
}

/// "Will be masked 12 secrets and 30 personal values · r review"
Line masking_line(const Drawing& drawing) {
  const ProviderChoice& choice = drawing.choice;
  Line line{{"Will be masked ", theme::kText}};
  if (!choice.scan.found) {
    const bool is_failed = !choice.scan.failure.empty();
    line.push_back({is_failed ? "not known" : "looking for secrets…", is_failed ? theme::kFailure : theme::kWarning});
  } else {
    const std::uint64_t secrets = choice.scan.found->secrets;
    const std::uint64_t personal = choice.personal_shown ? 0 : choice.scan.found->personal;
    const std::string text = protocol::masked_values(secrets, personal);
    line.push_back({text.empty() ? "nothing" : text, theme::kName});
    if (choice.personal_shown) line.push_back({", personal data is shown", theme::kWarning});
  }
  const Line review{
      {" · ", theme::kQuiet}, {"r", theme::kKey}, {std::string(" ") + what_r_does(choice), theme::kQuiet}};
  if (width_of(line) + width_of(review) <= drawing.columns) std::ranges::copy(review, std::back_inserter(line));
  return line;
}

void add_sentence(const Drawing& drawing, Lines& lines, const std::string& sentence, const Style& style,
                  std::size_t compact_lines = kCompactLines) {
  const std::size_t most = drawing.is_compact ? compact_lines : std::string::npos;
  for (std::string& part : wrap_within(sentence, drawing.columns, most)) lines.push_back({{{std::move(part), style}}});
}

std::string without_stop(std::string text) {
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// Who can read it, for how long, and as what: all of it before Enter.
void add_consequences(const Drawing& drawing, Lines& lines, const ProviderInfo& provider) {
  lines.push_back({expiry_line(drawing)});
  lines.push_back({live_line(drawing.choice)});
  lines.push_back({masking_line(drawing)});
  if (!drawing.choice.scan.failure.empty())
    add_sentence(drawing, lines, presentable(drawing.choice.scan.failure), theme::kFailure);
  if (const std::string left_out = left_out_of(drawing.choice.hide); !left_out.empty())
    lines.push_back({{{"Left out       ", theme::kText}, {left_out, theme::kName}}});
  if (!drawing.is_compact) lines.emplace_back();
  const std::string description = presentable(provider.description);
  if (width_of(description) > room_for_text(drawing, name_width_of(drawing)))  // the list has its beginning
    add_sentence(drawing, lines, fmt::format("{}: {}.", presentable(provider.name), without_stop(description)),
                 theme::kText);
  const std::string audience =
      without_stop(presentable(provider.audience.empty() ? "anyone with the link" : provider.audience));
  if (provider.is_public)
    add_sentence(drawing, lines, fmt::format("Public: {} can read it, from anywhere.", audience), theme::kWarning);
  else
    add_sentence(drawing, lines, fmt::format("Who can read it: {}.", audience), theme::kText);
  add_sentence(drawing, lines,
               provider.stable_url ? "The link stays the same." : "The link changes when its tunnel starts anew.",
               theme::kText);
  if (!provider.limits.empty())
    add_sentence(drawing, lines, fmt::format("Limits: {}.", without_stop(presentable(provider.limits))), theme::kText);
  add_sentence(drawing, lines,
               drawing.choice.live ? "What is said later is published too, masked in the same way."
                                   : "What is said later is not published.",
               theme::kText);
}

/// What is missing, and the one command that mends it.
void add_obstacle(const Drawing& drawing, Lines& lines, const ProviderInfo& provider) {
  add_sentence(drawing, lines, presentable(provider.missing.value_or("It cannot be used from here.")), theme::kWarning,
               kCompactLinesAlone);
  if (!provider.mend) return;
  std::string prompt = "$ ";
  for (std::string& part : wrap(presentable(*provider.mend), drawing.columns - kGap))
    lines.push_back({{{std::exchange(prompt, "  ") + part, theme::kStrong}}});
}

/// What is said below the list while this is selected.
Lines details_of(const Drawing& drawing, const std::optional<Item>& item) {
  Lines lines;
  for (const PendingStart& start : drawing.sharing.starting) {
    if (start.session_path == drawing.choice.session_path)
      add_sentence(drawing, lines, fmt::format("It is being shared through {} now.", presentable(start.provider)),
                   theme::kText);
  }
  const ShareInfo* share = item ? link_of(drawing.sharing, *item) : nullptr;
  const ProviderInfo* provider = item ? provider_of(drawing.sharing, *item) : nullptr;
  if (drawing.sharing.daemon == Sharing::Daemon::connecting) {
    add_sentence(drawing, lines, "Waiting for the daemon…", theme::kWarning);
  } else if (drawing.sharing.daemon == Sharing::Daemon::down) {
    add_sentence(drawing, lines, "The daemon is away; R starts it again.", theme::kWarning);
  } else if (share) {
    for (std::string& part : wrap(presentable(share->public_url), drawing.columns))
      lines.push_back({{{std::move(part), works(*share) ? theme::kName : theme::kQuiet}}});
    if (is_new_link(drawing.sharing, *share, drawing.now))
      add_sentence(drawing, lines, change_sentence(*share, drawing.now), theme::kWarning);
    add_sentence(drawing, lines, plight_sentence(*share), theme::kFailure);
    add_sentence(drawing, lines, "Enter copies the link again. A provider below makes another one.", theme::kText);
  } else if (provider && provider->available) {
    add_consequences(drawing, lines, *provider);
  } else if (provider) {
    add_obstacle(drawing, lines, *provider);
  } else {
    add_sentence(drawing, lines, "No provider can be used from here yet.", theme::kWarning);
  }
  return lines;
}

/// The same with blank lines up to the longest that there is: the window stays as it is while one chooses.
Lines below_the_list(const Drawing& drawing) {
  Lines lines = details_of(drawing, drawing.choice.selected);
  std::size_t most = lines.size();
  for (const Item& item : drawing.items) most = std::max(most, details_of(drawing, item).size());
  lines.resize(most);
  return lines;
}

/// As many of the lines as there is room for, the selected one among them.
void cut_to(Lines& lines, const Drawing& drawing, std::size_t room) {
  if (lines.size() <= room) return;
  const auto selected =
      std::ranges::find_if(drawing.items, [&](const Item& item) { return drawing.choice.selected == item; });
  const auto at = static_cast<std::size_t>(selected - drawing.items.begin());
  const std::size_t first = std::min(at > room / 2 ? at - room / 2 : 0, lines.size() - room);
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(first));
  lines.resize(room);
}

std::vector<std::pair<std::string, std::string>> keys_for(const Sharing& sharing, const ProviderChoice& choice) {
  const std::optional<Item>& selected = choice.selected;
  if (!selected) return {{"Esc", "cancel"}};
  if (link_of(sharing, *selected)) return {{"Enter", "copy link"}, {"↑↓", "choose"}, {"Esc", "cancel"}};
  const ProviderInfo* provider = provider_of(sharing, *selected);
  if (provider && provider->available)
    return {{"Enter", "share"}, {"↑↓", "provider"}, {"r", what_r_does(choice)},
            {"l", "live"},      {"←→", "expiry"},   {"Esc", "cancel"}};
  if (provider && provider->mend)
    return {{"c", "copy the command"}, {"Enter", "look again"}, {"↑↓", "provider"}, {"Esc", "cancel"}};
  return {{"Enter", "look again"}, {"↑↓", "provider"}, {"Esc", "cancel"}};
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
    below = below_the_list(drawing);
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

  window.keys = keys_for(sharing, choice);
  return window;
}

}  // namespace panko::tui
