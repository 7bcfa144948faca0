#include "http/live_request.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <optional>

namespace panko {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxName = 128;  // far longer than any token or version

std::optional<std::string> short_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  const auto& text = value->get_string();
  if (text.empty() || text.size() > kMaxName) return std::nullopt;
  return std::string(text);
}

}  // namespace

Result<LiveRequest> parse_live_request(std::string_view body) {
  boost::system::error_code error;
  const json::value document = json::parse(body, error);
  const json::object* object = error ? nullptr : document.if_object();
  if (object == nullptr) return fail("The request is no JSON object.");

  LiveRequest request;
  const json::value* mode = object->if_contains("mode");
  const bool is_stream = mode != nullptr && *mode == "stream";
  request.is_poll = mode != nullptr && *mode == "poll";
  if (!is_stream && !request.is_poll) return fail("The mode is neither \"stream\" nor \"poll\".");

  const json::value* pages = object->if_contains("pages");
  if (pages == nullptr || !pages->is_array() || pages->get_array().empty()) return fail("The request names no pages.");
  if (pages->get_array().size() > LiveRequest::kMaxPages) return fail("The request names more than 64 pages.");
  for (const json::value& named : pages->get_array()) {
    const json::object* page = named.if_object();
    auto token = page != nullptr ? short_text(*page, "token") : std::nullopt;
    auto version = page != nullptr ? short_text(*page, "version") : std::nullopt;
    if (!token || !version) return fail("A page is named by its token and its version.");
    // Two tabs with the same page: whoever asks for both shares out what comes.
    if (std::ranges::find(request.pages, *token, &LiveRequest::Page::token) != request.pages.end())
      return fail("A page is named twice.");
    request.pages.push_back({std::move(*token), std::move(*version)});
  }
  return request;
}

}  // namespace panko
