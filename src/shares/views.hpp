// The owner's own looks at sessions: each an original edition on a loopback listener of its own that no tunnel is ever
// pointed at, until it is closed or nobody has asked it for anything for a while. Lives on the loop. Throws Failure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "shares/handover.hpp"
#include "shares/seams.hpp"
#include "shares/share_service.hpp"

namespace panko {

class Views {
 public:
  Views(boost::asio::io_context& loop, boost::asio::thread_pool& workers, const ShareSeams& seams);
  ~Views();
  Views(const Views&) = delete;
  Views& operator=(const Views&) = delete;

  /// At the port that was asked for, or else at any. `ended` is called once nobody has asked it for anything for a
  /// while, and only then.
  boost::asio::awaitable<View> open(std::filesystem::path session, std::optional<std::uint16_t> port,
                                    std::function<void()> ended = {});
  /// One of another daemon in this process, which goes on where it was.
  void take_over(HandedView view);
  /// Who is told of the end of such a one, as with open().
  void hold(const std::string& id, std::function<void()> ended);
  /// All of them. Nothing is served any more.
  boost::asio::awaitable<std::vector<HandedView>> hand_over();
  /// How many requests are being answered.
  [[nodiscard]] std::size_t busy() const;

  void close(const std::string& id);
  void close_all();
  [[nodiscard]] std::size_t count() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace panko
