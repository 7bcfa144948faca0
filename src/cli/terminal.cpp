#include "cli/terminal.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/json.hpp"

namespace panko::cli {

bool input_is_terminal() {
  return ::isatty(STDIN_FILENO) == 1;
}

bool output_is_terminal() {
  return ::isatty(STDOUT_FILENO) == 1;
}

bool can_ask() {
  return input_is_terminal() && ::isatty(STDERR_FILENO) == 1;
}

bool can_draw() {
  const char* term = std::getenv("TERM");
  return input_is_terminal() && output_is_terminal() && term != nullptr && *term != '\0' &&
         std::string_view(term) != "dumb";
}

std::size_t terminal_columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void print_line(std::string_view text) {
  print(text);
  print("\n");
}

void note(std::string_view sentence) {
  // What was printed so far comes first where both go to one terminal.
  std::fflush(stdout);
  std::fwrite(sentence.data(), 1, sentence.size(), stderr);
  std::fputc('\n', stderr);
}

void complain(std::string_view sentence) {
  note("panko: " + clean_for_terminal(sentence));
}

std::string shown(std::string_view foreign) {
  return clean_line_for_terminal(foreign);
}

std::string styled(Style style, std::string_view text) {
  static const bool colours = [] {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return output_is_terminal() && (no_color == nullptr || *no_color == '\0') && term != nullptr &&
           std::string_view(term) != "dumb";
  }();
  if (!colours || style == Style::plain || text.empty()) return std::string(text);
  const std::string_view code = style == Style::bold     ? "1"
                                : style == Style::dim    ? "2"
                                : style == Style::green  ? "32"
                                : style == Style::yellow ? "33"
                                                         : "31";
  return "\x1b[" + std::string(code) + 'm' + std::string(text) + "\x1b[0m";
}

std::optional<std::string> ask(std::string_view question) {
  // Ctrl+C ends the question, not the program: what was begun is left in order, and the exit status tells. It is let in
  // only while ppoll() waits: between the question and a read() that waits it would be lost.
  struct sigaction interrupt{};
  struct sigaction before{};
  interrupt.sa_handler = [](int) {};
  sigset_t only_interrupt;
  sigset_t mask_before;
  ::sigemptyset(&only_interrupt);
  ::sigaddset(&only_interrupt, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &only_interrupt, &mask_before);
  ::sigaction(SIGINT, &interrupt, &before);
  sigset_t while_waiting = mask_before;
  ::sigdelset(&while_waiting, SIGINT);
  std::fflush(stdout);
  std::fwrite(question.data(), 1, question.size(), stderr);
  std::optional<std::string> answer = std::string{};
  for (char c = 0;;) {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::ppoll(&input, 1, nullptr, &while_waiting) <= 0 || ::read(STDIN_FILENO, &c, 1) <= 0) {
      answer.reset();
      std::fputc('\n', stderr);
      break;
    }
    if (c == '\n') break;
    *answer += c;
  }
  ::sigaction(SIGINT, &before, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &mask_before, nullptr);
  return answer;
}

std::optional<std::string> ask_hidden(std::string_view question) {
  termios before{};
  const bool is_terminal = ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (is_terminal) {
    termios hidden = before;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    hidden.c_lflag |= ECHONL;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  auto answer = ask(question);
  if (is_terminal) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  return answer;
}

std::vector<std::string> input_lines(std::size_t limit) {
  constexpr std::size_t kLongest = 64 << 10;
  std::vector<std::string> lines;
  std::string line;
  const auto take = [&] {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
    line.clear();
  };
  for (int c = 0; lines.size() < limit && (c = std::fgetc(stdin)) != EOF;) {
    if (c == '\n') {
      take();
      continue;
    }
    line += static_cast<char>(c);
    if (line.size() > kLongest) throw Failure("A line on standard input is longer than 64 KiB.");
  }
  if (!line.empty() && lines.size() < limit) take();
  return lines;
}

bool TextOutput::print_clean(std::string_view text) const {
  print(is_json_ ? json_for_terminal(text) : clean_for_terminal(text));
  return std::ferror(stdout) == 0;
}

bool TextOutput::write(std::string_view chunk) {
  held_ += chunk;
  // Only whole characters can be judged; and CR waits for the LF that may follow.
  std::size_t ready = held_.size();
  for (int back = 0; back < 3 && ready > 0 && (static_cast<unsigned char>(held_[ready - 1]) & 0xC0) == 0x80; ++back)
    --ready;
  if (ready > 0 && (static_cast<unsigned char>(held_[ready - 1]) >= 0xC0 || held_[ready - 1] == '\r')) --ready;
  const bool written = print_clean(std::string_view(held_).substr(0, ready));
  held_.erase(0, ready);
  return written;
}

bool TextOutput::finish() {
  const bool written = print_clean(held_);
  held_.clear();
  return written;
}

}  // namespace panko::cli
