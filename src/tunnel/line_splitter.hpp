// Cuts a stream that arrives in pieces into lines. Holds at most kLongest bytes, whatever arrives: a longer line is
// left out.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace panko {

class LineSplitter {
 public:
  static constexpr std::size_t kLongest = 64 << 10;
  using Sink = std::function<void(std::string_view line)>;

  /// Calls `sink` for each line that is complete now, without its end ("\n" or "\r\n").
  void feed(std::string_view bytes, const Sink& sink);
  /// The stream is over: what is left counts as a line.
  void finish(const Sink& sink);
  /// Bytes were left out before what is fed next: it starts somewhere in a line, which is left out.
  void skip();

 private:
  void emit(const Sink& sink);

  std::string line_;
  bool dropping_ = false;
};

}  // namespace panko
