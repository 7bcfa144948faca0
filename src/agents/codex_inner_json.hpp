// JSON that stood in a string of a record: an object, or just a text. It stays where it is made: views refer to it.
// Not for use by several threads at once.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/json_index.hpp"
#include "session/line_reader.hpp"

namespace panko {

class InnerJson {
 public:
  explicit InnerJson(std::string text) : text_(std::move(text)) {
    const std::size_t size = text_.size();
    if (size == 0 || text_.front() != '{') return;
    text_.append(LineReader::kPadding, '\0');
    is_object_ = index_.load(std::string_view(text_).substr(0, size)) == JsonStatus::complete;
    text_.resize(size);
  }
  ~InnerJson() = default;
  InnerJson(const InnerJson&) = delete;
  InnerJson& operator=(const InnerJson&) = delete;

  [[nodiscard]] bool is_object() const { return is_object_; }
  [[nodiscard]] JsonValue root() const { return is_object_ ? index_.root() : JsonValue(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
  JsonIndex index_;
  bool is_object_ = false;
};

}  // namespace panko
