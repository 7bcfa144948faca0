// Text that the redactor let through. Only this room makes one, so whoever takes a Masked cannot be given anything
// else.
#pragma once

#include <string>
#include <utility>

namespace panko {

class Masked {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  friend class SessionRedactor;
  explicit Masked(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace panko
