// Invents a text of a shape: "ghp_[A-Za-z0-9]{36}", "{uuid}". The same seed makes the same text, so that what a test
// says can be read again; no text of it stands in the source, where others' scanners would find it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace panko::test {

class Inventor {
 public:
  explicit Inventor(std::uint64_t seed) : state_(seed * 2654435761U + 88172645463325252U) {}

  std::uint64_t next(std::uint64_t below) {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return state_ % below;
  }

  std::string from(std::string_view alphabet, std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i) text += alphabet[next(alphabet.size())];
    return text;
  }

  std::string shaped(std::string_view shape) {
    std::string text;
    for (std::size_t at = 0; at < shape.size();) {
      if (shape.substr(at).starts_with("{uuid}")) {
        for (const std::size_t part : {8, 4, 4, 4, 12})
          text += (text.empty() || part == 8 ? "" : "-") + from(kHex, part);
        at += 6;
      } else if (shape[at] == '[') {
        const std::size_t end = shape.find(']', at);
        const std::string alphabet = characters(shape.substr(at + 1, end - at - 1));
        std::size_t count = 1;
        at = end + 1;
        if (at < shape.size() && shape[at] == '{') {
          count = std::stoul(std::string(shape.substr(at + 1)));
          at = shape.find('}', at) + 1;
        }
        text += from(alphabet, count);
      } else if (shape[at] == '{') {  // ={0,3}: none of it
        at = shape.find('}', at) + 1;
        text.pop_back();
      } else {
        text += shape[at++];
      }
    }
    return text;
  }

 private:
  static constexpr std::string_view kHex = "0123456789abcdef";

  /// Of a class, letters and digits first: where there is a choice, the signs are left out.
  static std::string characters(std::string_view range) {
    std::string all;
    for (std::size_t i = 0; i < range.size(); ++i) {
      if (i + 2 < range.size() && range[i + 1] == '-') {
        for (char c = range[i]; c <= range[i + 2]; ++c) all += c;
        i += 2;
      } else if (all.empty()) {
        all += range[i];
      }
    }
    return all;
  }

  std::uint64_t state_;
};

}  // namespace panko::test
