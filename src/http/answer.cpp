#include "http/answer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/gzip.hpp"
#include "edition/edition.hpp"

namespace panko {

namespace {

constexpr std::size_t kWorthCompressing = 1024;
constexpr unsigned kNoContent = 204;

constexpr std::string_view kFieldsOfEveryAnswer =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Robots-Tag: noindex, nofollow, noarchive, nosnippet, noimageindex\r\n";

constexpr std::string_view kImmutable = "Cache-Control: public, max-age=31536000, immutable\r\n";
constexpr std::string_view kNotKept = "Cache-Control: no-store\r\n";

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 303: return "See Other";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 421: return "Misdirected Request";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Error";
  }
}

}  // namespace

AnswerPtr make_answer(const AnswerKind& kind, Body body, bool takes_gzip, std::string_view extra_fields) {
  auto answer = std::make_shared<Answer>();
  answer->content = std::move(body);
  const bool is_text = kind.content_type.starts_with("text/") || kind.content_type == "application/json";
  const bool is_compressed = is_text && takes_gzip && answer->body().size() > kWorthCompressing;
  if (is_compressed) answer->content = gzip(answer->body());

  const auto content = kind.status == kNoContent ? std::string()
                                                 : fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n",
                                                               kind.content_type, answer->body().size());
  answer->head =
      fmt::format("HTTP/1.1 {} {}\r\n{}{}{}{}{}{}", kind.status, reason_of(kind.status), content,
                  is_compressed ? "Content-Encoding: gzip\r\n" : "", is_text ? "Vary: Accept-Encoding\r\n" : "",
                  kind.immutable ? kImmutable : kNotKept, extra_fields, kFieldsOfEveryAnswer);
  return answer;
}

AnswerPtr make_message(unsigned status, std::string_view title, std::string_view text, std::string_view extra_fields) {
  return make_answer({.status = status}, message_page(title, text), false, extra_fields);
}

AnswerPtr make_file_head(std::string_view content_type, std::string_view name, std::uint64_t size) {
  auto answer = std::make_shared<Answer>();
  answer->head = fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}Content-Disposition: attachment; "
      "filename=\"{}\"\r\n{}",
      content_type, size, kNotKept, name, kFieldsOfEveryAnswer);
  return answer;
}

AnswerPtr make_stream_head(bool in_chunks) {
  auto answer = std::make_shared<Answer>();
  answer->head = fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n{}X-Accel-Buffering: no\r\n{}{}",
                             in_chunks ? "Transfer-Encoding: chunked\r\n" : "", kNotKept, kFieldsOfEveryAnswer);
  return answer;
}

std::string_view DateField::line() {
  const auto now = std::time(nullptr);
  if (now != second_) {
    second_ = now;
    line_ = fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(now));
  }
  return line_;
}

}  // namespace panko
