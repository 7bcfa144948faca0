#include "tunnel/line_splitter.hpp"

namespace panko {

void LineSplitter::emit(const Sink& sink) {
  if (line_.ends_with('\r')) line_.pop_back();
  if (!dropping_ && !line_.empty()) sink(line_);
  line_.clear();
  dropping_ = false;
}

void LineSplitter::feed(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto piece = bytes.substr(0, end);
    if (line_.size() + piece.size() > kLongest) {
      dropping_ = true;
      line_.clear();
    }
    if (!dropping_) line_ += piece;
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    emit(sink);
  }
}

void LineSplitter::finish(const Sink& sink) {
  emit(sink);
}

void LineSplitter::skip() {
  line_.clear();
  dropping_ = true;
}

}  // namespace panko
