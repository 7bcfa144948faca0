#include "tunnel/run_record.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <set>

#include "base/files.hpp"
#include "base/random.hpp"
#include "tests/support/temp_dir.hpp"

namespace panko {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class RunRecordTest : public testing::Test {
 protected:
  RunRecordTest() {
    run.run_id = random_uuid();
    run.provider = "ssh";
    run.local_port = 20123;
    run.boot_id = "boot";
    run.pid = 4711;
    run.start_time = 0xffff'ffff'ffffULL;
    run.control = "127.0.0.1:1";
    run.gateway = "ssh 127.0.0.1";
    run.settings_hash = "hash";
    run.origin_socket = "/tmp/x.sock";
    run.url = "https://x.example";
  }
  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir.path())) names.insert(entry.path().filename());
    return names;
  }

  test::TempDir dir;
  RunRecord run;
};

TEST_F(RunRecordTest, ComesBackAsItWas) {
  ASSERT_TRUE(save_run(dir.path(), run));
  struct stat status{};
  ASSERT_EQ(::stat((dir.path() / (run.run_id + ".json")).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600);
  const auto runs = load_runs(dir.path());
  ASSERT_THAT(runs, SizeIs(1));
  const auto& read = runs.front();
  EXPECT_EQ(std::tie(read.run_id, read.provider, read.local_port, read.boot_id, read.pid, read.start_time),
            std::tie(run.run_id, run.provider, run.local_port, run.boot_id, run.pid, run.start_time));
  EXPECT_EQ(std::tie(read.control, read.gateway, read.settings_hash, read.origin_socket, read.url),
            std::tie(run.control, run.gateway, run.settings_hash, run.origin_socket, run.url));
}

TEST_F(RunRecordTest, OfADamagedOneTheIdIsLeft) {
  for (const std::string content : {"", "{", "[1]", "{\"run_id\":7}", "{\"run_id\":\"another\",\"pid\":1}"}) {
    dir.write(run.run_id + ".json", content);
    const auto runs = load_runs(dir.path());
    ASSERT_THAT(runs, SizeIs(1)) << content;
    EXPECT_EQ(runs.front().run_id, run.run_id);
    EXPECT_EQ(runs.front().pid, 0);
    EXPECT_EQ(runs.front().url, "");
  }
}

TEST_F(RunRecordTest, WhatBelongsToNoRunGoesAndWhatIsNotOursStays) {
  const auto gone = random_uuid();
  ASSERT_TRUE(save_run(dir.path(), run));
  for (const auto& name : {run.run_id + ".log", run.run_id + ".yml", gone + ".log", gone + ".sock", gone + ".json.tmp",
                           gone, std::string("known_hosts"), std::string("x.json"), std::string(36, 'z') + ".log"})
    dir.write(name, "x");
  EXPECT_THAT(load_runs(dir.path()), SizeIs(1));
  EXPECT_THAT(files(), UnorderedElementsAre(run.run_id + ".json", run.run_id + ".log", run.run_id + ".yml", gone,
                                            "known_hosts", "x.json", std::string(36, 'z') + ".log"));
}

TEST_F(RunRecordTest, AllFilesOfARunGoWithIt) {
  auto other = run;
  other.run_id = random_uuid();
  ASSERT_TRUE(save_run(dir.path(), run));
  ASSERT_TRUE(save_run(dir.path(), other));
  for (const auto* extension : {".log", ".yml", ".sock"}) dir.write(run.run_id + extension, "x");
  remove_run(dir.path(), run.run_id);
  EXPECT_THAT(files(), ElementsAre(other.run_id + ".json"));
}

TEST_F(RunRecordTest, WithoutADirectoryThereIsNone) {
  EXPECT_THAT(load_runs(dir.path() / "none"), IsEmpty());
  remove_run(dir.path() / "none", run.run_id);
}

TEST(SettingsHash, FollowsEveryValueAndItsType) {
  const ProviderSettings some{{"a", std::string("1")}, {"b", std::vector<std::string>{"x", "y"}}};
  auto other = some;
  EXPECT_EQ(hash_of(some), hash_of(other));
  EXPECT_EQ(hash_of(some).size(), 64);
  std::set<std::string> hashes{hash_of({}), hash_of(some)};
  for (const SettingValue& value : {SettingValue(std::int64_t{1}), SettingValue(true), SettingValue(std::string("2")),
                                    SettingValue(std::vector<std::string>{"1"})}) {
    other["a"] = value;
    hashes.insert(hash_of(other));
  }
  EXPECT_THAT(hashes, SizeIs(6));
}

}  // namespace
}  // namespace panko
