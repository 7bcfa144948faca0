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

[[nodiscard]] boost::json::object to_json(const ShareInfo& share);
[[nodiscard]] boost::json::object to_json(const StoppedInfo& stopped);
[[nodiscard]] boost::json::object to_json(const StartShare& request);
[[nodiscard]] boost::json::object to_json(const UpdateShare& request);
[[nodiscard]] boost::json::object to_json(const OpenView& request);
[[nodiscard]] boost::json::object to_json(const ProviderInfo& provider);
[[nodiscard]] boost::json::object to_json(const TunnelInfo& tunnel);
[[nodiscard]] boost::json::object to_json(const Restart& request);
[[nodiscard]] boost::json::object to_json(const RestartedInfo& info);
[[nodiscard]] boost::json::object to_json(const HelloInfo& hello);
[[nodiscard]] boost::json::object to_json(const StatusInfo& status);
[[nodiscard]] boost::json::object to_json(const ViewInfo& view);
[[nodiscard]] boost::json::object share_id_params(std::string_view share_id);

/// A list of any of them.
template <class Range>
[[nodiscard]] boost::json::array to_json_array(const Range& items) {
  boost::json::array array;
  for (const auto& item : items) array.emplace_back(to_json(item));
  return array;
}

/// Defined for every struct of messages.hpp.
template <class T>
[[nodiscard]] Result<T> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<ShareInfo> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<StoppedInfo> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<StartShare> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<UpdateShare> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<OpenView> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<ProviderInfo> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<TunnelInfo> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<Restart> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<RestartedInfo> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<HelloInfo> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<StatusInfo> from_json(const boost::json::value& value);
template <>
[[nodiscard]] Result<ViewInfo> from_json(const boost::json::value& value);

/// `share_id`, as StopShare, RestoreShare and GetShare carry it, and ShareStopped.
[[nodiscard]] Result<std::string> share_id_from(const boost::json::value& value);
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
