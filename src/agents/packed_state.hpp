// DigestProgress::state as bytes: what an agent keeps to go on with a digest later. Writer and reader take the same
// values in the same order, so that a class names its members once (`keep`). What is read back may be damaged: then
// nothing of it counts.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session/digest.hpp"

namespace panko {

class StateWriter {
 public:
  template <class... Values>
  void operator()(Values&... values) {
    (put(values), ...);
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  void put(std::integral auto value) { put_number(static_cast<std::uint64_t>(value)); }
  void put(const std::string& text) {
    put_number(text.size());
    bytes_ += text;
  }
  void put(Usage& usage) {
    (*this)(usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens);
  }
  void put(ToolCount& count) { (*this)(count.name, count.calls); }
  template <class Value>
    requires requires(Value& value, StateWriter& writer) { value.keep(writer); }
  void put(Value& value) {
    value.keep(*this);
  }
  template <class Value>
  void put(std::vector<Value>& values) {
    put_number(values.size());
    for (Value& value : values) put(value);
  }
  template <class Value>
  void put(boost::unordered_flat_map<std::uint64_t, Value>& values) {
    put_number(values.size());
    for (auto& [key, value] : values) {
      put_hash(key);
      put(value);
    }
  }
  void put(const boost::unordered_flat_set<std::uint64_t>& values) {
    put_number(values.size());
    for (const std::uint64_t value : values) put_hash(value);
  }

  void put_number(std::uint64_t value) {  // seven bits a byte
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void put_hash(std::uint64_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }

  std::string bytes_;
};

class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : rest_(bytes) {}

  template <class... Values>
  void operator()(Values&... values) {
    (get(values), ...);
  }
  /// Everything was there, and nothing is left.
  [[nodiscard]] bool is_whole() const { return is_good_ && rest_.empty(); }

 private:
  template <std::integral Value>
  void get(Value& value) {
    value = static_cast<Value>(get_number());
  }
  void get(std::string& text) { text = take(get_number()); }
  void get(Usage& usage) {
    (*this)(usage.input_tokens, usage.output_tokens, usage.cache_read_tokens, usage.cache_write_tokens);
  }
  void get(ToolCount& count) { (*this)(count.name, count.calls); }
  template <class Value>
    requires requires(Value& value, StateReader& reader) { value.keep(reader); }
  void get(Value& value) {
    value.keep(*this);
  }
  template <class Value>
  void get(std::vector<Value>& values) {
    for (std::uint64_t count = get_number(); is_good_ && count > 0; --count) get(values.emplace_back());
  }
  template <class Value>
  void get(boost::unordered_flat_map<std::uint64_t, Value>& values) {
    const std::uint64_t count = get_count();
    values.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; is_good_ && i < count; ++i) get(values[get_hash()]);
  }
  void get(boost::unordered_flat_set<std::uint64_t>& values) {
    const std::uint64_t count = get_count();
    values.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; is_good_ && i < count; ++i) values.insert(get_hash());
  }

  std::string_view take(std::uint64_t length) {
    if (length > rest_.size()) is_good_ = false;
    if (!is_good_) return {};
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(length));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint64_t get_number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::string_view byte = take(1);
      if (byte.empty()) return 0;
      value |= static_cast<std::uint64_t>(byte.front() & 0x7f) << shift;
      if ((byte.front() & 0x80) == 0) return value;
    }
    is_good_ = false;
    return 0;
  }
  /// Of values of at least a hash each.
  std::uint64_t get_count() {
    const std::uint64_t count = get_number();
    if (count > rest_.size() / sizeof(std::uint64_t)) is_good_ = false;
    return is_good_ ? count : 0;
  }
  std::uint64_t get_hash() {
    std::uint64_t value = 0;
    const std::string_view bytes = take(sizeof value);
    if (bytes.size() == sizeof value) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }

  std::string_view rest_;
  bool is_good_ = true;
};

}  // namespace panko
