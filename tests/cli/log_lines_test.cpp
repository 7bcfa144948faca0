#include "cli/log_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.hpp"

namespace panko::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

std::vector<std::string> texts(const std::vector<LogLine>& lines) {
  std::vector<std::string> out;
  for (const LogLine& line : lines) out.push_back(line.text);
  return out;
}

void append(const fs::path& file, std::string_view text) {
  std::ofstream(file, std::ios::app) << text;
}

std::string at(int second, const std::string& text) {
  return "2026-11-22T16:00:0" + std::to_string(second) + ".123Z " + text + "\n";
}

TEST(LogLine, HasATimeAndAText) {
  const LogLine line = parse_log_line("2026-11-22T16:00:00.123Z info Ready.");
  EXPECT_EQ(line.time, from_iso8601("2026-11-22T16:00:00.123Z"));
  EXPECT_EQ(line.time_text, "2026-11-22T16:00:00.123Z");
  EXPECT_EQ(line.text, "info Ready.");
}

TEST(LogLine, MayBeAnything) {
  EXPECT_EQ(parse_log_line("").text, "");
  EXPECT_EQ(parse_log_line("no time").time, std::nullopt);
  EXPECT_EQ(parse_log_line("no time").text, "no time");
  EXPECT_EQ(parse_log_line("2026-11-22T16:00:00Z").text, "");
  EXPECT_EQ(parse_log_line("2026-11-22T16:00:00Z \x1b[31mred\x1b[0m\x1b]0;t\a \x9b \xff").text,
            "red \xEF\xBF\xBD \xEF\xBF\xBD");
  EXPECT_EQ(parse_log_line("a\x1b").text, "a");
  EXPECT_LE(parse_log_line(std::string(1 << 20, 'x')).text.size(), 16384U);
}

class LogReaderTest : public testing::Test {
 protected:
  test::TempDir dir_;
  fs::path file_ = dir_.path() / "daemon.log";
  fs::path first_ = dir_.path() / "daemon.1.log";
  fs::path second_ = dir_.path() / "daemon.2.log";
  LogFile log_{.file = file_, .older = {first_, second_}};
};

TEST_F(LogReaderTest, BeginsWithTheOldest) {
  append(second_, "a\nb\n");
  append(first_, "c\n");
  append(file_, "d\n");
  EXPECT_THAT(texts(LogReader(log_).read()), ElementsAre("a", "b", "c", "d"));
}

TEST_F(LogReaderTest, WaitsForALog) {
  LogReader reader(log_);
  EXPECT_TRUE(reader.read().empty());
  append(file_, "a\n");
  EXPECT_THAT(texts(reader.read()), ElementsAre("a"));
  EXPECT_TRUE(reader.read().empty());
}

TEST_F(LogReaderTest, GivesWholeLines) {
  append(file_, "a\nhal");
  LogReader reader(log_);
  EXPECT_THAT(texts(reader.read()), ElementsAre("a"));
  append(file_, "f\nb");
  EXPECT_THAT(texts(reader.read()), ElementsAre("half"));
  append(file_, "\n");
  EXPECT_THAT(texts(reader.read()), ElementsAre("b"));
}

TEST_F(LogReaderTest, GoesOnWhenItIsRotated) {
  append(file_, "a\n");
  LogReader reader(log_);
  EXPECT_THAT(texts(reader.read()), ElementsAre("a"));
  append(file_, "b\n");
  fs::rename(file_, first_);
  append(file_, "c\n");
  EXPECT_THAT(texts(reader.read()), ElementsAre("b", "c"));
  append(file_, "d\n");
  EXPECT_THAT(texts(reader.read()), ElementsAre("d"));
}

TEST_F(LogReaderTest, MissesNothingBetweenTwoRotations) {
  append(file_, "a\n");
  LogReader reader(log_);
  EXPECT_THAT(texts(reader.read()), ElementsAre("a"));
  append(file_, "b\n");
  fs::rename(file_, first_);
  append(file_, "c\n");
  fs::rename(first_, second_);
  fs::rename(file_, first_);
  append(file_, "d\n");
  EXPECT_THAT(texts(reader.read()), ElementsAre("b", "c", "d"));
}

TEST_F(LogReaderTest, BetweenTwoNamesItWaits) {
  append(file_, "a\n");
  LogReader reader(log_);
  EXPECT_THAT(texts(reader.read()), ElementsAre("a"));
  fs::rename(file_, first_);
  EXPECT_TRUE(reader.read().empty());
  append(file_, "b\n");
  EXPECT_THAT(texts(reader.read()), ElementsAre("b"));
}

TEST_F(LogReaderTest, BeginsAnewInAFileThatWasEmptied) {
  append(file_, "a\nb\n");
  LogReader reader(log_);
  EXPECT_EQ(reader.read().size(), 2U);
  fs::resize_file(file_, 0);
  append(file_, "c\n");
  EXPECT_THAT(texts(reader.read()), ElementsAre("c"));
}

TEST_F(LogReaderTest, DoesNotRepeatOldLogsWhenTheFileWasRemoved) {
  append(first_, "old\n");
  fs::last_write_time(first_, fs::file_time_type::clock::now() - std::chrono::hours(1));
  append(file_, "a\n");
  LogReader reader(log_);
  EXPECT_EQ(reader.read().size(), 2U);
  fs::remove(file_);
  append(file_, "b\n");
  EXPECT_THAT(texts(reader.read()), ElementsAre("b"));
}

TEST_F(LogReaderTest, FollowsNoLink) {
  append(dir_.path() / "elsewhere", "secret\n");
  fs::create_symlink(dir_.path() / "elsewhere", file_);
  EXPECT_TRUE(LogReader(log_).read().empty());
}

TEST_F(LogReaderTest, NewestLines) {
  append(file_, "a\nb\nc\n");
  EXPECT_THAT(texts(newest_lines(file_, 2)), ElementsAre("b", "c"));
  EXPECT_THAT(texts(newest_lines(file_, 9)), ElementsAre("a", "b", "c"));
  EXPECT_TRUE(newest_lines(dir_.path() / "none", 2).empty());
}

TEST(LogFile, OfATunnelIsNamedAfterItsGateway) {
  Places places;
  places.log_file = "/s/daemon.log";
  protocol::ShareInfo share;
  share.id = "3f2a";
  share.provider_name = "cloudflare";
  EXPECT_EQ(tunnel_log(places, share).file, "/s/tunnel-cloudflare.log");
  EXPECT_THAT(tunnel_log(places, share).older, ElementsAre("/s/tunnel-cloudflare.log.1"));
  share.own_tunnel = true;
  EXPECT_EQ(tunnel_log(places, share).file, "/s/tunnel-3f2a.log");
  EXPECT_THAT(daemon_log(places).older, ElementsAre("/s/daemon.1.log", "/s/daemon.2.log", "/s/daemon.3.log"));
}

std::vector<LogLine> parsed(std::initializer_list<std::string> lines) {
  std::vector<LogLine> out;
  for (const std::string& line : lines)
    out.push_back(parse_log_line(std::string_view(line).substr(0, line.size() - 1)));
  return out;
}

TEST(ShareLines, AreItsOwnAndThoseOfItsTunnelsRuns) {
  protocol::ShareInfo share;
  share.id = "3f2a1111-0000-4000-8000-000000000000";
  share.started_at = "2026-11-22T16:00:04Z";
  ShareLines lines(share);
  const auto first = lines.pick(
      parsed({at(0, "info Ready."), at(2, "info tunnel ssh: run bbbbbbbb-1111 is up"),
              at(5, "info share 3f2a1111-0000-4000-8000-000000000000: started, ssh"), at(6, "info share 77aa: started"),
              at(7, "warning tunnel ssh: run bbbbbbbb-1111 down"), at(8, "info tunnel ssh: run aaaaaaaa-1111 down")}),
      parsed({at(1, "aaaaaaaa an earlier run"), at(1, "-------- failed"), at(3, "bbbbbbbb begins"),
              at(6, "bbbbbbbb goes on"), at(9, "-------- backoff")}));
  EXPECT_THAT(texts(first),
              ElementsAre("info tunnel ssh: run bbbbbbbb-1111 is up", "bbbbbbbb begins",
                          "info share 3f2a1111-0000-4000-8000-000000000000: started, ssh", "bbbbbbbb goes on",
                          "warning tunnel ssh: run bbbbbbbb-1111 down", "-------- backoff"));
  const auto more = lines.pick_new(parsed({at(9, "info tunnel ssh: run cccccccc-1 is up"), at(9, "info other")}),
                                   parsed({at(8, "cccccccc begins")}));
  EXPECT_THAT(texts(more), ElementsAre("cccccccc begins", "info tunnel ssh: run cccccccc-1 is up"));
}

}  // namespace
}  // namespace panko::cli
