#include "shares/masking.hpp"

#include "config/word_list.hpp"
#include "sqlite/database.hpp"
#include "tests/shares/fixture.hpp"

namespace panko::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kId = "11111111-1111-4111-8111-111111111111";
/// Made up, and nobody's.
const std::string kKey = "ghp_" + std::string("madeUpForThisTest0123456789ABCDEFxyz");

class MaskingTest : public SharesTest {
 protected:
  MaskingTest() {
    write_file(session_,
               session_text(kId, "The key is " + kKey + " and my address is ada@umbrella-corp.net by Initech"));
  }
  void run_until_masked(const std::string& id) {
    run_until([&] { return row(id).secrets_masked.has_value(); });
  }
};

TEST_F(MaskingTest, AShareIsMaskedUnlessItsOwnerSaysOtherwise) {
  const Share masked = share(local());
  EXPECT_THAT(get(masked).text, Not(HasSubstr(kKey)));
  EXPECT_THAT(get(masked).text, Not(HasSubstr("ada@umbrella")));
  EXPECT_THAT(get(masked).text, HasSubstr("[redacted: "));
  run_until_masked(masked.id);
  EXPECT_EQ(row(masked.id).secrets_masked, 1U);
  EXPECT_GE(row(masked.id).personal_masked, 1U);

  auto options = local();
  options.personal_shown = true;
  const Share personal = share(options);
  EXPECT_NE(personal.id, masked.id);
  EXPECT_THAT(get(personal).text, Not(HasSubstr(kKey)));
  EXPECT_THAT(get(personal).text, HasSubstr("ada@umbrella"));

  options = local();
  options.unmasked = true;
  const Share original = share(options);
  EXPECT_NE(original.id, masked.id);
  EXPECT_THAT(get(original).text, HasSubstr(kKey));
  EXPECT_FALSE(row(original.id).secrets_masked);
}

TEST_F(MaskingTest, NothingThatIsKeptOrToldHoldsTheTitleAsItWas) {
  std::vector<std::string> heard;
  (void)service();
  const auto listener = service().subscribe([&](const Share& share) { heard.push_back(share.session_name); });
  for (const bool unmasked : {false, true}) {
    auto options = local();
    options.unmasked = unmasked;
    const Share started = share(options);
    EXPECT_THAT(started.session_name, Not(HasSubstr(kKey)));
    EXPECT_THAT(started.session_name, HasSubstr("[redacted: "));
    run(service().stop(started.id));
  }
  for (const std::string& name : heard) EXPECT_THAT(name, Not(HasSubstr(kKey)));
  for (const AuditEntry& entry : service().audit())
    EXPECT_THAT(entry.session_name + entry.detail, Not(HasSubstr(kKey)));
  end_service();
  for (const auto& file : std::filesystem::directory_iterator(scratch_.path())) {
    if (!file.is_regular_file()) continue;
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_EQ(bytes.find(kKey), std::string::npos) << file.path();
  }
}

TEST_F(MaskingTest, ItIsMaskedBeforeAndAfterAnotherDaemonComes) {
  const Share started = share(local());
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(get(started).text, Not(HasSubstr(kKey)));
    drop_service();
    (void)service();
  }
  // As an older panko left it: it knew of no masking at all.
  drop_service();
  Database(places_.database)
      .execute("UPDATE share_details SET directory = '', unmasked = 0, hide = '', gate_key = x''");
  EXPECT_EQ(get(row(started.id)).status, 200U);
  EXPECT_THAT(get(started).text, Not(HasSubstr(kKey)));
}

TEST_F(MaskingTest, WordsOfTheOwnerAreMaskedInOpenSharesToo) {
  const Share started = share(local());
  auto options = local();
  options.unmasked = true;
  const Share original = share(options);
  EXPECT_THAT(get(started).text, HasSubstr("Initech"));
  EXPECT_THAT(run(service().change_words({"Initech", "Vandelay"}, {})), ElementsAre("Initech", "Vandelay"));
  EXPECT_EQ(read_word_list(places_.word_list), (std::vector<std::string>{"Initech", "Vandelay"}));
  EXPECT_THAT(get(started).text, Not(HasSubstr("Initech")));
  EXPECT_THAT(get(original).text, HasSubstr("Initech")) << "nothing is masked there";
  EXPECT_THAT(run(service().change_words({}, {"Initech"})), ElementsAre("Vandelay"));
  EXPECT_THAT(get(started).text, HasSubstr("Initech"));

  // What is written into the file by hand counts from the next share on, for all.
  ASSERT_TRUE(write_word_list(places_.word_list, {"Initech"}));
  (void)share(local());
  EXPECT_THAT(get(started).text, Not(HasSubstr("Initech")));
  EXPECT_THAT(run(service().change_words({}, {})), ElementsAre("Initech"));
}

TEST_F(MaskingTest, AWordThatIsNoneIsRefused) {
  EXPECT_THAT(failure_of(service().change_words({"Initech", "ab"}, {})), HasSubstr("at least 3 characters"));
  EXPECT_THAT(failure_of(service().change_words({}, {"Initech"})), HasSubstr("is not in the list"));
  EXPECT_FALSE(std::filesystem::exists(places_.word_list));
}

TEST_F(MaskingTest, WithoutTheWordsNothingIsSharedMasked) {
  const Share started = share(local());
  std::filesystem::create_directory(places_.word_list);
  EXPECT_THAT(failure_of(service().start(local())), HasSubstr(places_.word_list.native()));
  end_service();
  seams_.take_up_rest = 20ms;
  EXPECT_EQ(row(started.id).status, ShareStatus::error);
  EXPECT_THAT(row(started.id).error, HasSubstr(places_.word_list.native()));
  EXPECT_NE(get(started).status, 200U);
  std::filesystem::remove(places_.word_list);
  run_until_status(started.id, ShareStatus::active);
  EXPECT_EQ(get(started).status, 200U);
}

TEST_F(MaskingTest, WhatIsFineIsShownFromThenOn) {
  const Share started = share(local());
  const auto scanned = run(service().scan(session_, false));
  const auto key = std::ranges::find_if(scanned->findings, [](const auto& found) { return !found.value.is_personal; });
  ASSERT_NE(key, scanned->findings.end());
  EXPECT_THAT(key->context, Not(HasSubstr(kKey)));
  Sha256 hash{};
  for (std::size_t i = 0; i < hash.size(); ++i)
    hash.at(i) = static_cast<std::uint8_t>(std::stoul(key->value.hash.substr(2 * i, 2), nullptr, 16));
  service().allow_value(hash, true);
  EXPECT_THAT(get(started).text, HasSubstr(kKey));
  drop_service();
  EXPECT_THAT(get(row(started.id)).text, HasSubstr(kKey)) << "it is written down";
  EXPECT_TRUE(std::ranges::any_of(run(service().scan(session_, false))->findings,
                                  [](const auto& found) { return found.value.is_allowed; }));
  service().allow_value(hash, false);
  EXPECT_THAT(get(started).text, Not(HasSubstr(kKey)));
}

TEST_F(MaskingTest, APassThatFailsPublishesNothingAndSaysWhy) {
  const Share started = share(local());
  std::filesystem::rename(session_, scratch_ / "away");
  run_until_status(started.id, ShareStatus::error);
  EXPECT_NE(row(started.id).error, "");
  EXPECT_EQ(get(started).status, 503U);
}

TEST(Masking, WhatCanBeHiddenHasOneOrderAndNothingElseIs) {
  EXPECT_EQ(check_hiding({}), std::vector<std::string>{});
  EXPECT_EQ(check_hiding({"steps", "tools", "steps"}), (std::vector<std::string>{"tools", "steps"}));
  const auto wrong = check_hiding({"tools", "to\x1bol"});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("cannot be hidden; there are tools, thinking, steps."));
  EXPECT_EQ(wrong.error().message.find('\x1b'), std::string::npos);
}

TEST(Masking, TheAudienceIsMadeOfTheRowTheWordsAndTheProject) {
  const Masking masking{.words = std::vector<std::string>{"Acme", "Initech"}, .salt = "salt", .users = {"ada"}};
  ProjectPolicy policy;
  policy.mask = {"Initech", "Vandelay"};
  Share share;
  share.hide = {"tools", "steps"};
  auto audience = audience_of(masking, policy, share);
  ASSERT_TRUE(audience.redaction);
  EXPECT_TRUE(audience.redaction->secrets);
  EXPECT_TRUE(audience.redaction->personal);
  EXPECT_THAT(audience.redaction->words, ElementsAre("Acme", "Initech", "Vandelay"));
  EXPECT_THAT(audience.redaction->users, ElementsAre("ada"));
  EXPECT_EQ(audience.redaction->salt.bytes, "salt");
  EXPECT_TRUE(audience.hiding.tool_output);
  EXPECT_FALSE(audience.hiding.thinking);
  EXPECT_TRUE(audience.hiding.steps);
  auto fine = masking;
  for (const char* word : {"Acme", "Initech", "Vandelay"}) fine.allowed.push_back(value_hash({"salt"}, word));
  EXPECT_THAT(settings_of(fine, policy, false).allowed, ElementsAre(value_hash({"salt"}, "Acme")))
      << "what the project wants masked is masked";
  share.personal_shown = true;
  EXPECT_FALSE(audience_of(masking, policy, share).redaction->personal);
  share.unmasked = true;
  EXPECT_FALSE(audience_of(masking, policy, share).redaction);
}

}  // namespace
}  // namespace panko::test
