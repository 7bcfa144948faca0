// How often the pages of shares are loaded. Counted in memory at once; subscribers hear of it at most once a second,
// and it is written down at most every two: a visit costs no fsync. Between visits no timer runs. A crash loses what
// was counted in the last two seconds. Lives on the loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <set>
#include <string>

#include "shares/ledger.hpp"
#include "shares/seams.hpp"

namespace panko {

class Visits {
 public:
  Visits(boost::asio::io_context& loop, Ledger& ledger, const ShareSeams& seams);

  void count(const std::string& share_id);
  /// Writes what has been counted, now. What cannot be written is tried again after the next visit.
  void write();
  /// Tells and writes what has been counted, now.
  void flush();
  /// Nothing is told or written any more.
  void close();

 private:
  void tell();
  void write_later();

  Ledger& ledger_;
  const ShareSeams& seams_;
  std::set<std::string> untold_;
  std::set<std::string> unwritten_;
  boost::asio::steady_timer telling_;
  boost::asio::steady_timer writing_;
  bool is_telling_ = false;
  bool is_writing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace panko
