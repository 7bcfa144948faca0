#include "edition/door_pages.hpp"

#include "render/html.hpp"
#include "render/page.hpp"

namespace panko {

namespace {

void write_problem(HtmlWriter& html, Door::Problem problem) {
  if (problem == Door::Problem::none) return;
  html.element(Tag::p, {attr::css("problem"), attr::own(attr::Own::role, "alert")},
               problem == Door::Problem::wrong_password
                   ? "That is not the password. Try again."
                   : "Too many passwords were tried here lately. Wait a little and try again.");
}

void write_format(HtmlWriter& html, Constant format, std::string_view name, std::string_view what) {
  html.open(Tag::li);
  html.element(Tag::a, {attr::href(Url::download_as(format))}, name);
  html.element(Tag::small, {}, what);
  html.close(Tag::li);
}

}  // namespace

std::string door_page(const Door& door) {
  const Constant root = door.is_below ? Constant("../") : Constant("");
  HtmlWriter html;
  begin_plain_page(html, door.asks_password ? "This page has a password" : "Open this page?", root);
  html.element(Tag::p, {},
               door.asks_password ? "Whoever sent you the link can tell you the password."
                                  : "It can be opened a limited number of times. Reading on in the same browser, or "
                                    "loading it again, does not count.");
  write_problem(html, door.problem);
  html.open(Tag::form,
            {attr::own(attr::Own::method, "post"),
             attr::action(door.asks_password ? Url::unlock(root, door.anchor) : Url::open(root, door.anchor))});
  if (door.asks_password) {
    html.open(Tag::label);
    html.text("Password");
    html.single(Tag::input, {attr::own(attr::Own::type, "password"), attr::own(attr::Own::name, "password"),
                             attr::own(attr::Own::autocomplete, "current-password"), attr::own(attr::Own::required, ""),
                             attr::own(attr::Own::autofocus, "")});
    html.close(Tag::label);
  }
  html.element(Tag::button, {}, "Open");
  html.close(Tag::form);
  return end_plain_page(html);
}

std::string page_address(std::string_view anchor) {
  return anchor.empty() ? Url::start("").text() : Url::message("./", anchor).text();
}

std::string download_page(bool records) {
  HtmlWriter html;
  begin_plain_page(html, "Download this session", "");
  html.open(Tag::ul, {attr::css("formats")});
  write_format(html, "html", "Web page", "One file that any browser shows as you see it here, without a network.");
  write_format(html, "md", "Markdown", "Text to read, to search, or to give to an agent.");
  if (records) write_format(html, "jsonl", "JSONL", "The session's own records, for programs.");
  html.close(Tag::ul);
  html.open(Tag::p);
  html.element(Tag::a, {attr::href(Url::start(""))}, "Back to the conversation");
  html.close(Tag::p);
  return end_plain_page(html);
}

}  // namespace panko
