// Requests and replies as the JSON that goes over the socket, and back. Pure: what arrives is checked here, once, and
// what is wrong with it comes back as a sentence. Unknown fields are ignored; absent values are left out.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "protocol/messages.hpp"

namespace panko::protocol {

struct Request {
  std::string method;
  boost::json::object params;  // empty when absent
};

struct Reply {
  std::string status;
  boost::json::value data;  // null when absent
};

/// A line as LineReader gives it.
[[nodiscard]] Result<Request> parse_request(std::string_view line);
[[nodiscard]] Result<Reply> parse_reply(std::string_view line);

/// Lines with their "\n".
[[nodiscard]] std::string request_line(std::string_view method, boost::json::object params = {});
[[nodiscard]] std::string reply_line(std::string_view status, boost::json::value data = nullptr);
[[nodiscard]] std::string error_line(std::string_view message);
[[nodiscard]] std::string event_line(const ShareInfo& share);

/// How a struct of messages.hpp is written and read; defined for each of them.
template <class T>
struct Message {
  [[nodiscard]] static boost::json::object to_json(const T& message);
  [[nodiscard]] static Result<T> from_json(const boost::json::value& value);
};

template <class T>
[[nodiscard]] boost::json::object to_json(const T& message) {
  return Message<T>::to_json(message);
}
template <class T>
[[nodiscard]] Result<T> from_json(const boost::json::value& value) {
  return Message<T>::from_json(value);
}
[[nodiscard]] boost::json::object share_id_params(std::string_view share_id);

/// A list of any of them.
template <class Range>
[[nodiscard]] boost::json::array to_json_array(const Range& items) {
  boost::json::array array;
  for (const auto& item : items) array.emplace_back(to_json(item));
  return array;
}

/// `share_id`, as StopShare, RestoreShare and GetShare carry it, and ShareStopped.
[[nodiscard]] Result<std::string> share_id_from(const boost::json::value& value);
/// The list of words in the reply to RedactWords.
[[nodiscard]] boost::json::object to_words_json(const std::vector<std::string>& words);
[[nodiscard]] Result<std::vector<std::string>> words_from(const boost::json::value& value);
/// What an Error says, or a fixed sentence when it says nothing.
[[nodiscard]] std::string error_message_from(const boost::json::value& data);
/// The share of an Event; nullopt: an event of a kind that this build does not know.
[[nodiscard]] Result<std::optional<ShareInfo>> event_share_from(const boost::json::value& data);

template <class T>
[[nodiscard]] Result<std::vector<T>> list_from_json(const boost::json::value& value) {
  if (!value.is_array()) return fail("A list was expected.");
  std::vector<T> items;
  for (const auto& element : value.get_array()) {
    auto item = from_json<T>(element);
    if (!item) return std::unexpected(std::move(item.error()));
    items.push_back(std::move(*item));
  }
  return items;
}

}  // namespace panko::protocol
