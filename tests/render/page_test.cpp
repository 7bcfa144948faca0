#include "render/page.hpp"

#include <gmock/gmock.h>

#include "tests/support/html_check.hpp"

namespace panko {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Page, HeaderSaysWhatIsShared) {
  SessionFacts facts;
  facts.title = "A  title\nof two lines";
  facts.cwd = "/home/me/project";
  facts.models = {"model-a", "model-b"};
  facts.started_at = from_iso8601("2026-01-02T03:04:05Z");
  facts.ended_at = from_iso8601("2026-01-02T05:09:05Z");
  facts.usage = {.input_tokens = 1, .output_tokens = 2000, .cache_read_tokens = 1'000'000, .cache_write_tokens = 0};
  HtmlWriter html;
  begin_page(html, {.facts = facts,
                    .agent = "Claude Code",
                    .as_of = from_iso8601("2026-01-02T10:32:00Z"),
                    .expires_at = from_iso8601("2026-01-08T12:00:00Z"),
                    .now = from_iso8601("2026-01-02T12:00:00Z").value_or(WallTime{})});
  end_page(html);
  const std::string page = html.take();
  for (const char* expected :
       {"A title of two lines</a></h1>", ">project</li>", ">Claude Code</li>", ">model-a, model-b</li>",
        ">2 Jan 2026</time>", ">2 h 5 min</li>", ">1.0M tokens</li>",
        ">10:32 UTC</time></span> <span>read-only</span> ", ">expires in 6 days</time>", "<html lang=\"en\">",
        "name=\"robots\" content=\"noindex, nofollow, noarchive, nosnippet, noimageindex\""}) {
    EXPECT_THAT(page, HasSubstr(expected));
  }
  EXPECT_THAT(page, Not(HasSubstr("og:")));
  EXPECT_EQ(page.find("<script src=\"a/"), page.rfind("<script")) << "one script, and it is ours";
  EXPECT_THAT(page, Not(HasSubstr("style=")));
}

std::string header_of(const PageHead& head) {
  HtmlWriter html;
  begin_page(html, head);
  end_page(html);
  std::string page = html.take();
  EXPECT_EQ(test::HtmlCheck::problem_of(page), "");
  return page;
}

TEST(Page, HeaderSaysWhatIsLeftOut) {
  SessionFacts facts;
  facts.title = "A title";
  PageHead head{.facts = facts, .agent = "Codex", .as_of = {}, .expires_at = {}, .now = WallTime{}};
  EXPECT_THAT(header_of(head), Not(HasSubstr("masked")));

  head.left_out = LeftOut{};
  EXPECT_THAT(header_of(head), HasSubstr("<span>read-only</span> <span>nothing is masked</span></p>"));
  head.left_out = {.secrets = 3, .personal = true, .tool_output = true, .thinking = true};
  EXPECT_THAT(header_of(head), HasSubstr("<span>3 secrets masked</span> <span>personal data masked</span> "
                                         "<span>tool output hidden</span> <span>thinking hidden</span></p>"));
  head.left_out = {.secrets = 1, .tool_output = true, .thinking = true, .steps = true};
  EXPECT_THAT(header_of(head), HasSubstr("<span>1 secret masked</span> <span>prompts and answers only</span></p>"));
  head.left_out = {.secrets = 0};
  EXPECT_THAT(header_of(head), HasSubstr("<span>secrets masked</span></p>"));
}

TEST(Page, HeaderLeadsToTheDownloadWhereThereIsOne) {
  SessionFacts facts;
  PageHead head{.facts = facts, .agent = "Codex", .as_of = {}, .expires_at = {}, .now = WallTime{}};
  EXPECT_THAT(header_of(head), Not(HasSubstr("Download")));
  EXPECT_THAT(header_of(head), Not(HasSubstr("data-gate")));
  head.may_download = true;
  head.is_gated = true;
  head.root = "../";
  EXPECT_THAT(header_of(head), HasSubstr("href=\"../download\">Download</a>"));
  EXPECT_THAT(header_of(head), HasSubstr("data-gate=\"\""));
}

TEST(Page, PlainPageTellsNothingOfTheProgram) {
  const std::string page = plain_page("Gone", "This <share> has ended.");
  EXPECT_EQ(test::HtmlCheck::problem_of(page), "");
  EXPECT_THAT(page, HasSubstr("This &lt;share&gt; has ended."));
  EXPECT_THAT(page, Not(testing::ContainsRegex("[Pp]anko|href|src=")));
}

}  // namespace
}  // namespace panko
