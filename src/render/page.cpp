#include "render/page.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/numbers.hpp"
#include "base/text.hpp"
#include "render/assets.hpp"

namespace panko {

namespace {

constexpr std::size_t kTitleColumns = 300;

void begin_document(HtmlWriter& html, std::string_view title) {
  html.doctype();
  html.open(Tag::html, {attr::own(attr::Own::lang, "en")});
  html.open(Tag::head);
  html.single(Tag::meta, {attr::own(attr::Own::charset, "utf-8")});
  html.single(Tag::meta, {attr::own(attr::Own::name, "viewport"),
                          attr::own(attr::Own::content, "width=device-width, initial-scale=1")});
  html.single(Tag::meta, {attr::own(attr::Own::name, "robots"),
                          attr::own(attr::Own::content, "noindex, nofollow, noarchive, nosnippet, noimageindex")});
  html.single(Tag::meta, {attr::own(attr::Own::name, "referrer"), attr::own(attr::Own::content, "no-referrer")});
  html.single(Tag::meta, {attr::own(attr::Own::name, "color-scheme"), attr::own(attr::Own::content, "light dark")});
  html.element(Tag::title, {}, title);
}

void link_assets(HtmlWriter& html, Constant root) {
  html.single(Tag::link,
              {attr::own(attr::Own::rel, "stylesheet"), attr::href(Url::asset(root, asset_named("page.css").name))});
  html.single(Tag::link, {attr::own(attr::Own::rel, "icon"), attr::own(attr::Own::type, "image/svg+xml"),
                          attr::href(Url::asset(root, asset_named("icon.svg").name))});
}

void write_fact(HtmlWriter& html, Constant kind, std::string_view text) {
  if (!text.empty()) html.element(Tag::li, {attr::css(kind)}, text);
}

void write_when(HtmlWriter& html, const SessionFacts& facts) {
  if (!facts.started_at) return;
  html.open(Tag::li);
  html.element(Tag::time, {attr::datetime(*facts.started_at), attr::title(format_moment(*facts.started_at))},
               format_day(*facts.started_at));
  html.close(Tag::li);
  if (!facts.ended_at || *facts.ended_at <= *facts.started_at) return;
  const auto duration = std::chrono::floor<std::chrono::seconds>(*facts.ended_at - *facts.started_at);
  write_fact(html, "duration", describe_duration(duration));
}

void write_usage(HtmlWriter& html, const Usage& usage) {
  const std::uint64_t all =
      usage.input_tokens + usage.output_tokens + usage.cache_read_tokens + usage.cache_write_tokens;
  if (all == 0) return;
  const std::string detail =
      fmt::format("input {}, output {}, cache read {}, cache write {}", format_number(usage.input_tokens),
                  format_number(usage.output_tokens), format_number(usage.cache_read_tokens),
                  format_number(usage.cache_write_tokens));
  html.element(Tag::li, {attr::title(detail)}, format_roughly(all) + " tokens");
}

std::string join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + elide(name, 60);
  return out;
}

std::string_view name_of(PageMode mode) {
  switch (mode) {
    case PageMode::snapshot: return "snapshot";
    case PageMode::live: return "live";
    case PageMode::view: return "view";
    case PageMode::file: return "file";
  }
  return "";
}

/// "as of 10:32 UTC", with the day where that is another one.
void write_as_of(HtmlWriter& html, const PageHead& head) {
  const WallTime as_of = head.as_of.value_or(head.now);
  const bool today = std::chrono::floor<std::chrono::days>(as_of) == std::chrono::floor<std::chrono::days>(head.now);
  html.text("as of ");
  html.element(Tag::time, {attr::datetime(as_of), attr::title(format_moment(as_of))},
               (today && head.mode != PageMode::file ? "" : format_day(as_of) + ", ") + format_clock(as_of) + " UTC");
}

/// "3 secrets masked", "personal data masked", "tool output hidden", each on its own; "nothing is masked"
void write_left_out(HtmlWriter& html, const LeftOut& left_out) {
  const auto say = [&](std::string_view words) {
    html.text(" ");
    html.element(Tag::span, {}, words);
  };
  if (left_out.secrets) {
    say(*left_out.secrets == 0 ? "secrets masked" : format_count(*left_out.secrets, "secret", "secrets") + " masked");
  }
  if (left_out.personal) say("personal data masked");
  if (!left_out.secrets && !left_out.personal) say("nothing is masked");
  if (left_out.steps) return say("prompts and answers only");
  if (left_out.tool_output) say("tool output hidden");
  if (left_out.thinking) say("thinking hidden");
}

/// "as of 10:32 UTC · read-only · expires in 6 days · 3 secrets masked", "live · only you"
void write_status(HtmlWriter& html, const PageHead& head) {
  html.open(Tag::p, {attr::css("status")});
  if (head.mode == PageMode::live || head.mode == PageMode::view) {
    html.element(Tag::span, {attr::css("live")}, "live");
  } else {
    html.open(Tag::span);
    write_as_of(html, head);
    html.close(Tag::span);
  }
  html.text(" ");
  html.element(Tag::span, {}, head.mode == PageMode::view ? "only you" : "read-only");
  if (head.expires_at) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(*head.expires_at - head.now);
    html.text(" ");
    html.open(Tag::span);
    html.element(Tag::time,
                 {attr::css("expires"), attr::datetime(*head.expires_at), attr::title(format_moment(*head.expires_at))},
                 left.count() > 0 ? "expires in " + describe_time_left(left) : "expired");
    html.close(Tag::span);
  }
  if (head.left_out) write_left_out(html, *head.left_out);
  html.close(Tag::p);
}

void write_header(HtmlWriter& html, const PageHead& head) {
  html.open(Tag::header, {attr::css("head")});
  html.open(Tag::h1);
  html.element(Tag::a, {attr::href(Url::start(head.root)), attr::title(elide(head.facts.title, kTitleColumns))},
               elide(squeeze_white_space(head.facts.title), kTitleColumns));
  html.close(Tag::h1);
  write_status(html, head);
  write_facts(html, head);
  html.open(Tag::p, {attr::css("actions")});
  if (head.has_files) html.element(Tag::a, {attr::css("files"), attr::href(Url::files(head.root))}, "Files changed");
  if (head.may_download) html.element(Tag::a, {attr::css("files"), attr::href(Url::download(head.root))}, "Download");
  html.close(Tag::p);
  html.close(Tag::header);
}

void write_jump(HtmlWriter& html, std::string_view anchor, std::uint64_t count, std::string_view where) {
  if (count == 0) return;
  html.open(Tag::p, {attr::css("jump")});
  html.element(Tag::a, {attr::href(Url::window("", anchor))},
               fmt::format("{} {}", format_count(count, "prompt", "prompts"), where));
  html.close(Tag::p);
}

}  // namespace

void begin_page(HtmlWriter& html, const PageHead& head) {
  begin_document(html, elide(squeeze_white_space(head.facts.title), kTitleColumns));
  const auto asset = [&](std::string_view name) { return Url::asset(head.root, asset_named(name).name); };
  const bool is_file = head.mode == PageMode::file;
  if (is_file) {
    const Embedded style = Embedded::style("page.css");
    html.single(Tag::meta, {attr::own(attr::Own::equiv, "Content-Security-Policy"),
                            attr::policy({Embedded::script("highlight.js"), Embedded::script("page.js")}, style)});
    html.embed(Tag::style, {}, style);
  } else {
    link_assets(html, head.root);
    html.element(Tag::script, {attr::src(asset("page.js")), attr::own(attr::Own::defer, "")}, "");
  }
  html.close(Tag::head);
  const auto milliseconds = [](WallTime time) {
    return std::to_string(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
  };
  html.open(Tag::body,
            {attr::data("data-root", head.root.text()), attr::data("data-mode", name_of(head.mode)),
             attr::data("data-version", head.version), head.is_gated ? attr::data("data-gate", "") : attr::none(),
             head.expires_at ? attr::data("data-expires", milliseconds(*head.expires_at)) : attr::none(),
             is_file ? attr::none() : attr::data("data-highlight", asset("highlight.js").text())});
  html.element(Tag::a, {attr::css("skip"), attr::href(Url::here("messages"))}, "Skip to the messages");
  write_header(html, head);
  html.open(Tag::div, {attr::css("layout")});
}

void end_page(HtmlWriter& html, PageMode mode) {
  html.close(Tag::div);
  if (mode == PageMode::file) {
    html.embed(Tag::script, {}, Embedded::script("highlight.js"));
    html.embed(Tag::script, {}, Embedded::script("page.js"));
  }
  html.close(Tag::body);
  html.close(Tag::html);
}

void write_facts(HtmlWriter& html, const PageHead& head) {
  const SessionFacts& facts = head.facts;
  html.open(Tag::ul, {attr::css("facts")});
  write_fact(html, "project", elide(project_of(facts.cwd), 80));
  write_fact(html, "agent", head.agent);
  write_fact(html, "model", elide(join(facts.models), 120));
  write_when(html, facts);
  write_usage(html, facts.usage);
  if (facts.unreadable_lines > 0) {
    write_fact(html, "damage",
               format_count(facts.unreadable_lines, "line could not be read", "lines could not be read"));
  }
  html.close(Tag::ul);
}

void write_contents(HtmlWriter& html, const Contents& contents) {
  html.open(Tag::div, {attr::css("side")});
  if (!contents.entries.empty()) {
    html.open(Tag::nav, {attr::css("contents"), attr::label("Contents")});
    html.open(Tag::details);
    html.open(Tag::summary);
    html.text("Contents ");
    html.element(Tag::span, {attr::css("count")},
                 format_count(contents.earlier + contents.entries.size() + contents.later, "prompt", "prompts"));
    html.close(Tag::summary);
    write_jump(html, contents.earlier_anchor, contents.earlier, "earlier");
    html.open(Tag::ol);
    for (const ContentsEntry& entry : contents.entries) write_contents_entry(html, entry);
    html.close(Tag::ol);
    write_jump(html, contents.later_anchor, contents.later, "later");
    html.close(Tag::details);
    html.close(Tag::nav);
  }
  html.close(Tag::div);
}

void write_contents_entry(HtmlWriter& html, const ContentsEntry& entry) {
  html.open(Tag::li, {entry.here ? attr::css("here") : attr::none()});
  html.element(Tag::a, {attr::href(entry.here ? Url::here(entry.anchor) : Url::message("", entry.anchor))}, entry.label,
               Text::exact);
  html.close(Tag::li);
}

void begin_plain_page(HtmlWriter& html, std::string_view title, Constant root) {
  begin_document(html, title);
  link_assets(html, root);
  html.close(Tag::head);
  html.open(Tag::body, {attr::css("door")});
  html.open(Tag::main);
  html.element(Tag::h1, {}, title);
}

std::string end_plain_page(HtmlWriter& html) {
  html.close(Tag::main);
  html.close(Tag::body);
  html.close(Tag::html);
  return html.take();
}

std::string plain_page(std::string_view title, std::string_view text) {
  HtmlWriter html;
  begin_document(html, title);
  html.close(Tag::head);
  html.open(Tag::body);
  html.open(Tag::main);
  html.element(Tag::h1, {}, title);
  html.element(Tag::p, {}, text);
  return end_plain_page(html);
}

}  // namespace panko
