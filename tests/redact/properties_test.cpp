// What holds of every text and record.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json_index.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "redact/redactor.hpp"
#include "tests/redact/shape.hpp"
#include "tests/support/hostile_texts.hpp"
#include "tests/support/linear.hpp"

namespace panko {
namespace {

using test::Inventor;

std::string masked(std::string_view text) {
  SessionRedactor redactor({});
  const auto piece = redactor.read(text, {});
  return redactor.mask(*piece, text)->text();
}

std::string masked_record(const std::string& json) {
  std::string padded = json;
  padded.append(JsonIndex::kPadding, '\0');
  JsonIndex index;
  EXPECT_EQ(index.load(std::string_view(padded).substr(0, json.size())), JsonStatus::complete) << json;
  SessionRedactor redactor({});
  const auto piece = redactor.read(index.root(), {});
  return redactor.mask(*piece, json)->text();
}

bool is_record(const std::string& json) {
  std::string padded = json;
  padded.append(JsonIndex::kPadding, '\0');
  JsonIndex index;
  return index.load(std::string_view(padded).substr(0, json.size())) == JsonStatus::complete;
}

struct Sample {
  std::string text;
  std::string value;  // nothing of which may be read
};

std::vector<Sample> samples(std::uint64_t seed) {
  Inventor invent(seed);
  std::vector<Sample> all;
  const auto add = [&](std::string before, const std::string& value, const std::string& after) {
    all.push_back({before + value + after, value});
  };
  const std::string password = invent.shaped("[a-z]{4}[0-9]{3}[A-Z]{4}") + "!" + invent.shaped("[a-z]{3}[0-9]{2}");
  const std::string key = invent.shaped("[A-Za-z0-9]{28}") + "7bQ2";
  add("GITHUB_TOKEN=", invent.shaped("ghp_[A-Za-z0-9]{36}"), "\nPORT=80\n");
  add("the key ", invent.shaped("sk-ant-api03-[A-Za-z0-9]{93}AA"), ", I think");
  add("export DB_PASSWORD=", password, "\nmake run\n");
  add("postgres://app:", password, "@db.example.net:5432/app?x=1");
  add("curl -H 'Authorization: Bearer ", key, "' https://x");
  add("{\"api_key\": \"", key, "\", \"n\": 1}");
  add("-----BEGIN PRIVATE KEY-----\n", invent.shaped("MII[A-Za-z0-9]{61}\n[A-Za-z0-9]{64}\n[A-Za-z0-9]{20}=="),
      "\n-----END PRIVATE KEY-----\nand on");
  add("", invent.shaped("AKIA[A-Z2-7]{16}"), " is it");
  return all;
}

TEST(Properties, MaskingAgainChangesNothing) {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    for (const Sample& sample : samples(seed)) {
      const std::string once = masked(sample.text);
      EXPECT_NE(once, sample.text);
      EXPECT_EQ(masked(once), once);
    }
  }
}

TEST(Properties, AMarkerStaysAsItIs) {
  for (const char* text :
       {"machine x login y password [redacted: password #10]", "[redacted: secret #123]",
        "token: [redacted: github-token #42], key [redacted: aws-access-key #7]",
        "postgres://a:[redacted: password #11]@db", "Cookie: a=[redacted: cookie #12]; b=[redacted: cookie #3]"})
    EXPECT_EQ(masked(text), text);
}

TEST(Properties, ACutTextRevealsNoMore) {
  for (std::uint64_t seed = 1; seed < 4; ++seed) {
    for (const Sample& sample : samples(seed)) {
      for (std::size_t cut = 0; cut <= sample.text.size(); ++cut) {
        const std::string out = masked(sample.text.substr(0, cut));
        for (std::size_t i = 4; i + 12 <= sample.value.size(); ++i)
          ASSERT_FALSE(out.contains(sample.value.substr(i, 12))) << sample.text.substr(0, cut) << "\n-> " << out;
      }
    }
  }
}

TEST(Properties, AWrappedTokenIsOne) {
  for (std::uint64_t seed = 1; seed < 10; ++seed) {
    Inventor invent(seed);
    const std::string token = "glpat-" + invent.shaped("[A-Za-z0-9]{6}[0-9]{1}[A-Za-z]{3}") +
                              invent.shaped("[A-Za-z]{2}[0-9]{1}[A-Z]{1}[a-z]{4}[0-9]{1}") +
                              invent.shaped("[A-Za-z]{2}[0-9]{1}[A-Z]{1}[a-z]{1}[0-9]{1}");
    for (std::size_t cut = 16; cut + 6 <= token.size(); cut += 3) {
      for (const char* between : {"\n", "\n    ", "\n    12\u2192", "\n | "}) {
        const std::string line = "the token of the deployment is ";
        const std::string out = masked(line + token.substr(0, cut) + between + token.substr(cut) + "\nnext line");
        EXPECT_EQ(out, line + "[redacted: gitlab-token #1]\nnext line") << token << " " << cut;
      }
    }
  }
  const std::string env = "THE_TOKEN_OF_THE_DEPLOYMENT=" + Inventor(3).shaped("ghp_[A-Za-z0-9]{36}");
  EXPECT_EQ(masked(env + "\nPORT=8080"), "THE_TOKEN_OF_THE_DEPLOYMENT=[redacted: github-token #1]\nPORT=8080");
}

TEST(Properties, ARecordStaysOneAtAnyDepthOfEscapes) {
  for (std::uint64_t seed = 1; seed < 10; ++seed) {
    for (const Sample& sample : samples(seed)) {
      std::string text = sample.text;
      for (int depth = 0; depth < 4; ++depth) {
        const std::string record = "{\"type\":\"user\",\"text\":" + json_quote(text) + "}";
        const std::string out = masked_record(record);
        EXPECT_TRUE(is_record(out)) << out;
        EXPECT_TRUE(out.starts_with("{\"type\":\"user\",\"text\":\""));
        for (std::size_t i = 4; i + 12 <= sample.value.size(); ++i)
          if (!sample.value.substr(i, 12).contains('\n'))
            ASSERT_FALSE(out.contains(sample.value.substr(i, 12))) << record << "\n-> " << out;
        text = "{\"inner\": " + json_quote(text) + "}";
      }
    }
  }
}

TEST(Properties, AnyBytesAreATextAndAnyTextARecord) {
  static constexpr std::string_view kParts[] = {"\\",
                                                "\"",
                                                "\n",
                                                "token=",
                                                "password: ",
                                                "ghp_",
                                                "eyJ",
                                                "://",
                                                "@",
                                                "a:b",
                                                "\x1b[0m",
                                                "%41",
                                                "QUJD",
                                                "/home/",
                                                "'",
                                                "\xe2\x80\x8b",
                                                "{\"",
                                                "\\u00e9",
                                                "\xc3\xa9",
                                                " 12\u2192",
                                                "-----BEGIN PRIVATE KEY-----",
                                                "=",
                                                "Zx9Qw8Er7Ty6",
                                                "10.1.2.3"};
  Inventor invent(7);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::uint64_t parts = invent.next(12) + 1; parts > 0; --parts) text += kParts[invent.next(std::size(kParts))];
    const std::string out = masked(text);
    EXPECT_TRUE(is_valid_utf8(out)) << text;
    EXPECT_TRUE(is_valid_utf8(masked(out))) << text;
    const std::string record = "{\"text\":" + json_quote(text) + ",\"n\":[1,\"x\"]}";
    const std::string masked_one = masked_record(record);
    EXPECT_TRUE(is_record(masked_one)) << record << "\n-> " << masked_one;
  }
}

TEST(Properties, CostsInProportionToItsInput) {
  for (const std::string_view part : test::kHostileParts) {
    const double ratio =
        test::cost_ratio(20'000, [&](std::size_t size) { static_cast<void>(masked(test::hostile_text(part, size))); });
    EXPECT_LT(ratio, test::kStillLinear) << part;
  }
}

}  // namespace
}  // namespace panko
