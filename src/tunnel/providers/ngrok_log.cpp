#include "tunnel/providers/ngrok_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "tunnel/json_text.hpp"
#include "tunnel/providers/base_url.hpp"

namespace panko {

namespace json = boost::json;

namespace {

struct Code {
  int number;
  FailureClass kind;
  std::string_view sentence;
};
constexpr auto kPermanent = FailureClass::permanent;
constexpr std::string_view kQuota =
    "This month's quota of your ngrok plan is used up: share with another provider, or change the plan at "
    "https://dashboard.ngrok.com.";
constexpr std::array kCodes{
    Code{105, kPermanent,
         "ngrok does not understand its authtoken: copy it once more from "
         "https://dashboard.ngrok.com/get-started/your-authtoken."},
    Code{107, kPermanent,
         "ngrok's authtoken is no longer valid: copy the present one from "
         "https://dashboard.ngrok.com/get-started/your-authtoken."},
    Code{108, kPermanent,
         "Your ngrok account has as many agents online as its plan allows: end one of the others (see "
         "https://dashboard.ngrok.com/agents), then share again."},
    Code{121, kPermanent, "ngrok no longer serves this version of its agent: run ngrok update."},
    Code{314, kPermanent,
         "Your ngrok plan has no domains of your own: take \"url\" out of [providers.ngrok], or change the plan."},
    Code{324, kPermanent,
         "Your ngrok plan allows no more endpoints on one agent: see https://dashboard.ngrok.com/endpoints."},
    Code{334, FailureClass::remote_busy,
         "ngrok still holds this address for an agent that was online before; it is free some seconds after that one "
         "ended."},
    Code{725, kPermanent, kQuota},
    Code{726, kPermanent, kQuota},
    Code{727, kPermanent, kQuota},
    Code{4018, kPermanent, "ngrok needs an account and its authtoken: run ngrok config add-authtoken with yours."},
    Code{15013, kPermanent,
         "Your ngrok account has no domain yet: claim the free one at https://dashboard.ngrok.com/domains."},
};

/// Of "... ERR_NGROK_108 ...".
std::optional<int> code_in(std::string_view text) {
  constexpr std::string_view kMark = "ERR_NGROK_";
  const auto mark = text.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  text = text.substr(mark + kMark.size(), 6);
  int code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  return error == std::errc() && code > 0 ? std::optional(code) : std::nullopt;
}

LogEvent failure(TunnelFailure failure) {
  return {.kind = LogEvent::Kind::failure, .text = std::move(failure.sentence), .failure = failure.kind};
}

}  // namespace

TunnelFailure ngrok_failure(int code) {
  const auto known = std::ranges::find(kCodes, code, &Code::number);
  if (known != kCodes.end()) return {.kind = known->kind, .sentence = std::string(known->sentence)};
  return {.kind = FailureClass::transient,
          .sentence = fmt::format("ngrok refuses: see https://ngrok.com/docs/errors/err_ngrok_{}.", code)};
}

std::optional<LogEvent> NgrokLog::operator()(std::string_view line) {
  // What it says last is plain text.
  if (line.starts_with("ERROR:")) {
    const auto code = code_in(line);
    return code ? std::optional(failure(ngrok_failure(*code))) : std::nullopt;
  }
  json::error_code error;
  const auto value = json::parse(line, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& record = value.get_object();
  const auto message = text_at(record, "msg");
  const auto level = text_at(record, "lvl");
  const auto problem = text_at(record, "err");

  if (level == "info" && message == "started tunnel" && text_at(record, "name") == endpoint_) {
    connected_ = true;
    auto url = read_base_url(text_at(record, "url"));
    return url ? std::optional(LogEvent{.kind = LogEvent::Kind::url, .text = std::move(*url)}) : std::nullopt;
  }
  if (level != "eror" && level != "crit") return std::nullopt;
  if (const auto code = code_in(problem)) {
    auto told = ngrok_failure(*code);
    // It connects anew by itself, and is told so until the service has noticed that the old connection is gone.
    if (connected_ && told.kind != FailureClass::permanent) return std::nullopt;
    return failure(std::move(told));
  }
  if (message == "command failed" && problem.contains("address already in use"))
    return failure(
        {.kind = FailureClass::transient,
         .sentence = "The port for ngrok's local endpoint was taken in the same moment; it gets another one."});
  if (!connected_ && message == "failed to reconnect session")
    return failure(
        {.kind = FailureClass::no_network,
         .sentence = "ngrok cannot reach its service: check the network connection and its name resolution."});
  return std::nullopt;
}

}  // namespace panko
