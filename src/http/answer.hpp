// A finished HTTP answer: made once (on the worker pool when it is a page), then sent by any number of connections.
// Immutable; what is the same in every answer (safety.md, "The web") is put in here and nowhere else.
#pragma once

#include <ctime>
#include <memory>
#include <string>
#include <string_view>

namespace panko {

struct Answer {
  std::string head;  // status line and fields; Date, Connection and the empty line come when it is sent
  std::string own_body;
  std::string_view fixed_body;  // instead of own_body: bytes that live as long as the program

  [[nodiscard]] std::string_view body() const { return own_body.empty() ? fixed_body : own_body; }
};
using AnswerPtr = std::shared_ptr<const Answer>;

/// What goes into an answer.
struct Content {
  unsigned status = 200;
  std::string_view content_type = "text/html; charset=utf-8";
  std::string body = {};
  std::string_view fixed_body = {};
  bool immutable = false;              // a browser may keep it for ever; else nobody may keep it at all
  std::string_view extra_fields = {};  // whole lines with their CRLF
};

/// Text over 1 KiB is compressed when the client takes that.
[[nodiscard]] AnswerPtr make_answer(Content content, bool takes_gzip);

/// An error page that says nothing of any session.
[[nodiscard]] AnswerPtr make_message(unsigned status, std::string_view title, std::string_view text,
                                     std::string_view extra_fields = {});

/// The Date field, formatted at most once a second.
class DateField {
 public:
  [[nodiscard]] std::string_view line();  // with its CRLF

 private:
  std::time_t second_ = 0;
  std::string line_;
};

}  // namespace panko
