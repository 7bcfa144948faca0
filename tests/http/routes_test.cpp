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

TEST(Routes, TakesTheFirstFromOfTheQuery) {
  EXPECT_EQ(parse_route("/s/t/?from=a").anchor, "a");
  EXPECT_EQ(parse_route("/s/t/?x=1&from=a%20b&from=c").anchor, "a b");
  EXPECT_EQ(parse_route("/s/t/?from").anchor, "");
  EXPECT_EQ(parse_route("/s/t/?xfrom=a&fro=b").anchor, "");
  EXPECT_EQ(parse_route("/s/t/?from=a").kind, Kind::page);
}

TEST(Routes, EverythingElseLeadsNowhere) {
  for (const auto* target : {"", "/", "*", "/s", "s/abc/", "//s/abc/", "/S/abc/", "/robots.txt/", "/favicon.ico",
                             "/index.html", "http://127.0.0.1/s/abc/", "/\0", "/%73/abc/"}) {
    EXPECT_EQ(parse_route(target).kind, Kind::nowhere) << target;
    EXPECT_EQ(parse_route(target).token, "") << target;
  }
  for (const auto* target :
       {"/s/abc//", "/s/abc/b", "/s/abc/b/", "/s/abc/b/a/", "/s/abc/b/a/b", "/s/abc/b/%", "/s/abc/b/%4", "/s/abc/b/%zz",
        "/s/abc/i/a", "/s/abc/i/a/", "/s/abc/i/a/x", "/s/abc/i/a/-1", "/s/abc/i/a/1x", "/s/abc/i/a/1/2", "/s/abc/i//1",
        "/s/abc/i/a/99999999999999999999", "/s/abc/x", "/s/abc/live", "/s/abc/?from=%f"}) {
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
