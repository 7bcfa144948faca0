// Personal data, the owner's own words, and what the owner allowed.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/base64.hpp"
#include "redact/redactor.hpp"

namespace panko {
namespace {

std::string masked(std::string_view text, RedactionSettings settings = {}) {
  SessionRedactor redactor(std::move(settings));
  const auto piece = redactor.read(text, {});
  return redactor.mask(*piece, text)->text();
}

TEST(Personal, HomeDirectories) {
  EXPECT_EQ(masked("/home/annbolyn/src /Users/annbolyn/x C:\\Users\\annbolyn\\y -home-annbolyn-src"),
            "~/src ~/x ~\\y ~-src");
  EXPECT_EQ(masked("see /home/annbolyn\nannbolyn@tower:~$ ls\n-rw-r--r-- 1 annbolyn staff 5 x\nannbolyns"),
            "see ~\n[redacted: user #1]@tower:~$ ls\n-rw-r--r-- 1 [redacted: user #1] staff 5 x\nannbolyns");
  EXPECT_EQ(masked("/home/user/x, /Users/Shared/x, /home/runner/work"),
            "/home/user/x, /Users/Shared/x, /home/runner/work");
}

TEST(Personal, ANameThatIsAWordIsMaskedOnlyWhereItIsAName) {
  RedactionSettings settings;
  settings.users = {"mark", "al"};
  EXPECT_EQ(masked("mark this as done, al; drwxr-xr-x 2 mark staff 64 a; mark@tower", settings),
            "mark this as done, al; drwxr-xr-x 2 [redacted: user #1] staff 64 a; [redacted: user #1]@tower");
}

TEST(Personal, ANameMayBeAnyBytes) {
  const std::string text =
      "\\\\}0001b[0\"/home/annbolyn" + std::string(70, '\xff') + "x\",\"text\":\"Authorization: Bear7p";
  EXPECT_FALSE(masked(text).contains("annbolyn"));
}

TEST(Personal, AddressesOfMail) {
  EXPECT_EQ(masked("Author: A <ann.bolyn@tower.org>, ann.bolyn@tower.org, jane@keep.co.uk"),
            "Author: A <[redacted: email #1]>, [redacted: email #1], [redacted: email #2]");
  for (const char* text : {"git@github.com:a/b.git", "pkg@1.2.3", "@scope/pkg", "a@example.com",
                           "x@users.noreply.github.com", "@Override", "user@localhost", "logo@2x.png", "app@latest"})
    EXPECT_EQ(masked(text), text);
}

TEST(Personal, AddressesOfMachines) {
  EXPECT_EQ(masked("inet 192.168.14.7/24 and 10.20.30.41:8080"),
            "inet [redacted: ip #1]/24 and [redacted: ip #2]:8080");
  EXPECT_EQ(masked("fe80::1c2d:3eff:fe4a:5b6c, 2a01:4f8:c17:b8f:9d3:2:1:7"), "[redacted: ip #1], [redacted: ip #2]");
  for (const char* text :
       {"127.0.0.1", "0.0.0.0", "192.0.2.7", "198.51.100.1", "203.0.113.9", "255.255.255.0", "version 10.4.2.11",
        "v10.4.2.11", "1.2.3.4.5", "::1", "2001:db8::1", "12:34:56", "std::vector", "a::b", "10.0.0.0/8"})
    EXPECT_EQ(masked(text), text);
}

TEST(Personal, Hosts) {
  RedactionSettings settings;
  settings.hosts = {"tower17"};
  EXPECT_EQ(masked("db21.corp.acme.internal build-7.lan api.default.svc.cluster.local tower17", settings),
            "[redacted: host #2] [redacted: host #3] [redacted: host #4] [redacted: host #1]");
  for (const char* text :
       {"settings.local.json", ".env.local", "threading.local()", "host.docker.internal", "sun.internal"})
    EXPECT_EQ(masked(text), text);
}

TEST(Personal, HasASwitchOfItsOwn) {
  RedactionSettings settings;
  settings.personal = false;
  const std::string text = "/home/annbolyn ann@tower.org 192.168.14.7 API_KEY=";
  EXPECT_EQ(masked(text + "hT7kQ9vLm2XpR4wZ", settings), text + "[redacted: secret #1]");
  settings = {};
  settings.secrets = false;
  EXPECT_EQ(masked("API_KEY=hT7kQ9vLm2XpR4wZ ann@tower.org", settings),
            "API_KEY=hT7kQ9vLm2XpR4wZ [redacted: email #1]");
}

TEST(Personal, WordsOfTheOwner) {
  RedactionSettings settings;
  settings.personal = false;
  settings.words = {"Project Heron", "zimtstern"};
  EXPECT_EQ(masked("project heron, PROJECT HERON and Project%20Heron: myZimtsternApp", settings),
            "[redacted: private #1], [redacted: private #1] and [redacted: private #1]: my[redacted: private #2]App");
  for (const char* before : {"", "x", "xy"}) {
    const std::string encoded = to_base64(before + std::string("Project Heron is late"));
    EXPECT_EQ(masked("see " + encoded + " there", settings), "see [redacted: private #1] there") << encoded;
  }
}

TEST(Allowed, ValuesAreFoundAndStay) {
  const std::string value = "hT7kQ9vLm2XpR4wZ8sNb";
  RedactionSettings settings;
  settings.salt.bytes = "a salt";
  settings.allowed = {value_hash(settings.salt, value)};
  SessionRedactor redactor(settings);
  const std::string text = "API_KEY=" + value + "\nDB_KEY=other\n";
  const auto piece = redactor.read(text, {});
  EXPECT_EQ(redactor.mask(*piece, text)->text(), text);
  ASSERT_EQ(redactor.values().size(), 1U);
  EXPECT_TRUE(redactor.values()[0].is_allowed);
  EXPECT_EQ(redactor.values()[0].hash, to_hex(settings.allowed[0]));
  EXPECT_FALSE(redactor.values()[0].sample.contains(value.substr(0, 8)));
  EXPECT_EQ(redactor.findings().size(), 1U);
  EXPECT_EQ(redactor.mask_text(text)->text(), text);
}

TEST(Findings, SayWhereAndNothingElse) {
  SessionRedactor redactor({});
  const std::string key = "hT7kQ9vLm2XpR4wZ8sNb";
  const std::string other = "Wd3xYc6vUb9nTm1qSe5r";
  ASSERT_TRUE(redactor.read("first\nAPI_KEY=" + key + " and " + other + "\nlast API_KEY=" + key, {}).has_value());
  ASSERT_TRUE(redactor.read("nothing", {}).has_value());
  ASSERT_TRUE(redactor.read("SECRET_KEY=" + other, {}).has_value());
  const auto findings = redactor.findings();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].count, 2U);
  EXPECT_EQ(findings[0].piece, 0U);
  EXPECT_EQ(findings[0].context, "API_KEY=[redacted: secret #1] and [redacted: secret #2]");
  EXPECT_EQ(findings[1].piece, 2U);
  redactor.drop_pieces_from(1);
  EXPECT_EQ(redactor.findings().size(), 1U);
  EXPECT_EQ(redactor.values().size(), 2U);
}

}  // namespace
}  // namespace panko
