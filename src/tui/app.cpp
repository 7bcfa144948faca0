#include "tui/app.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "catalog/library.hpp"
#include "client/daemon_link.hpp"
#include "config/config.hpp"
#include "tui/color_depth.hpp"
#include "tui/inbox.hpp"
#include "tui/input_decoder.hpp"
#include "tui/jobs.hpp"
#include "tui/performer.hpp"
#include "tui/preferences.hpp"
#include "tui/screen_writer.hpp"
#include "tui/sharing_update.hpp"
#include "tui/terminal.hpp"
#include "tui/terminal_signals.hpp"
#include "tui/update.hpp"
#include "tui/view.hpp"

namespace panko::tui {

using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

/// Quitting is at once. A share that is being started goes on in the daemon; a file that is being written gets a
/// moment.
constexpr auto kLastJobs = 200ms;
/// However soon something is to change: never a loop without a pause.
constexpr std::chrono::milliseconds kShortestWait = 10ms;
constexpr std::chrono::milliseconds kLongestWait = 1h;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

ColorDepth depth_here() {
  return color_depth(variable("COLORTERM"), variable("TERM"), variable("NO_COLOR"));
}

class App {
 public:
  explicit App(const Places& places)
      : places_(places),
        model_(initial_model(load_indexed_sessions(places), load_preferences(places), 80, 24, wall_now())),
        writer_(depth_here()),
        performer_(places, inbox_),
        jobs_([this](const Effect& effect) { performer_.perform(effect); }) {}

  /// The signal that ends the program, if one does.
  std::optional<int> run() {
    terminal_ = std::make_unique<Terminal>(signals_);
    model_.home = variable("HOME");
    // A damaged configuration is told by the daemon, which does not start with it.
    if (const auto config = load_config(places_.config_file)) configure(model_.sharing, *config);
    handle(terminal_->size());
    show();
    // Nothing before this has read a session or asked the daemon: the first frame is there.
    library_ = std::make_unique<Library>(places_, model_.browser.sessions,
                                         [this](LibraryUpdate update) { inbox_.post(std::move(update)); });
    link_ = std::make_unique<DaemonLink>(places_, [this](LinkEvent event) {
      std::visit([this](auto& value) { inbox_.post(std::move(value)); }, event);
    });
    while (!done_ && !ending_signal_) {
      wait();
      take_signals();
      take_time();
      take_input();
      take_inbox();
      if (changed_ && !done_ && !ending_signal_) show();
      if (terminal_->is_gone()) ending_signal_ = SIGHUP;
    }
    terminal_.reset();
    return ending_signal_;
  }

  /// False: a job still runs, and this may not be destroyed.
  [[nodiscard]] bool finish() {
    link_.reset();
    library_.reset();
    return jobs_.finish(kLastJobs);
  }

 private:
  void show() {
    terminal_->write(writer_.frame(draw(model_)));
    changed_ = false;
  }

  void wait() {
    std::array<pollfd, 3> fds{{{.fd = terminal_->fd(), .events = POLLIN, .revents = 0},
                               {.fd = inbox_.fd(), .events = POLLIN, .revents = 0},
                               {.fd = signals_.fd(), .events = POLLIN, .revents = 0}}};
    std::optional<std::chrono::milliseconds> most;
    if (const auto change = next_change(model_))
      most = std::clamp<std::chrono::milliseconds>(*change - wall_now(), kShortestWait, kLongestWait);
    if (patient_until_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*patient_until_ - Clock::now());
      most = std::clamp(left, 0ms, most.value_or(kLongestWait));
    }
    ::poll(fds.data(), fds.size(), most ? static_cast<int>(most->count()) : -1);
    input_waits_ = fds[0].revents != 0;
  }

  void take_time() {
    if (patient_until_ && !input_waits_ && Clock::now() >= *patient_until_) {
      patient_until_.reset();
      take(decoder_.give_up());
    }
    if (const auto change = next_change(model_); change && *change <= wall_now()) handle(Tick{});
  }

  void take_input() {
    if (!input_waits_) return;
    take(decoder_.feed(terminal_->read()));
    patient_until_.reset();
    if (const auto patience = decoder_.patience()) patient_until_ = Clock::now() + *patience;
  }

  /// What was typed behind `q` or Ctrl+Z is for the shell: lost, as it was read already, but not taken for keys.
  void take(std::vector<Input> inputs) {
    has_screen_ = true;
    for (Input& input : inputs) {
      handle(std::move(input));
      if (done_ || !has_screen_) return;
    }
  }

  void take_inbox() {
    auto content = inbox_.take();
    for (Event& event : content.events) handle(std::move(event));
    if (!content.for_terminal.empty()) terminal_->write(content.for_terminal);
  }

  void take_signals() {
    while (const auto signal = signals_.next()) {
      if (TerminalSignals::is_ending(*signal)) {
        ending_signal_ = signal;
        return;
      }
      if (*signal == SIGTSTP) suspend();
      if (*signal == SIGCONT) terminal_->take_again();
      writer_.forget();
      handle(terminal_->size());
    }
  }

  void suspend() {
    terminal_->suspend();
    has_screen_ = false;
    writer_.forget();
    handle(terminal_->size());
  }

  void handle(Event event) {
    changed_ = true;
    for (Effect& effect : update(model_, std::move(event), wall_now())) perform(std::move(effect));
  }

  void perform(Effect effect) {
    if (std::holds_alternative<Quit>(effect)) {
      done_ = true;
    } else if (std::holds_alternative<Suspend>(effect)) {
      suspend();
    } else if (std::holds_alternative<Rescan>(effect)) {
      library_->rescan();
    } else if (std::holds_alternative<ReconnectDaemon>(effect)) {
      link_->reconnect();
    } else {
      if (const auto* save = std::get_if<SavePreferences>(&effect)) performer_.remember(save->preferences);
      jobs_.run(std::move(effect));
    }
  }

  Places places_;
  TerminalSignals signals_;  // before any thread
  Inbox inbox_;
  Model model_;
  ScreenWriter writer_;
  InputDecoder decoder_;
  std::unique_ptr<Terminal> terminal_;
  Performer performer_;
  Jobs jobs_;
  std::unique_ptr<Library> library_;
  std::unique_ptr<DaemonLink> link_;
  std::optional<Clock::time_point> patient_until_;  // with what the decoder holds
  bool input_waits_ = false;
  bool changed_ = true;
  bool done_ = false;
  bool has_screen_ = true;  // all the time since input was taken last
  std::optional<int> ending_signal_;
};

}  // namespace

int run_tui(const Places& places) {
  auto app = std::make_unique<App>(places);
  const auto signal = app->run();
  const bool is_finished = app->finish();
  if (signal) TerminalSignals::end_by(*signal);
  if (!is_finished) ::_exit(EXIT_SUCCESS);  // what waits for the daemon is not waited for
  return EXIT_SUCCESS;
}

}  // namespace panko::tui
