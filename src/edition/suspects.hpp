// Which records of a session hold credentials by what they are: calls such as `env` or `cat .env`, and their results
// (redact/origin.hpp). Found in the outline of the original, and found on as it grows.
// For one thread at a time; reads files.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "agents/transcript.hpp"
#include "base/json_index.hpp"
#include "base/result.hpp"
#include "edition/deadline.hpp"
#include "edition/side_files.hpp"

namespace panko {

class Suspects {
 public:
  /// Looks at what the transcript has more than the last time. `opened` is told what the results are that it opens.
  [[nodiscard]] Result<void> update(const Transcript& original, OpenedFiles& opened, const Deadline& deadline);

  /// Of a record of that file, `object` being what is in it: its own, or that of a call which it names. Two logs of one
  /// session tell a result twice.
  [[nodiscard]] OriginPtr of(const FileKey& file, ByteRange record, const JsonValue& object) const;

 private:
  struct Call {
    FileKey file;
    std::uint64_t offset = 0;
    std::uint16_t part = 0;
    bool operator==(const Call&) const = default;
    friend std::size_t hash_value(const Call& call) {
      return static_cast<std::size_t>((call.offset * 31 + call.part) ^ (call.file.second << 40));
    }
  };
  struct Seen {
    ByteRange result;
    OriginPtr origin;
  };
  using Records = std::map<std::uint64_t, OriginPtr>;  // by offset of the record, or in it

  struct Looking {
    const Transcript& original;
    OpenedFiles& opened;
    const Deadline& deadline;
  };
  Result<void> look(const Looking& at, const Outline& outline, const Source& source,
                    const std::vector<OutlineBlock>& blocks);
  Result<void> look_at_command(const Looking& at, const Source& source, const OutlineBlock& block, OriginPtr& of_user);
  [[nodiscard]] OriginPtr named_in(const JsonValue& value, int depth) const;
  Result<OriginPtr> origin_of(const Transcript& original, const Source& source, const OutlineBlock& block);

  boost::unordered_flat_map<Call, Seen, boost::hash<Call>> seen_;
  std::map<FileKey, Records> records_;
  std::map<std::string, OriginPtr, std::less<>> ids_;  // of calls, as JSON spells them
};

}  // namespace panko
