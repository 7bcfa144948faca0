// A finished HTTP answer: made once (on the worker pool when it is a page), then sent by any number of connections.
// Immutable; what is the same in every answer (safety.md, "The web") is put in here and nowhere else.
#pragma once

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace panko {

/// Bytes of its own, or such as live as long as the program.
using Body = std::variant<std::string, std::string_view>;

struct Answer {
  std::string head;  // status line and fields; Date, Connection and the empty line come when it is sent
  Body content;

  [[nodiscard]] std::string_view body() const {
    return std::visit([](const auto& bytes) -> std::string_view { return bytes; }, content);
  }
  /// What it takes in memory, about.
  [[nodiscard]] std::size_t weight() const {
    return head.size() + (std::holds_alternative<std::string>(content) ? body().size() : 0);
  }
};
using AnswerPtr = std::shared_ptr<const Answer>;

struct AnswerKind {
  unsigned status = 200;
  std::string_view content_type = "text/html; charset=utf-8";
  bool immutable = false;  // a browser may keep it for ever; else nobody may keep it at all
};

/// Text over 1 KiB is compressed when the client takes that. `extra_fields` are whole lines with their CRLF.
[[nodiscard]] AnswerPtr make_answer(const AnswerKind& kind, Body body, bool takes_gzip,
                                    std::string_view extra_fields = {});

/// An error page that says nothing of any session.
[[nodiscard]] AnswerPtr make_message(unsigned status, std::string_view title, std::string_view text,
                                     std::string_view extra_fields = {});

/// For a file that a browser saves under this name (plain ASCII); its `size` bytes come behind.
[[nodiscard]] AnswerPtr make_file_head(std::string_view content_type, std::string_view name, std::uint64_t size);

/// For lines of JSON that go on for as long as the client likes. Neither compressed nor, where a proxy heeds it, held
/// back.
[[nodiscard]] AnswerPtr make_stream_head(bool in_chunks);

/// The Date field, formatted at most once a second.
class DateField {
 public:
  [[nodiscard]] std::string_view line();  // with its CRLF

 private:
  std::time_t second_ = 0;
  std::string line_;
};

}  // namespace panko
