// Where in a file a text may be: its bytes are filtered at the speed of memory, so that only records that may have the
// text need to be decoded. A place can be one in vain, but nothing that shows the text is without one.
// One a thread; reads files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "session/source.hpp"
#include "session/text_pattern.hpp"

namespace panko {

struct TextPlaces {
  FileIdentity identity;            // of the file
  bool is_everywhere = false;       // the text cannot be filtered for
  std::vector<std::uint64_t> ends;  // behind what may be it, ascending; few of those in one record

  [[nodiscard]] bool empty() const { return !is_everywhere && ends.empty(); }
  [[nodiscard]] bool may_be_in(ByteRange range) const;
};

class PlaceFinder {
 public:
  explicit PlaceFinder(const TextPattern& pattern) : scanner_(pattern) {}  // which outlives it

  [[nodiscard]] Result<TextPlaces> find(const Source& source);

  [[nodiscard]] const PatternScanner& scanner() const { return scanner_; }

 private:
  PatternScanner scanner_;
  std::string buffer_;
  std::vector<std::size_t> found_;
};

}  // namespace panko
