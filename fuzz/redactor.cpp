// Any bytes as a text and as a record: what comes out is valid, a record stays one with the same members, and to mask
// it again is possible. Nothing that the first pass masked is told by the second.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string>
#include <string_view>

#include "base/json_index.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "redact/redactor.hpp"

namespace {

void require(bool truth, std::source_location where = std::source_location::current()) {
  if (truth) return;
  std::fprintf(stderr, "%s:%u: does not hold\n", where.file_name(), where.line());
  std::abort();
}

// Each list has to be compiled, which takes longer than all the rest: few inputs have one.
bool has_lists = false;

panko::RedactionSettings settings() {
  panko::RedactionSettings given;
  given.salt.bytes = "salt";
  if (!has_lists) return given;
  given.words = {"Seeschlange"};
  given.users = {"annbolyn", "admin"};
  given.hosts = {"tower"};
  return given;
}

std::string masked_text(std::string_view text, const panko::Origin& origin) {
  panko::SessionRedactor redactor(settings());
  const auto piece = redactor.read(text, origin);
  require(piece.has_value());
  const auto masked = redactor.mask(*piece, text);
  require(masked.has_value());
  for (const auto& finding : redactor.findings()) {
    require(finding.value < redactor.values().size() && finding.piece == *piece && finding.count > 0);
    require(finding.context.size() <= 240 && !finding.context.contains('\n') && !finding.context.contains('\x1b'));
  }
  return masked->text();
}

void check_record(std::string_view json) {
  std::string padded(json);
  padded.append(panko::JsonIndex::kPadding, '\0');
  panko::JsonIndex index;
  if (index.load(std::string_view(padded).substr(0, json.size())) != panko::JsonStatus::complete) return;
  const std::string raw(index.root().raw());
  panko::SessionRedactor redactor(settings());
  const auto piece = redactor.read(index.root(), {});
  require(piece.has_value());
  std::string out = redactor.mask(*piece, raw)->text();
  require(panko::is_valid_utf8(out));
  const std::size_t size = out.size();
  out.append(panko::JsonIndex::kPadding, '\0');
  panko::JsonIndex again;
  require(again.load(std::string_view(out).substr(0, size)) == panko::JsonStatus::complete);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  has_lists = size % 32 == 0;
  const std::string out = masked_text(bytes, {});
  if (panko::is_valid_utf8(bytes)) require(panko::is_valid_utf8(out));
  const std::string all = masked_text(bytes, {.tool = "shell", .command = "cat .env"});
  if (panko::is_valid_utf8(bytes)) require(panko::is_valid_utf8(all));
  masked_text(out, {});
  check_record(bytes);
  const std::string text = panko::to_valid_utf8(bytes);
  check_record("{\"type\":\"user\",\"text\":" + panko::json_quote(text) + "}");
  check_record("{\"token\":" + panko::json_quote("{\"text\":" + panko::json_quote(text) + "}") + "}");
  static_cast<void>(panko::is_suspect({.tool = "shell", .command = bytes, .path = bytes}));
  static_cast<void>(panko::may_be_suspect(bytes));
  return 0;
}
