#include "http/routes.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

using Kind = Route::Kind;

TEST(Routes, NamesWhatLiesUnderAShare) {
  EXPECT_EQ(parse_route("/s/abc").kind, Kind::share);
  EXPECT_EQ(parse_route("/s/abc").token, "abc");
  EXPECT_EQ(parse_route("/s/abc?x=1").kind, Kind::share);
  EXPECT_EQ(parse_route("/s/abc/").kind, Kind::page);
  EXPECT_EQ(parse_route("/s/abc/").anchor, "");

  const auto block = parse_route("/s/abc/b/some%2Danchor");
  EXPECT_EQ(block.kind, Kind::block);
  EXPECT_EQ(block.token, "abc");
  EXPECT_EQ(block.anchor, "some-anchor");

  const auto image = parse_route("/s/abc/i/anchor/12");
  EXPECT_EQ(image.kind, Kind::image);
  EXPECT_EQ(image.anchor, "anchor");
  EXPECT_EQ(image.index, 12U);

  const auto asset = parse_route("/s/abc/a/page.css");
  EXPECT_EQ(asset.kind, Kind::asset);
  EXPECT_EQ(asset.asset, "page.css");

  EXPECT_EQ(parse_route("/robots.txt").kind, Kind::robots);
  EXPECT_EQ(parse_route("/robots.txt?x").kind, Kind::robots);
}

TEST(Routes, KnowsWherePagesFollowTheirSession) {
  EXPECT_EQ(parse_route("/s/t/live").kind, Kind::live);
  EXPECT_EQ(parse_route("/s/t/live?x").token, "t");
}

TEST(Routes, KnowsTheGateAndWhoLooks) {
  EXPECT_EQ(parse_route("/s/t/open").kind, Kind::open);
  EXPECT_EQ(parse_route("/s/t/unlock").kind, Kind::unlock);
  EXPECT_EQ(parse_route("/s/t/unlock?from=a%2Fb").anchor, "a/b");
  EXPECT_EQ(parse_route("/s/t/seen?x").kind, Kind::seen);
  for (const auto* target : {"/s/t/open/", "/s/t/unlock/x", "/s/t/seen/", "/s/t/Open", "/s/t/open?from=%"})
    EXPECT_EQ(parse_route(target).kind, Kind::share_nowhere) << target;
}

TEST(Routes, NamesDownloads) {
  EXPECT_EQ(parse_route("/s/t/download").kind, Kind::download);
  EXPECT_EQ(parse_route("/s/t/download").text, "");
  for (const std::string format : {"html", "md", "jsonl"}) {
    const auto route = parse_route("/s/t/download?x=1&format=" + format);
    EXPECT_EQ(route.kind, Kind::download) << format;
    EXPECT_EQ(route.text, format);
  }
  for (const auto* target : {"/s/t/download?format=", "/s/t/download?format", "/s/t/download?format=json",
                             "/s/t/download?format=..%2Fmd", "/s/t/download/", "/s/t/downloads"})
    EXPECT_EQ(parse_route(target).kind, Kind::share_nowhere) << target;
}

TEST(Routes, TakesTheFirstFromOfTheQuery) {
  EXPECT_EQ(parse_route("/s/t/?from=a").anchor, "a");
  EXPECT_EQ(parse_route("/s/t/?x=1&from=a%20b&from=c").anchor, "a b");
  EXPECT_EQ(parse_route("/s/t/?from").anchor, "");
  EXPECT_EQ(parse_route("/s/t/?xfrom=a&fro=b").anchor, "");
  EXPECT_EQ(parse_route("/s/t/?from=a").kind, Kind::page);
}

TEST(Routes, NamesWindows) {
  using Where = WindowAt::Where;
  for (const auto& [path, kind] : {std::pair("/s/t/", Kind::page), std::pair("/s/t/w", Kind::window)}) {
    const auto route = [&](std::string_view query) { return parse_route(std::string(path) + std::string(query)); };
    for (const auto* query : {"", "?", "?from", "?from=", "?x=1&y", "?lasting"}) {
      EXPECT_EQ(route(query).kind, kind) << query;
      EXPECT_EQ(route(query).where, Where::first) << query;
    }
    EXPECT_EQ(route("?from=a%2Fb").where, Where::from);
    EXPECT_EQ(route("?from=a%2Fb").anchor, "a/b");
    EXPECT_EQ(route("?from=a+b").anchor, "a+b");
    EXPECT_EQ(route("?before=c&from=a").where, Where::before);
    EXPECT_EQ(route("?before=c&from=a").anchor, "c");
    EXPECT_EQ(route("?last").where, Where::last);
    EXPECT_EQ(route("?last=1&from=a").where, Where::last);
    EXPECT_EQ(route("?last").anchor, "");
    for (const auto* query : {"?from=%", "?from=%g0", "?before=", "?before", "?before=%1", "?last&from=%"})
      EXPECT_EQ(route(query).kind, Kind::share_nowhere) << query;
  }
}

TEST(Routes, NamesWhatIsToBeFound) {
  const auto find = parse_route("/s/t/find?q=a%2Bb+%C3%A9&after=x%2Ey&q=other&z");
  EXPECT_EQ(find.kind, Kind::find);
  EXPECT_EQ(find.text, "a+b é");
  EXPECT_EQ(find.anchor, "x.y");
  EXPECT_EQ(parse_route("/s/t/find?q=x").anchor, "");
  EXPECT_EQ(parse_route("/s/t/find?q=" + std::string(1024, 'x')).kind, Kind::find);
  for (const std::string query : {"", "?", "?q", "?q=", "?Q=x", "?q=%", "?q=%zz", "?q=%ff", "?q=x&after=%4"})
    EXPECT_EQ(parse_route("/s/t/find" + query).kind, Kind::wrong) << query;
  EXPECT_EQ(parse_route("/s/t/find?q=" + std::string(1025, 'x')).kind, Kind::wrong);
  EXPECT_EQ(parse_route("/s/t/find/?q=x").kind, Kind::share_nowhere);
}

TEST(Routes, NamesRecordsAndChangedFiles) {
  EXPECT_EQ(parse_route("/s/t/r/some%2Danchor").kind, Kind::records);
  EXPECT_EQ(parse_route("/s/t/r/some%2Danchor").anchor, "some-anchor");
  EXPECT_EQ(parse_route("/s/t/files").kind, Kind::files);
  EXPECT_EQ(parse_route("/s/t/files").index, 0U);
  EXPECT_EQ(parse_route("/s/t/files?x&after=120").index, 120U);
  for (const auto* query : {"?after", "?after=", "?after=-1", "?after=1x", "?after=9999999999"})
    EXPECT_EQ(parse_route("/s/t/files" + std::string(query)).kind, Kind::wrong) << query;
  for (const auto* target : {"/s/t/r", "/s/t/r/", "/s/t/r/a/b", "/s/t/r/%", "/s/t/files/", "/s/t/w/", "/s/t/wx"})
    EXPECT_EQ(parse_route(target).kind, Kind::share_nowhere) << target;
}

TEST(Routes, EverythingElseLeadsNowhere) {
  for (const auto* target : {"", "/", "*", "/s", "s/abc/", "//s/abc/", "/S/abc/", "/robots.txt/", "/favicon.ico",
                             "/index.html", "http://127.0.0.1/s/abc/", "/\0", "/%73/abc/"}) {
    EXPECT_EQ(parse_route(target).kind, Kind::nowhere) << target;
    EXPECT_EQ(parse_route(target).token, "") << target;
  }
  for (const auto* target : {"/s/abc//",      "/s/abc/b",       "/s/abc/b/",     "/s/abc/b/a/",
                             "/s/abc/b/a/b",  "/s/abc/b/%",     "/s/abc/b/%4",   "/s/abc/b/%zz",
                             "/s/abc/i/a",    "/s/abc/i/a/",    "/s/abc/i/a/x",  "/s/abc/i/a/-1",
                             "/s/abc/i/a/1x", "/s/abc/i/a/1/2", "/s/abc/i//1",   "/s/abc/i/a/99999999999999999999",
                             "/s/abc/x",      "/s/abc/live/",   "/s/abc/live/x", "/s/abc/?from=%f"}) {
    EXPECT_EQ(parse_route(target).kind, Kind::share_nowhere) << target;
    EXPECT_EQ(parse_route(target).token, "abc") << target;
  }
}

TEST(Routes, ATokenIsTakenAsItStands) {
  EXPECT_EQ(parse_route("/s/%61bc/").token, "%61bc");
  EXPECT_EQ(parse_route("/s//").token, "");
  EXPECT_EQ(parse_route("/s//").kind, Kind::page);
  EXPECT_EQ(parse_route("/s/../etc/passwd").token, "..");
}

}  // namespace
}  // namespace panko
