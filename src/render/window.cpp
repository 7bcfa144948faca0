#include "render/window.hpp"

#include <fmt/format.h>

#include "base/numbers.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

bool has_previous(const WindowPlace& place) {
  return place.first > 1;
}

}  // namespace

void begin_window(HtmlWriter& html, const WindowPlace& place) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  html.open(Tag::div, {attr::css("win"), attr::data("data-from", place.from),
                       attr::data("data-first", number(place.first)), attr::data("data-last", number(place.last)),
                       attr::data("data-count", number(place.count)), attr::data("data-version", place.version),
                       place.next.empty() ? attr::none() : attr::data("data-next", place.next),
                       has_previous(place) ? attr::data("data-previous", "") : attr::none()});
}

void end_window(HtmlWriter& html) {
  html.close(Tag::div);
}

void write_window_links(HtmlWriter& html, const WindowPlace& place, WindowEnd end) {
  const bool has_next = !place.next.empty();
  if (!has_previous(place) && !has_next) return;
  const bool top = end == WindowEnd::top;
  html.open(Tag::nav, {top ? attr::css("window above") : attr::css("window below"),
                       attr::label(top ? "Windows" : "Windows, below")});
  const auto write_link = [&](bool there, const Url& url, Constant kind, std::string_view text) {
    if (there) {
      html.element(Tag::a, {attr::css(kind), attr::href(url)}, text);
    } else {
      html.element(Tag::span, {attr::css(kind)}, "");
    }
  };
  html.open(Tag::div, {attr::css("back")});
  write_link(has_previous(place), Url::start(""), "first", "First");
  write_link(has_previous(place), Url::window_before("", place.from), "earlier", "Earlier");
  html.close(Tag::div);
  html.element(Tag::p, {},
               fmt::format("messages {}–{} of {}", format_number(place.first), format_number(place.last),
                           format_number(place.count)));
  html.open(Tag::div, {attr::css("forth")});
  write_link(has_next, Url::window("", place.next), "later", "Later");
  write_link(has_next, Url::last_window(""), "last", "Last");
  html.close(Tag::div);
  html.close(Tag::nav);
}

std::string group_id(std::string_view anchor) {
  return fmt::format("g-{}", anchor);
}

void begin_group(HtmlWriter& html, const GroupHead& head) {
  const bool branch = head.kind == GroupHead::Kind::branch;
  const bool continued = head.anchor.empty();
  html.open(Tag::section, {branch ? (continued ? attr::css("group branch continued") : attr::css("group branch"))
                                  : (continued ? attr::css("group subagent continued") : attr::css("group subagent")),
                           continued ? attr::none() : attr::id(group_id(head.anchor)),
                           attr::label(branch ? "Abandoned branch" : "Sub-agent")});
  html.open(Tag::details, {attr::open_if(head.open)});
  html.open(Tag::summary);
  html.element(Tag::span, {attr::css("label")}, branch ? "Abandoned branch" : "Sub-agent");
  if (!head.type.empty()) {
    html.text(" ");
    html.element(Tag::span, {attr::css("name")}, elide(head.type, 60));
  }
  if (!head.description.empty()) {
    html.text(" ");
    html.element(Tag::span, {attr::css("gist")}, elide(head.description, 120));
  }
  html.text(" ");
  html.element(Tag::span, {attr::css("count")},
               format_count(head.count, "message", "messages") + (continued ? ", continued" : ""));
  html.close(Tag::summary);
  html.open(Tag::div, {attr::css("inner")});
}

void end_group(HtmlWriter& html) {
  html.close(Tag::div);
  html.close(Tag::details);
  html.close(Tag::section);
}

}  // namespace panko
