#include "tunnel/provider.hpp"

#include <set>

#include "fixture.hpp"

namespace panko {
namespace {

using testing::EndsWith;
using testing::Not;

TEST(Providers, EachIsFoundByItsName) {
  std::set<std::string_view> names;
  for (const auto* provider : all_providers()) {
    EXPECT_EQ(find_provider(provider->name), provider);
    EXPECT_TRUE(names.insert(provider->name).second) << provider->name;
  }
  EXPECT_EQ(find_provider("cloudflar"), nullptr);
  EXPECT_EQ(all_providers().front()->name, "local");
}

TEST(Providers, EachIsComplete) {
  for (const auto* provider : all_providers()) {
    EXPECT_NE(provider->missing, nullptr) << provider->name;
    EXPECT_NE(provider->origin_hosts, nullptr) << provider->name;
    EXPECT_NE(provider->traits, nullptr) << provider->name;
    EXPECT_EQ(provider->has_tunnel, provider->plan != nullptr) << provider->name;
    EXPECT_FALSE(provider->description.empty()) << provider->name;
    EXPECT_THAT(provider->description, Not(EndsWith("."))) << "it stands in a table";
    EXPECT_LE(provider->description.size(), 58U) << provider->name << ": the table of the TUI cuts what is longer";
    EXPECT_FALSE(provider->traits({}).audience.empty()) << provider->name;
    for (const auto& key : provider->keys) EXPECT_FALSE(key.help.empty()) << provider->name << ": " << key.name;
  }
}

TEST(Providers, LocalIsAlwaysThere) {
  EXPECT_FALSE(find_provider("local")->missing({}).has_value());
  EXPECT_FALSE(find_provider("local")->traits({}).is_public);
}

TEST(Providers, SomeAllowOneTunnelAtATime) {
  const auto is_single = [](std::string_view name, const ProviderSettings& settings) {
    return find_provider(name)->traits(settings).single;
  };
  EXPECT_TRUE(is_single("ngrok", {}));
  EXPECT_TRUE(is_single("ssh", {{"remote_port", std::int64_t{8085}}}));
  EXPECT_TRUE(is_single("tailscale", {{"path", "/notes"}}));
  EXPECT_TRUE(is_single("cloudflare", {{"hostname", "notes.example.com"}}));
  for (const auto* name : {"local", "ssh", "tailscale", "cloudflare", "command"})
    EXPECT_FALSE(is_single(name, {})) << name;
}

TEST(Providers, HostOfAnUrl) {
  for (const auto* url :
       {"https://x.example", "https://x.example:443/p?q#f", "http://user@x.example/p@q", "x.example/"})
    EXPECT_EQ(host_of(url), "x.example") << url;
  EXPECT_EQ(host_of("http://[::1]:80/"), "[::1]");
  EXPECT_EQ(host_of(""), "");
}

class FindProgram : public TunnelFixture {};

TEST_F(FindProgram, LooksAtPathAlone) {
  EXPECT_EQ(find_program("cloudflared"), home / "bin" / "cloudflared");
  std::ofstream(home / "notes") << "x";
  std::filesystem::create_directory(home / "folder");
  ::setenv("PATH", (":relative:" + home.string()).c_str(), 1);
  for (const auto* name : {"cloudflared", "notes", "folder", ""}) EXPECT_EQ(find_program(name), std::nullopt) << name;
  ::unsetenv("PATH");
  EXPECT_EQ(find_program("sh"), std::nullopt);
}

}  // namespace
}  // namespace panko
