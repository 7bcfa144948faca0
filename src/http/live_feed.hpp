// The open pages of one mount, and what changed lately: each page gets every change once, in order, also one that was
// away for a moment. Lives on the loop, in its mount.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/live_stream.hpp"

namespace panko {

class LiveFeed {
 public:
  static constexpr std::size_t kMaxLog = std::size_t{1} << 20;
  static constexpr std::size_t kMaxMissed = LiveStream::kMaxQueued / 2;  // more than this is asked for afresh

  /// A page that shows `version`, and that its stream counts already. All pages of a mount have the same token.
  void add(const std::shared_ptr<LiveStream>& stream, const std::string& token, std::string version);
  /// Those whose stream is gone are forgotten.
  [[nodiscard]] bool has_pages();

  /// The session is at `version` now. `change`: members of the line that lead there from version `from`; empty: nobody
  /// can say.
  void publish(const std::string& version, std::string_view from, std::string_view change);
  /// Nothing can be said for now; an empty sentence: it can again, and publish() was called.
  void tell_problem(std::string_view sentence);
  /// The last line of each page; an empty reason: they only ask again.
  void end(std::string_view reason);
  /// A page that comes when there is nothing to follow.
  static void refuse(LiveStream& stream, std::string_view token, std::string_view reason);

 private:
  struct Page {
    std::weak_ptr<LiveStream> stream;
    std::string version;  // that it shows, until it is current
    bool is_current = false;
  };
  struct Change {
    std::string from;
    LiveStream::Line line;
  };

  [[nodiscard]] LiveStream::Line line(std::string_view members) const;
  void send(LiveStream& stream, const LiveStream::Line& line);
  void bring_up(Page& page, LiveStream& stream);

  std::string token_;
  std::string version_;  // empty: not known yet
  std::string problem_;
  std::deque<Change> log_;  // each leads to where the next begins, the last one to version_
  std::size_t log_bytes_ = 0;
  std::vector<Page> pages_;
};

}  // namespace panko
