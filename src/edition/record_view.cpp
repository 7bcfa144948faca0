#include "edition/record_view.hpp"

#include <fmt/format.h>

#include "base/json_index.hpp"
#include "base/numbers.hpp"
#include "base/text.hpp"
#include "redact/ballast.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

constexpr std::size_t kReadable = 1024;   // as base64, nobody reads more
constexpr std::size_t kSignature = 64;    // shorter ones are names
constexpr std::size_t kText = 128 << 10;  // of one string

bool is_base64(std::string_view body) {
  if (const auto comma = body.substr(0, 200).find(";base64,"); comma != std::string_view::npos)
    body.remove_prefix(comma + 8);
  return is_all_base64(body);
}

class RecordPrinter {
 public:
  std::string print(const JsonValue& root) {
    value(root, "", 0);
    if (is_full()) out_ += "\n[the rest is not shown]";
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool is_full() const { return out_.size() >= kRecordText; }

  void new_line(std::size_t depth) {
    out_ += '\n';
    out_.append(2 * depth, ' ');
  }

  void string(std::string_view body, std::string_view key) {
    if (body.size() > kSignature && is_ballast_member(key)) {
      out_ += fmt::format("[{} not shown]", format_bytes(body.size()));
    } else if (body.size() > kReadable && is_base64(body)) {
      out_ += fmt::format("[{} of base64 not shown]", format_bytes(body.size()));
    } else if (body.size() > kText) {
      const std::string_view part = truncate_utf8(body, kText);
      out_ += fmt::format("\"{}\" [{} more]", part, format_bytes(body.size() - part.size()));
    } else {
      out_ += fmt::format("\"{}\"", body);
    }
  }

  // As deep as JsonIndex lets through.
  void value(const JsonValue& json, std::string_view key, std::size_t depth) {
    if (is_full()) return;
    if (json.is_string()) return string(json.body(), key);
    if (!json.is_object() && !json.is_array()) {
      out_ += json.raw();
      return;
    }
    if (is_ballast_member(key) && json.raw().size() > kReadable) {
      out_ += fmt::format("[{} not shown]", format_bytes(json.raw().size()));
      return;
    }
    const bool object = json.is_object();
    bool empty = true;
    const auto next = [&] {
      if (is_full()) return false;
      if (!empty) out_ += ',';
      empty = false;
      new_line(depth + 1);
      return true;
    };
    out_ += object ? '{' : '[';
    json.for_each_member([&](std::string_view name, const JsonValue& member) {
      if (!next()) return;
      out_ += fmt::format("\"{}\": ", name);
      value(member, name, depth + 1);
    });
    json.for_each_element([&](const JsonValue& element) {
      if (next()) value(element, key, depth + 1);
    });
    if (!empty && !is_full()) new_line(depth);
    if (!is_full()) out_ += object ? '}' : ']';
  }

  std::string out_;
};

}  // namespace

std::string readable_record(std::string_view json) {
  std::string padded(json);
  padded.append(LineReader::kPadding, '\0');
  JsonIndex index;
  if (index.load(std::string_view(padded).substr(0, json.size())) == JsonStatus::complete)
    return RecordPrinter().print(index.root());
  if (json.size() <= kText) return std::string(json);
  const std::string_view part = truncate_utf8(json, kText);
  return fmt::format("{}\n[{} more]", part, format_bytes(json.size() - part.size()));
}

Result<void> write_record(HtmlWriter& html, const Source& source, ByteRange range, std::string_view heading) {
  const auto json = source.read(range);
  if (!json) return std::unexpected(json.error());
  html.open(Tag::section, {attr::css("record")});
  html.open(Tag::h2);
  html.text(heading);
  html.text(" ");
  html.element(Tag::small, {}, format_bytes(range.length));
  html.close(Tag::h2);
  html.open(Tag::pre, {attr::css("value"), attr::own(attr::Own::tabindex, "0")});
  html.element(Tag::code, {}, readable_record(*json));
  html.close(Tag::pre);
  html.close(Tag::section);
  return {};
}

}  // namespace panko
