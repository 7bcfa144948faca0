#include "desktop/browser.hpp"

#include <sys/wait.h>

#include "fixture.hpp"

namespace panko {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class BrowserTest : public DesktopFixture {
 public:
  ~BrowserTest() override {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
  }

 protected:
  BrowserTest() { ::mkfifo((home / "said").c_str(), 0600); }
  /// A browser that tells what it was called with, and what it found there.
  void browser(const std::string& name) const {
    program(name, "{ echo \"" + name +
                      " $@\"; for last; do :; done; stat -c %a \"${last#file://}\"; cat \"${last#file://}\"; } > " +
                      (home / "said").string());
  }
  /// Waits for it.
  std::string said() const { return content("said"); }
  [[nodiscard]] std::filesystem::path pages() const { return home / "pages"; }
  [[nodiscard]] std::vector<std::string> redirects() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(pages())) names.push_back(entry.path().filename());
    return names;
  }
};

TEST_F(BrowserTest, OpensAPrivateFileThatLeadsToTheUrl) {
  browser("xdg-open");
  set("DISPLAY", ":9");
  {
    const auto page = open_in_browser("http://127.0.0.1:1/s/TOKEN/?a=1&b=\"<x>'", pages());
    ASSERT_TRUE(page) << page.error().message;
    const auto text = said();
    const auto command = text.substr(0, text.find('\n'));
    EXPECT_THAT(command, HasSubstr("xdg-open file://" + pages().string() + "/open-"));
    EXPECT_THAT(command, Not(HasSubstr("TOKEN")));
    EXPECT_THAT(text, HasSubstr("\n600\n"));
    EXPECT_THAT(text, HasSubstr("url=http://127.0.0.1:1/s/TOKEN/?a=1&amp;b=&quot;&lt;x&gt;&#39;\""));
  }
  EXPECT_THAT(redirects(), SizeIs(1)) << "a browser that starts slowly still finds it";
}

TEST_F(BrowserTest, RemovesTheFileAfterAWhile) {
  browser("xdg-open");
  set("DISPLAY", ":9");
  const auto page = open_in_browser("http://x/", pages(), 1ms);
  ASSERT_TRUE(page);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!redirects().empty() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_THAT(redirects(), SizeIs(0));
  said();  // it finds no file any more, but it ends
}

TEST_F(BrowserTest, PrefersTheUsersOwn) {
  browser("xdg-open");
  browser("mine");
  set("DISPLAY", ":9");
  set("BROWSER", "absent:mine --new:xdg-open");
  const auto page = open_in_browser("http://x/", pages());
  ASSERT_TRUE(page);
  EXPECT_THAT(said(), testing::StartsWith("mine --new file://"));
  set("BROWSER", "mine --to %s");
  const auto again = open_in_browser("http://x/", pages());
  EXPECT_THAT(said(), testing::StartsWith("mine --to file://"));
}

TEST_F(BrowserTest, ClearsWhatWasLeft) {
  browser("mine");
  set("BROWSER", "mine");
  ASSERT_TRUE(ensure_private_directory(pages()));
  const auto old = pages() / "open-old.html";
  std::ofstream(old) << "old";
  std::filesystem::last_write_time(old, std::filesystem::file_time_type::clock::now() - 1h);
  std::ofstream(pages() / "state.db") << "not ours to remove";
  std::filesystem::last_write_time(pages() / "state.db", std::filesystem::file_time_type::clock::now() - 1h);
  const auto page = open_in_browser("http://x/", pages());
  said();
  EXPECT_THAT(redirects(), testing::UnorderedElementsAre("state.db", Not("open-old.html")));
}

TEST_F(BrowserTest, SaysWhenThereIsNone) {
  const auto page = open_in_browser("http://x/", pages());
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().message, HasSubstr("no browser here"));
  EXPECT_THAT(redirects(), SizeIs(0));
}

TEST_F(BrowserTest, WantsAPrivateDirectory) {
  std::filesystem::create_directory(pages());
  ::chmod(pages().c_str(), 0755);
  EXPECT_THAT(open_in_browser("http://x/", pages()).error().message, HasSubstr("open to other users"));
}

}  // namespace
}  // namespace panko
