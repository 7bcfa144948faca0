#include "agents/json_list.hpp"

#include <algorithm>
#include <string>

#include "base/json_text.hpp"
#include "session/line_reader.hpp"

namespace panko {

namespace {

constexpr std::size_t kChunk = std::size_t{256} * 1024;
constexpr std::size_t kLargestFrame = std::size_t{1} << 20;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class ListPass {
 public:
  ListPass(std::span<const std::string_view> lists, const JsonListVisitor& visitor)
      : lists_(lists), visitor_(visitor) {}

  Result<std::uint64_t> run(const Source& source) {
    std::string buffer(kChunk, '\0');
    for (std::uint64_t at = 0; at < source.size() && !is_stopped_;) {
      const auto got = source.read_at(at, buffer);
      if (!got) return std::unexpected(got.error());
      if (*got == 0) break;
      take(std::string_view(buffer).substr(0, *got), at);
      at += *got;
    }
    if (is_stopped_) return unreadable_;
    if (in_record_) ++unreadable_;
    finish();
    return unreadable_;
  }

 private:
  void take(std::string_view bytes, std::uint64_t offset) {
    std::size_t begin = 0;  // of what has not been kept yet
    for (std::size_t i = 0; i < bytes.size() && !is_done_ && !is_stopped_; ++i) {
      const char c = bytes[i];
      if (in_string_) {
        if (is_escaped_) {
          is_escaped_ = false;
        } else if (c == '\\') {
          is_escaped_ = true;
        } else if (c == '"') {
          in_string_ = false;
        }
      } else if (c == '"') {
        in_string_ = true;
      } else if (c == '{' || c == '[') {
        ++depth_;
        if (in_list_ && depth_ == 3) {
          begin = i;
          begin_record(offset + i, c == '{');
        } else if (c == '[' && depth_ == 2 && !in_list_) {
          keep(bytes.substr(begin, i + 1 - begin));
          begin = i + 1;
          in_list_ = is_list_named();
        } else if (!in_list_ && depth_ > JsonIndex::kDeepest) {
          is_done_ = true;
        }
      } else if (c == '}' || c == ']') {
        if (depth_ == 0) continue;
        --depth_;
        if (in_list_ && depth_ == 2 && in_record_) {
          keep(bytes.substr(begin, i + 1 - begin));
          begin = i + 1;
          end_record(offset + i + 1);
        } else if (in_list_ && depth_ == 1) {
          in_list_ = false;
          keep(bytes.substr(i, 1));
          begin = i + 1;
          last_member_ = frame_.size();
        } else if (depth_ == 0) {
          keep(bytes.substr(begin, i + 1 - begin));
          begin = i + 1;
          is_done_ = true;
        }
      } else if (c == ',' && depth_ == 1) {
        keep(bytes.substr(begin, i - begin));
        begin = i;
        last_member_ = frame_.size();
      }
    }
    if (!is_done_ && !is_stopped_) keep(bytes.substr(std::min(begin, bytes.size())));
  }

  /// Of a record its bytes; of the frame all but what stands in the list.
  void keep(std::string_view bytes) {
    if (in_record_) {
      if (record_.size() + bytes.size() > LineReader::kLongestLine) is_too_long_ = true;
      if (!is_too_long_) record_ += bytes;
    } else if (!in_list_) {
      if (frame_.size() + bytes.size() > kLargestFrame) {
        is_done_ = true;
      } else {
        frame_ += bytes;
      }
    }
  }

  void begin_record(std::uint64_t offset, bool is_object) {
    in_record_ = true;
    is_object_ = is_object;
    is_too_long_ = false;
    record_.clear();
    record_begin_ = offset;
  }

  void end_record(std::uint64_t end) {
    in_record_ = false;
    ++number_;
    const ByteRange range{record_begin_,
                          static_cast<std::uint32_t>(std::min<std::uint64_t>(end - record_begin_, UINT32_MAX))};
    if (is_too_long_) return visitor_.unshown({range, number_});
    const std::size_t size = record_.size();
    record_.append(LineReader::kPadding, '\0');
    JsonStatus status = index_.load(std::string_view(record_).substr(0, size));
    std::string repaired;
    if (status == JsonStatus::bad_encoding) {
      repaired = repair_json(std::string_view(record_).substr(0, size));
      const std::size_t length = repaired.size();
      repaired.append(LineReader::kPadding, '\0');
      status = index_.load(std::string_view(repaired).substr(0, length));
    }
    if (status == JsonStatus::too_deep) return visitor_.unshown({range, number_});
    if (!is_object_ || status != JsonStatus::complete) {
      ++unreadable_;
    } else if (!visitor_.record({index_.root(), range, number_})) {
      is_stopped_ = true;
    }
  }

  /// Whether the frame ends in `"messages": [`, with one of the names.
  [[nodiscard]] bool is_list_named() const {
    std::string_view text = frame_;
    text.remove_suffix(std::min<std::size_t>(text.size(), 1));
    const auto skip = [&] {
      while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    };
    skip();
    if (!text.ends_with(':')) return false;
    text.remove_suffix(1);
    skip();
    return std::ranges::any_of(lists_, [&](std::string_view name) {
      return text.size() > name.size() + 2 && text.ends_with('"') && text.substr(0, text.size() - 1).ends_with(name) &&
             text[text.size() - name.size() - 2] == '"';
    });
  }

  /// What is missing at the end is put there, or else the last member is left out.
  void finish() {
    std::string frame = frame_;
    if (!is_done_ || depth_ > 0) {
      if (in_list_) {
        frame += "]}";
      } else {
        frame = frame_.substr(0, last_member_) + "}";
      }
    }
    const std::size_t size = frame.size();
    frame.append(LineReader::kPadding, '\0');
    if (index_.load(std::string_view(frame).substr(0, size)) == JsonStatus::complete) visitor_.frame(index_.root());
  }

  std::span<const std::string_view> lists_;
  const JsonListVisitor& visitor_;
  JsonIndex index_;
  std::string frame_;
  std::size_t last_member_ = 0;  // the frame's size behind the last member that is complete
  std::string record_;
  std::uint64_t record_begin_ = 0;
  std::uint64_t unreadable_ = 0;
  std::uint32_t number_ = 0;
  std::size_t depth_ = 0;
  bool in_string_ = false;
  bool is_escaped_ = false;
  bool in_list_ = false;
  bool in_record_ = false;
  bool is_object_ = false;
  bool is_too_long_ = false;
  bool is_done_ = false;
  bool is_stopped_ = false;
};

}  // namespace

Result<std::uint64_t> read_json_list(const Source& source, std::span<const std::string_view> lists,
                                     const JsonListVisitor& visitor) {
  return ListPass(lists, visitor).run(source);
}

}  // namespace panko
