// One run of a tunnel: from its process, or from what a program keeps for us, to the moment when nothing of it is left.
// It becomes ready or is proven to be, is watched, and ends. Coroutines own it while they work for it; it owns what it
// refers to, and touches nothing once it was let go. Lives on the daemon's loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tunnel/journal.hpp"
#include "tunnel/log_follower.hpp"
#include "tunnel/run_process.hpp"
#include "tunnel/task_group.hpp"
#include "tunnel/tunnel.hpp"

namespace panko {

class Run : public std::enable_shared_from_this<Run> {
 public:
  /// How a run ended.
  struct End {
    TunnelFailure failure{};
    std::chrono::milliseconds served{0};  // since it was ready for the first time
    bool expected = false;                // its service ends every run after some time
    bool adoption_failed = false;         // it was an earlier daemon's, and is of no use
  };
  using Setup = std::shared_ptr<const TunnelSetup>;

  /// Begins a new run. The failure: nothing of it is left.
  static std::expected<std::shared_ptr<Run>, TunnelFailure> start(boost::asio::io_context& loop, Setup setup,
                                                                  std::shared_ptr<Journal> journal);
  /// Takes over an earlier daemon's run once it is proven ours; whether it serves shows later. nullptr: it is not
  /// proven, or its files are gone.
  static std::shared_ptr<Run> adopt(boost::asio::io_context& loop, Setup setup, std::shared_ptr<Journal> journal,
                                    RunRecord record);

  /// Returns when the run is of no use any more: its process may still be there. `changed` is called on every change of
  /// is_up(), url() and problem(). nullopt: it was let go.
  static boost::asio::awaitable<std::optional<End>> live(std::shared_ptr<Run> self, std::function<void()> changed);
  /// Afterwards: ends the process, cleans up, removes its files.
  static boost::asio::awaitable<void> finish(std::shared_ptr<Run> self);
  /// It is to end, because the user wants that.
  void end();
  /// Everything stops but the process; its record leads the next daemon to it.
  void let_go();
  void check_now();

  [[nodiscard]] const std::string& id() const { return record_.run_id; }
  [[nodiscard]] bool is_up() const { return up_since_.has_value(); }  // it was ready once
  [[nodiscard]] const std::string& url() const { return record_.url; }
  [[nodiscard]] const std::string& problem() const;  // why it does not serve now; empty: it does
  [[nodiscard]] pid_t pid() const;                   // 0: no process now

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Self = std::shared_ptr<Run>;
  using Task = boost::asio::awaitable<void>;

  Run(boost::asio::io_context& loop, Setup setup, std::shared_ptr<Journal> journal, RunRecord record);

  // run_start.cpp
  [[nodiscard]] RunContext context() const;
  void take(Plan& plan);
  Result<void> launch(const Plan& plan);
  Result<void> open_log(int flags);
  Result<void> save();

  // run.cpp
  static Task follow(Self self);
  static Task watch_process(Self self);
  static Task keep_deadline(Self self);
  static boost::asio::awaitable<bool> terminate(Self self);
  static boost::asio::awaitable<bool> clean_up(Self self);
  boost::asio::awaitable<void> wait_for_end(std::chrono::milliseconds time);
  void spawn(TaskGroup& group, Task task);
  void read(std::string_view raw);
  void on_event(LogEvent event);
  void heed();
  void found(std::string url);
  void went_up(std::string url, std::string problem);
  void use_url(std::string url);
  void set_problem(std::string& which, std::string problem);
  void give_up(TunnelFailure failure);
  void look();
  void tell();
  void report(std::string_view words, std::string_view detail = {});
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] End outcome();
  [[nodiscard]] TunnelFailure silence() const;
  [[nodiscard]] std::string last_words() const;

  // run_health.cpp
  static Task care(Self self);
  static boost::asio::awaitable<bool> prove(Self self);
  static boost::asio::awaitable<bool> become_ready(Self self);
  static Task stay_healthy(Self self);
  static Task watch_public(Self self);
  static boost::asio::awaitable<Probe> ask(Self self, std::chrono::milliseconds time);
  static Task rest(Self self, std::chrono::milliseconds time);
  [[nodiscard]] std::chrono::milliseconds pace(Time since) const;
  [[nodiscard]] std::string describe(const Probe& probe) const;

  boost::asio::io_context& loop_;
  Setup setup_;
  const Provider& provider_;
  const TunnelTimes& times_;
  std::shared_ptr<Journal> journal_;
  std::string program_;  // as messages name it
  RunRecord record_;
  Plan::ReadyBy ready_by_{};
  std::function<std::optional<LogEvent>(std::string_view line)> read_line_;
  std::vector<std::string> secrets_;
  bool adopted_ = false;

  std::unique_ptr<RunProcess> process_;  // none: the run has no process
  std::unique_ptr<LogFollower> log_;
  std::optional<int> wait_status_;
  std::function<void()> changed_;
  TaskGroup health_;
  TaskGroup basics_;                 // what goes on until the process is gone
  boost::asio::steady_timer wake_;   // never expires; cancelled when live() or finish() has something to look at
  boost::asio::steady_timer pause_;  // between two looks at its health
  boost::asio::steady_timer public_pause_;

  std::string new_url_;  // of its log, not heeded yet
  std::string new_control_;
  Time next_heed_{};
  boost::asio::steady_timer heed_timer_;
  std::string found_url_;    // while it comes up
  std::string start_words_;  // of its probe meanwhile
  bool connected_ = false;
  bool log_read_ = false;  // all that was there at first
  std::optional<Time> up_since_;
  std::string agent_problem_;
  std::string public_problem_;
  std::optional<TunnelFailure> hint_;  // what its log says of its end
  Time hint_time_{};
  std::optional<TunnelFailure> given_up_;
  bool adoption_failed_ = false;
  bool wanted_ = true;  // nobody called end()
  bool let_go_ = false;
  bool look_now_ = false;  // pause_ is not to begin
  std::array<std::string, 4> last_lines_;
  std::size_t line_count_ = 0;
};

}  // namespace panko
