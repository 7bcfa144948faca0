#include "redact/redactor.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/json_index.hpp"

namespace panko {
namespace {

// Invented, and in parts, so that nobody takes it for a real one.
const std::string kToken = std::string("gh") + "p_" + "Zq4Rw8Tn2Lk6Vb0Xc3Md7Hs1Jf5Py9Ag4Ue8";

struct Record {
  explicit Record(std::string_view json) : padded(json) {
    padded.append(JsonIndex::kPadding, '\0');
    EXPECT_EQ(index.load(bytes(json.size())), JsonStatus::complete) << json;
  }
  [[nodiscard]] std::string_view bytes(std::size_t size) const { return std::string_view(padded).substr(0, size); }
  std::string padded;
  JsonIndex index;
};

std::string masked_record(SessionRedactor& redactor, const std::string& json, const Origin& origin = {}) {
  Record record(json);
  const auto piece = redactor.read(record.index.root(), origin);
  EXPECT_TRUE(piece.has_value());
  auto masked = redactor.mask(*piece, json);
  EXPECT_TRUE(masked.has_value());
  std::string text = std::move(*masked).take();
  Record valid(text);
  return text;
}

std::string masked_text(const std::string& text, const Origin& origin = {}, RedactionSettings settings = {}) {
  SessionRedactor redactor(std::move(settings));
  const auto piece = redactor.read(text, origin);
  EXPECT_TRUE(piece.has_value());
  return redactor.mask(*piece, text)->text();
}

TEST(Redactor, MasksATokenWhereverItStands) {
  SessionRedactor redactor({});
  EXPECT_EQ(masked_record(redactor, R"({"type":"user","text":"GITHUB_TOKEN=)" + kToken + R"(\nPORT=80"})"),
            R"({"type":"user","text":"GITHUB_TOKEN=[redacted: github-token #1]\nPORT=80"})");
  EXPECT_EQ(redactor.known(), 1U);
  const std::string wrapped =
      R"({"text":"it is )" + kToken.substr(0, 25) + R"(\n    )" + kToken.substr(25) + R"(, isn't it"})";
  EXPECT_EQ(masked_record(redactor, wrapped), R"({"text":"it is [redacted: github-token #1], isn't it"})");
  EXPECT_EQ(redactor.mask_text(kToken)->text(), "[redacted: github-token #1]");
  EXPECT_EQ(redactor.findings().front().context, R"({"type":"user","text":"GITHUB_TOKEN=[redacted: github-token #1])");
}

TEST(Redactor, RefusesBytesThatWereNotRead) {
  SessionRedactor redactor({});
  const auto piece = redactor.read("a text", {});
  EXPECT_FALSE(redactor.mask(*piece, "another").has_value());
  EXPECT_FALSE(redactor.mask(*piece + 1, "a text").has_value());
}

TEST(Redactor, LeavesOutWhatNobodyCanRead) {
  SessionRedactor redactor({});
  const std::string blob(100, 'A');
  EXPECT_EQ(masked_record(redactor,
                          R"({"thinking":"yes","signature":")" + blob + R"(","encrypted_content":")" + blob + R"("})"),
            R"({"thinking":"yes","signature":"","encrypted_content":""})");
  const std::string image =
      R"({"source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo)" + blob + R"("}})";
  EXPECT_EQ(masked_record(redactor, image), image);
}

TEST(Redactor, SaysNothingOfTheHomeDirectory) {
  SessionRedactor redactor({});
  EXPECT_EQ(
      masked_record(redactor, R"({"cwd":"/home/annbolyn/src/app","text":"-home-annbolyn-src-app, annbolyn@tower"})"),
      R"({"cwd":"~/src/app","text":"~-src-app, [redacted: user #1]@tower"})");
}

TEST(Redactor, KeepsTheIdsThatRecordsHave) {
  SessionRedactor redactor({});
  const std::string id = "5ca6277c-4421-4d7a-a31c-a0dd91b6bed4";
  const std::string record = R"({"sessionId":")" + id + R"(","text":"SESSION_TOKEN=)" + id + R"("})";
  EXPECT_EQ(masked_record(redactor, record),
            R"({"sessionId":")" + id + R"(","text":"SESSION_TOKEN=[redacted: secret #1]"})");
}

TEST(Redactor, NamesOfOtherHomesAreMaskedWhereTheyAreOwners) {
  SessionRedactor redactor({});
  EXPECT_EQ(masked_record(redactor, R"({"text":"/home/circleci/x: circleci runs it, circleci@host"})"),
            R"({"text":"~/x: circleci runs it, [redacted: user #1]@host"})");
}

TEST(Redactor, MasksEachValueOfAFileOfSecrets) {
  const std::string text = "MODE=production\nTHING=q8Zr5Xw2Lt9B\n";
  EXPECT_EQ(masked_text(text), text);
  EXPECT_EQ(masked_text(text, {.tool = "shell", .command = "cat .env"}),
            "MODE=production\nTHING=[redacted: value #1]\n");
}

}  // namespace
}  // namespace panko
