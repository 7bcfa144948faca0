// One HTTP listener that serves mounts and nothing else: no list, no index, no control. Visitors are strangers,
// wherever they seem to come from. Lives on the daemon's loop; pages are made on the worker pool. Throws Failure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edition/audience.hpp"
#include "edition/edition.hpp"
#include "edition/masked_session.hpp"
#include "http/gate.hpp"
#include "http/handover.hpp"
#include "http/live_stream.hpp"

namespace panko {

struct HttpLimits {
  std::size_t header_bytes = 8192;
  std::size_t header_fields = 100;
  std::chrono::milliseconds header_time{5000};
  std::chrono::milliseconds idle_time{15000};
  std::chrono::milliseconds stalled_write_time{20000};
  std::size_t connections = 256;
  std::size_t streams = 200;  // of them: pages that follow their sessions
  std::size_t files = 16;     // of them: large downloads under way
  std::size_t renderings = 8;
  std::size_t searches = 1;
  std::size_t passes = 1;                  // over whole sessions, each of which takes a worker for seconds
  std::size_t exports = 1;                 // likewise
  std::size_t unsent_bytes = 128UL << 20;  // of large answers in memory, for all connections together
  LiveTimes live{};
  std::chrono::milliseconds keep_time{3000};       // what a visit left in memory goes after this long without another
  std::uint64_t masked_bytes = 512UL << 20;        // of masked copies that are kept, for all mounts together
  std::chrono::milliseconds masked_time{600'000};  // they go after this long without a visit
  std::chrono::milliseconds viewer_time{75'000};   // who says nothing for so long does not look any more
};

/// What a mount publishes.
struct MountedSession {
  std::filesystem::path path;
  std::optional<Snapshot> snapshot;  // nullopt: the session as it is, and its open pages follow it
  PageContext context;
  /// Called on the loop when the session cannot be read (the sentence says why), and with nullopt when it can again.
  std::function<void(std::optional<Error>)> on_health;
  /// Called on the loop for each request that found the mount.
  std::function<void()> on_request;
  /// Called on the loop each time the page itself is given out: a GET without ?from=, answered 200.
  std::function<void()> on_page_load{};
  /// Without a snapshot: another session in the file is never shown. Empty: whatever it is (a view).
  std::string session_id{};
  /// What visitors see of it. With redaction, nothing is answered before the session pass is done, and a pass that
  /// fails answers nothing.
  Audience audience{};
  std::shared_ptr<MaskedSession> masked{};  // a pass that was made already, with this audience; nullptr: none
  /// Called on the loop after each pass that found other counts than the one before.
  std::function<void(MaskedCounts)> on_masked{};
  std::optional<Gate> gate{};  // nullopt: whoever has the link is let in
  /// Called on the loop when somebody was let in by pressing "Open", before the page is given out: the view is
  /// written down when it returns true; false: there is none left.
  std::function<bool()> on_open{};
  /// Called on the loop: whether on_open would return true. Empty: until it has returned false.
  std::function<bool()> can_open{};
  /// Called on the loop when a person looks: the page's script says so, which crawlers and previews never run. Once for
  /// each load of the page.
  std::function<void()> on_view{};
  /// Called on the loop when the number of those who have the page open has changed.
  std::function<void(std::size_t)> on_viewers{};
  bool may_download = false;  // `download`: the session as files
};

class HttpServer {
 public:
  HttpServer(boost::asio::io_context& loop, boost::asio::thread_pool& workers, HttpLimits limits = {});
  ~HttpServer();

  /// Binds and serves. False when the port is taken; throws on anything else. The socket is close-on-exec.
  bool listen(const std::string& address, std::uint16_t port);
  /// Serves at a Unix socket too, which close() removes. For a tunnel: the names of accept_hosts() are what counts.
  void listen_unix(const std::filesystem::path& path);
  [[nodiscard]] std::uint16_t port() const;

  /// Host names (without port) accepted beside 127.0.0.1, localhost and the bound address; all else is answered 421.
  void accept_hosts(std::vector<std::string> hosts);

  /// Serves the session at /s/TOKEN/, in the place of one that is there.
  void mount(const std::string& token, MountedSession session);
  /// Makes the session pass now, so that the first visitor need not wait for it: on_masked and on_health tell.
  void prepare(const std::string& token);
  /// Looks at the session's file again, now: on_health tells the result. For whoever watches the file.
  void check(const std::string& token);
  /// From now on 410 Gone; responses under way are cut.
  void end(const std::string& token);
  /// The same for a share that ended before this daemon started: only the token's hash is kept.
  void add_ended(const Sha256& token_hash);

  /// GET /s/TOKEN/ gets this text, for whoever wants to know whether a public URL leads here. One at a time.
  void answer_nonce(const std::string& token, const std::string& answer);

  /// How many requests are being answered.
  [[nodiscard]] std::size_t busy() const;
  /// Gives listener and connections away, within a few turns of the loop; nothing is served any more. The kernel keeps
  /// what arrives meanwhile. A request whose answer has begun is cut, so wait until none is busy() if you can.
  boost::asio::awaitable<HandedListener> hand_over();
  /// In the place of listen(): goes on where another server stopped.
  void take_over(HandedListener listener);

  /// Stops listening and cuts every connection.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace panko
