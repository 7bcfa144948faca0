#include "tunnel/provider_settings.hpp"

#include "fixture.hpp"

namespace panko {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::array kKeys{
    ProviderKey{"host", ProviderKey::Type::text, "x"},
    ProviderKey{"compress", ProviderKey::Type::flag, "x"},
    ProviderKey{"tries", ProviderKey::Type::number, "x"},
    ProviderKey{"options", ProviderKey::Type::list, "x"},
};
const Provider kGarden{.name = "garden", .has_tunnel = true, .keys = kKeys, .missing = [](const ProviderSettings&) {
                         return std::optional(Obstacle{.sentence = "No spade.", .command = "buy spade"});
                       }};
const Provider kBed{.name = "bed"};

std::string wrong(const Provider& provider, const ProviderSettings& settings) {
  const auto checked = check_settings(provider, settings);
  return checked ? "nothing" : checked.error().message;
}

TEST(CheckSettings, TakesWhatTheTableOfKeysSays) {
  EXPECT_EQ(
      wrong(
          kGarden,
          {{"host", "x"}, {"compress", true}, {"tries", std::int64_t{3}}, {"options", std::vector<std::string>{"a"}}}),
      "nothing");
  EXPECT_EQ(wrong(kGarden, {}), "nothing");
}

TEST(CheckSettings, NamesTheNearestRightKey) {
  EXPECT_THAT(wrong(kGarden, {{"hots", "x"}}),
              HasSubstr("[providers.garden] in config.toml has no key \"hots\"; did you mean \"host\"?"));
  EXPECT_THAT(wrong(kGarden, {{"zzzzzzzzz", "x"}}), HasSubstr("there are host, compress, tries, options, port."));
  EXPECT_THAT(wrong(kBed, {{"host", "x"}}), HasSubstr("takes no keys; remove \"host\"."));
  EXPECT_THAT(wrong(kGarden, {{"\x1b[31m" + std::string(5000, 'x'), "x"}}), Not(HasSubstr("\x1b")));
}

TEST(CheckSettings, SaysOfWhatTypeAValueHasToBe) {
  EXPECT_THAT(wrong(kGarden, {{"host", true}}), HasSubstr("\"host\" has to be a text in quotes."));
  EXPECT_THAT(wrong(kGarden, {{"compress", "yes"}}), HasSubstr("true or false"));
  EXPECT_THAT(wrong(kGarden, {{"tries", "3"}}), HasSubstr("a whole number"));
  EXPECT_THAT(wrong(kGarden, {{"options", "a"}}), HasSubstr("a list of texts"));
}

TEST(CheckSettings, KnowsThePortOfEveryTunnel) {
  for (const auto port : {1024, 65535}) EXPECT_EQ(wrong(kGarden, {{"port", std::int64_t{port}}}), "nothing");
  for (const auto port : {-1, 0, 1023, 65536})
    EXPECT_THAT(wrong(kGarden, {{"port", std::int64_t{port}}}), HasSubstr("from 1024 to 65535"));
  EXPECT_THAT(wrong(kBed, {{"port", std::int64_t{2000}}}), HasSubstr("takes no keys"));
}

TEST(CheckSettings, ComesBeforeWhatIsMissing) {
  EXPECT_THAT(obstacle_of(kGarden, {{"host", true}}).value_or(Obstacle{}).sentence, HasSubstr("a text"));
  EXPECT_EQ(obstacle_of(kGarden, {}).value_or(Obstacle{}).command, "buy spade");
}

TEST(Settings, HaveAValueOrNone) {
  const ProviderSettings settings{
      {"text", "x"}, {"flag", true}, {"number", std::int64_t{3}}, {"list", std::vector<std::string>{"a", "b"}}};
  EXPECT_EQ(text_setting(settings, "text"), "x");
  EXPECT_TRUE(flag_setting(settings, "flag"));
  EXPECT_EQ(number_setting(settings, "number"), 3);
  EXPECT_THAT(list_setting(settings, "list"), ElementsAre("a", "b"));
  EXPECT_EQ(text_setting(settings, "none"), "");
  EXPECT_FALSE(flag_setting(settings, "none"));
  EXPECT_EQ(number_setting(settings, "none"), std::nullopt);
  EXPECT_THAT(list_setting(settings, "none"), IsEmpty());
}

class ReadSecret : public TunnelFixture {
 protected:
  std::string write(const std::string& content, mode_t mode = 0600) {
    const auto file = home / "secret";
    std::ofstream(file, std::ios::trunc) << content;
    ::chmod(file.c_str(), mode);
    return file;
  }
  static std::string problem(const std::string& path) {
    const auto secret = read_secret(path);
    EXPECT_FALSE(secret) << *secret;
    return secret ? "none" : secret.error().message;
  }
};

TEST_F(ReadSecret, IsTheOneLine) {
  EXPECT_EQ(read_secret(write("CANARY\r\n\n")).value_or(""), "CANARY");
  EXPECT_EQ(read_secret(write("CANARY", 0400)).value_or(""), "CANARY");
  EXPECT_EQ(read_secret(write(std::string(4096, 'x'))).value_or("").size(), 4096U);
}

TEST_F(ReadSecret, IsFoundBelowTheHomeDirectory) {
  write("CANARY");
  const std::string old = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  ::setenv("HOME", home.c_str(), 1);
  EXPECT_EQ(read_secret("~/secret").value_or(""), "CANARY");
  EXPECT_EQ(expand_home("~/x"), home / "x");
  EXPECT_EQ(expand_home("x/~/y"), "x/~/y");
  EXPECT_EQ(expand_home("~"), "~");
  ::setenv("HOME", old.c_str(), 1);
}

TEST_F(ReadSecret, FollowsALink) {
  std::filesystem::create_symlink(write("CANARY"), home / "link");
  EXPECT_EQ(read_secret(home / "link").value_or(""), "CANARY");
}

TEST_F(ReadSecret, IsNobodyElsesToRead) {
  for (const mode_t mode : {0640, 0604, 0620, 0601}) {
    const auto sentence = problem(write("CANARY", mode));
    EXPECT_THAT(sentence, HasSubstr("run chmod 600"));
    EXPECT_THAT(sentence, Not(HasSubstr("CANARY")));
  }
}

TEST_F(ReadSecret, IsAFileWithOneSecret) {
  EXPECT_THAT(problem(home / "none"), HasSubstr("No such file"));
  EXPECT_THAT(problem(home), HasSubstr("is not a file"));
  ASSERT_EQ(::mkfifo((home / "fifo").c_str(), 0600), 0);
  EXPECT_THAT(problem(home / "fifo"), HasSubstr("is not a file")) << "and nobody waits for a writer";
  for (const auto& content : {std::string(), std::string("\n"), std::string("CANARY\nCANARY"),
                              std::string("CAN\0ARY", 7), std::string(4097, 'x')}) {
    const auto sentence = problem(write(content));
    EXPECT_THAT(sentence, HasSubstr((home / "secret").string()));
    EXPECT_THAT(sentence, Not(HasSubstr("CANARY")));
  }
}

TEST_F(ReadSecret, MayBeForTheProgramAloneToRead) {
  EXPECT_TRUE(check_secret_file(write("{\n  \"TunnelSecret\": \"CANARY\"\n}\n")));
  for (const auto& path : {write("CANARY", 0640), home.string(), (home / "none").string()}) {
    const auto checked = check_secret_file(path);
    ASSERT_FALSE(checked) << path;
    EXPECT_EQ(checked.error().message, problem(path));
  }
}

TEST_F(ReadSecret, KnowsFilesOfVariables) {
  const auto variables = read_secret_variables(write("# mine\nA=1\n\nB_2=x=y\r\n"));
  ASSERT_TRUE(variables) << variables.error().message;
  EXPECT_THAT(*variables, ElementsAre("A=1", "B_2=x=y"));
  for (const auto* content : {"A", "=x", "1A=CANARY", "A B=CANARY", "PANKO_RUN_ID=CANARY"}) {
    const auto wrong = read_secret_variables(write(content));
    ASSERT_FALSE(wrong) << content;
    EXPECT_THAT(wrong.error().message, HasSubstr("line 1 is not NAME=value"));
    EXPECT_THAT(wrong.error().message, Not(HasSubstr("CANARY")));
  }
  EXPECT_FALSE(read_secret_variables(write("A=1", 0644)));
}

}  // namespace
}  // namespace panko
