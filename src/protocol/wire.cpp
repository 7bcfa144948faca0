#include "protocol/wire.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "protocol/fields.hpp"

namespace panko::protocol {

namespace json = boost::json;

namespace {

Result<json::value> parse(std::string_view line, std::string_view what) {
  boost::system::error_code error;
  json::value value = json::parse({line.data(), line.size()}, error);
  if (error || !value.is_object()) return fail(fmt::format("The {} is not a JSON object.", what));
  return value;
}

std::string line_of(const json::object& object) {
  return json::serialize(object) + '\n';
}

}  // namespace

Result<Request> parse_request(std::string_view line) {
  auto value = parse(line, "request");
  if (!value) return std::unexpected(std::move(value.error()));
  Request request;
  Reader fields(*value);
  fields.need("method", request.method);
  if (json::value* params = value->get_object().if_contains("params"); params != nullptr && !params->is_null()) {
    if (!params->is_object()) return fail("\"params\" has to be an object.");
    request.params = std::move(params->get_object());
  }
  return fields.result(std::move(request));
}

Result<Reply> parse_reply(std::string_view line) {
  auto value = parse(line, "reply");
  if (!value) return std::unexpected(std::move(value.error()));
  Reply reply;
  Reader fields(*value);
  fields.need("status", reply.status);
  if (json::value* data = value->get_object().if_contains("data")) reply.data = std::move(*data);
  return fields.result(std::move(reply));
}

std::string request_line(std::string_view method, json::object params) {
  json::object object{{"method", text(method)}};
  if (!params.empty()) object["params"] = std::move(params);
  return line_of(object);
}

std::string reply_line(std::string_view status, json::value data) {
  json::object object{{"status", text(status)}};
  if (!data.is_null()) object["data"] = std::move(data);
  return line_of(object);
}

std::string error_line(std::string_view message) {
  return reply_line("Error", json::object{{"message", text(message)}});
}

std::string event_line(const ShareInfo& share) {
  return reply_line("Event", json::object{{"event", "share"}, {"share", to_json(share)}});
}

json::object share_id_params(std::string_view share_id) {
  return {{"share_id", text(share_id)}};
}

Result<std::string> share_id_from(const json::value& value) {
  std::string id;
  Reader fields(value);
  fields.need("share_id", id);
  return fields.result(std::move(id));
}

json::object to_words_json(const std::vector<std::string>& words) {
  return {{"words", put(words)}};
}

Result<std::vector<std::string>> words_from(const json::value& value) {
  std::vector<std::string> words;
  Reader fields(value);
  fields.need("words", words);
  return fields.result(std::move(words));
}

std::string error_message_from(const json::value& data) {
  std::string message;
  Reader fields(data);
  fields.need("message", message);
  return fields.result(std::move(message)).value_or("The daemon refused without a reason.");
}

Result<std::optional<ShareInfo>> event_share_from(const json::value& data) {
  std::string kind;
  Reader fields(data);
  fields.need("event", kind);
  auto known = fields.result(kind == "share");
  if (!known) return std::unexpected(std::move(known.error()));
  if (!*known) return std::nullopt;
  const json::value* share = data.get_object().if_contains("share");
  return from_json<ShareInfo>(share == nullptr ? json::value() : *share);
}

}  // namespace panko::protocol
