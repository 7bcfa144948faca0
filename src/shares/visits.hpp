// Who looks at shares. Loads of a page are counted, and views: a person who looks, as the page's script says, or who
// pressed "Open" where views are limited. Counted in memory at once; subscribers hear of it at most once a second, and
// it is written down at most every two: a visit costs no fsync, but for a view of a limited number. Between visits no
// timer runs. A crash loses what was counted in the last two seconds. Lives on the loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "shares/ledger.hpp"
#include "shares/seams.hpp"

namespace panko {

class Visits {
 public:
  Visits(boost::asio::io_context& loop, Ledger& ledger, const ShareSeams& seams);

  /// Its page was given out, or the form in front of it.
  void loaded(const std::string& share_id);
  /// A person looks at it.
  void viewed(const std::string& share_id);
  /// Whether a view is left of a limited number.
  [[nodiscard]] bool may_open(const std::string& share_id);
  /// Spends one, which is written down when it returns true. False: none is left, or it cannot be written.
  [[nodiscard]] bool opened(const std::string& share_id);
  /// So many have it open now.
  void look_now(const std::string& share_id, std::size_t viewers);
  /// Writes what has been counted, now. What cannot be written is tried again after the next visit.
  void write();
  /// Tells and writes what has been counted, now.
  void flush();
  /// Nothing is told or written any more.
  void close();

 private:
  void has_changed(const std::string& share_id);
  void tell_soon(const std::string& share_id);
  void tell();
  void write_later();

  Ledger& ledger_;
  const ShareSeams& seams_;
  std::map<std::string, std::size_t> opened_;  // views of a limited number that no script has told of yet
  std::set<std::string> untold_;
  std::set<std::string> unwritten_;
  boost::asio::steady_timer telling_;
  boost::asio::steady_timer writing_;
  bool is_telling_ = false;
  bool is_writing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace panko
