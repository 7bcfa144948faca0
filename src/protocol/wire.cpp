#include "protocol/wire.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"

namespace panko::protocol {

namespace json = boost::json;

namespace {

std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}

/// Paths and names may hold any bytes; what goes over the socket is UTF-8.
json::string text(std::string_view bytes) {
  return json::string(to_valid_utf8(bytes));
}

// What take() expects, for the sentence when something else is there; nullptr: taken.

const char* take(const json::value& value, std::string& into) {
  if (!value.is_string()) return "a text";
  into = view(value.get_string());
  // A NUL would end a path early: two readers of one request would see two different paths.
  return into.contains('\0') ? "a text without NUL" : nullptr;
}

const char* take(const json::value& value, bool& into) {
  if (!value.is_bool()) return "true or false";
  into = value.get_bool();
  return nullptr;
}

template <std::integral T>
const char* take(const json::value& value, T& into) {
  boost::system::error_code error;
  into = value.is_number() ? value.to_number<T>(error) : T{};
  if (value.is_number() && !value.is_double() && !error) return nullptr;
  return std::is_same_v<T, std::uint16_t> ? "a whole number from 0 to 65535" : "a whole number";
}

template <class T>
const char* take(const json::value& value, std::vector<T>& into) {
  if (!value.is_array()) return "a list";
  for (const auto& element : value.get_array())
    if (const char* expected = take(element, into.emplace_back())) return expected;
  return nullptr;
}

const char* take(const json::value& value, std::vector<std::pair<std::string, std::uint64_t>>& into) {
  if (!value.is_object()) return "an object of counts";
  for (const auto& [key, count] : value.get_object()) {
    auto& [name, number] = into.emplace_back(view(key), 0);
    if (const char* expected = take(count, number)) return expected;
  }
  return nullptr;
}

/// Reads the fields of one object; the first thing that is wrong is kept.
class Fields {
 public:
  explicit Fields(const json::value& value) : object_(value.if_object()) {
    if (object_ == nullptr) error_ = "An object was expected.";
  }

  template <class T>
  Fields& need(std::string_view key, T& into) {
    return read(key, into, true);
  }
  /// Leaves `into` as it is when the field is absent or null.
  template <class T>
  Fields& may(std::string_view key, T& into) {
    return read(key, into, false);
  }
  template <class T>
  Fields& may(std::string_view key, std::optional<T>& into) {
    if (T value{}; find(key) != nullptr && read(key, value, true).error_.empty()) into = std::move(value);
    return *this;
  }

  template <class T>
  Result<T> result(T value) {
    if (!error_.empty()) return fail(std::move(error_));
    return value;
  }

 private:
  [[nodiscard]] const json::value* find(std::string_view key) const {
    if (object_ == nullptr) return nullptr;
    const json::value* value = object_->if_contains({key.data(), key.size()});
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  template <class T>
  Fields& read(std::string_view key, T& into, bool needed) {
    if (!error_.empty()) return *this;
    if (const json::value* value = find(key)) {
      if (const char* expected = take(*value, into)) error_ = fmt::format("\"{}\" has to be {}.", key, expected);
    } else if (needed) {
      error_ = fmt::format("\"{}\" is missing.", key);
    }
    return *this;
  }

  const json::object* object_;
  std::string error_;
};

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
  Fields fields(*value);
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
  Fields fields(*value);
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

json::object to_json(const ShareInfo& share) {
  json::object object{{"id", text(share.id)},
                      {"share_id", text(share.id)},
                      {"session_path", text(share.session_path)},
                      {"session_name", text(share.session_name)},
                      {"public_url", text(share.public_url)},
                      {"provider_name", text(share.provider_name)},
                      {"local_port", share.local_port},
                      {"started_at", text(share.started_at)},
                      {"status", text(share.status)}};
  if (share.expires_at) object["expires_at"] = text(*share.expires_at);
  if (share.error) object["error"] = text(*share.error);
  if (share.own_tunnel) object["own_tunnel"] = *share.own_tunnel;
  if (share.existing) object["existing"] = *share.existing;
  if (share.views) object["views"] = *share.views;
  if (share.last_viewed_at) object["last_viewed_at"] = text(*share.last_viewed_at);
  if (share.previous_url) object["previous_url"] = text(*share.previous_url);
  if (share.url_changed_at) object["url_changed_at"] = text(*share.url_changed_at);
  if (share.tunnel) object["tunnel"] = text(*share.tunnel);
  if (share.live) object["live"] = *share.live;
  return object;
}

json::object to_json(const StoppedInfo& stopped) {
  json::object object = share_id_params(stopped.share_id);
  if (!stopped.gone.empty()) object["gone"] = text(stopped.gone);
  return object;
}

json::object to_json(const StartShare& request) {
  json::object object{{"session_path", text(request.session_path)}};
  if (!request.provider.empty()) object["provider"] = text(request.provider);
  if (request.expires) object["expires"] = text(*request.expires);
  if (request.own_tunnel) object["own_tunnel"] = true;
  if (request.bind) object["bind"] = text(*request.bind);
  if (request.live) object["live"] = true;
  return object;
}

json::object to_json(const UpdateShare& request) {
  json::object object = share_id_params(request.share_id);
  if (request.freeze) object["freeze"] = true;
  return object;
}

json::object to_json(const OpenView& request) {
  json::object object{{"session_path", text(request.session_path)}};
  if (request.port) object["port"] = *request.port;
  return object;
}

json::object to_json(const ProviderInfo& provider) {
  json::object object{
      {"name", text(provider.name)}, {"description", text(provider.description)}, {"available", provider.available}};
  if (provider.missing) object["missing"] = text(*provider.missing);
  if (provider.mend) object["mend"] = text(*provider.mend);
  object["public"] = provider.is_public;
  if (!provider.audience.empty()) object["audience"] = text(provider.audience);
  object["stable_url"] = provider.stable_url;
  if (!provider.limits.empty()) object["limits"] = text(provider.limits);
  if (!provider.program.empty()) object["program"] = text(provider.program);
  return object;
}

json::object to_json(const TunnelInfo& tunnel) {
  json::object object{{"provider", text(tunnel.provider)},
                      {"state", text(tunnel.state)},
                      {"pid", tunnel.pid},
                      {"shares", tunnel.shares}};
  if (tunnel.url) object["url"] = text(*tunnel.url);
  if (tunnel.reason) object["reason"] = text(*tunnel.reason);
  if (tunnel.next_try_at) object["next_try_at"] = text(*tunnel.next_try_at);
  if (tunnel.share_id) object["share_id"] = text(*tunnel.share_id);
  return object;
}

json::object to_json(const Restart& request) {
  json::object object;
  if (!request.search_path.empty()) object["search_path"] = text(request.search_path);
  return object;
}

json::object to_json(const RestartedInfo& info) {
  json::object object{{"pid", info.pid}, {"protocol", info.protocol}, {"build", text(info.build)}};
  if (!info.program.empty()) object["program"] = text(info.program);
  return object;
}

json::object to_json(const HelloInfo& hello) {
  json::array capabilities;
  for (const auto& name : hello.capabilities) capabilities.emplace_back(text(name));
  return {{"protocol", hello.protocol}, {"build", text(hello.build)}, {"capabilities", std::move(capabilities)}};
}

json::object to_json(const StatusInfo& status) {
  json::object shares;
  for (const auto& [name, count] : status.shares) shares[name] = count;
  json::array children(status.children.begin(), status.children.end());
  json::array warnings;
  for (const auto& warning : status.warnings) warnings.emplace_back(text(warning));
  json::object object{{"pid", status.pid},
                      {"version", text(status.version)},
                      {"protocol", status.protocol},
                      {"socket", text(status.socket)},
                      {"started_at", text(status.started_at)},
                      {"shares", std::move(shares)},
                      {"views", status.views},
                      {"open_descriptors", status.open_descriptors},
                      {"children", std::move(children)},
                      {"warnings", std::move(warnings)}};
  if (!status.default_provider.empty()) object["default_provider"] = text(status.default_provider);
  object["tunnels"] = to_json_array(status.tunnels);
  if (!status.search_path.empty()) object["search_path"] = text(status.search_path);
  object["restart_due"] = status.restart_due;
  if (!status.program.empty()) object["program"] = text(status.program);
  return object;
}

json::object to_json(const ViewInfo& view_info) {
  return {{"id", text(view_info.id)}, {"url", text(view_info.url)}};
}

json::object share_id_params(std::string_view share_id) {
  return {{"share_id", text(share_id)}};
}

template <>
Result<ShareInfo> from_json(const json::value& value) {
  ShareInfo share;
  Fields fields(value);
  fields.need("id", share.id)
      .need("session_path", share.session_path)
      .need("session_name", share.session_name)
      .need("public_url", share.public_url)
      .need("provider_name", share.provider_name)
      .need("local_port", share.local_port)
      .need("started_at", share.started_at)
      .need("status", share.status)
      .may("expires_at", share.expires_at)
      .may("error", share.error)
      .may("own_tunnel", share.own_tunnel)
      .may("existing", share.existing)
      .may("views", share.views)
      .may("last_viewed_at", share.last_viewed_at)
      .may("previous_url", share.previous_url)
      .may("url_changed_at", share.url_changed_at)
      .may("tunnel", share.tunnel)
      .may("live", share.live);
  return fields.result(std::move(share));
}

template <>
Result<StartShare> from_json(const json::value& value) {
  StartShare request;
  Fields fields(value);
  fields.need("session_path", request.session_path)
      .may("provider", request.provider)
      .may("expires", request.expires)
      .may("own_tunnel", request.own_tunnel)
      .may("bind", request.bind)
      .may("live", request.live);
  return fields.result(std::move(request));
}

template <>
Result<StoppedInfo> from_json(const json::value& value) {
  StoppedInfo stopped;
  Fields fields(value);
  fields.need("share_id", stopped.share_id).may("gone", stopped.gone);
  return fields.result(std::move(stopped));
}

template <>
Result<UpdateShare> from_json(const json::value& value) {
  UpdateShare request;
  Fields fields(value);
  fields.need("share_id", request.share_id).may("freeze", request.freeze);
  return fields.result(std::move(request));
}

template <>
Result<OpenView> from_json(const json::value& value) {
  OpenView request;
  Fields fields(value);
  fields.need("session_path", request.session_path).may("port", request.port);
  return fields.result(std::move(request));
}

template <>
Result<ProviderInfo> from_json(const json::value& value) {
  ProviderInfo provider;
  Fields fields(value);
  fields.need("name", provider.name)
      .need("description", provider.description)
      .need("available", provider.available)
      .may("missing", provider.missing)
      .need("public", provider.is_public)
      .may("mend", provider.mend)
      .may("audience", provider.audience)
      .may("stable_url", provider.stable_url)
      .may("limits", provider.limits)
      .may("program", provider.program);
  return fields.result(std::move(provider));
}

template <>
Result<TunnelInfo> from_json(const json::value& value) {
  TunnelInfo tunnel;
  Fields fields(value);
  fields.need("provider", tunnel.provider)
      .need("state", tunnel.state)
      .may("pid", tunnel.pid)
      .may("shares", tunnel.shares)
      .may("url", tunnel.url)
      .may("reason", tunnel.reason)
      .may("next_try_at", tunnel.next_try_at)
      .may("share_id", tunnel.share_id);
  return fields.result(std::move(tunnel));
}

template <>
Result<Restart> from_json(const json::value& value) {
  Restart request;
  Fields fields(value);
  fields.may("search_path", request.search_path);
  return fields.result(std::move(request));
}

template <>
Result<RestartedInfo> from_json(const json::value& value) {
  RestartedInfo info;
  Fields fields(value);
  fields.need("pid", info.pid).need("protocol", info.protocol).need("build", info.build).may("program", info.program);
  return fields.result(std::move(info));
}

template <>
Result<HelloInfo> from_json(const json::value& value) {
  HelloInfo hello;
  Fields fields(value);
  fields.need("protocol", hello.protocol).need("build", hello.build).may("capabilities", hello.capabilities);
  return fields.result(std::move(hello));
}

template <>
Result<StatusInfo> from_json(const json::value& value) {
  StatusInfo status;
  Fields fields(value);
  fields.need("pid", status.pid)
      .need("version", status.version)
      .need("protocol", status.protocol)
      .need("socket", status.socket)
      .need("started_at", status.started_at)
      .need("shares", status.shares)
      .may("views", status.views)
      .may("open_descriptors", status.open_descriptors)
      .may("children", status.children)
      .may("warnings", status.warnings)
      .may("default_provider", status.default_provider)
      .may("search_path", status.search_path)
      .may("restart_due", status.restart_due)
      .may("program", status.program);
  if (const json::object* object = value.if_object(); object != nullptr && object->contains("tunnels")) {
    auto tunnels = list_from_json<TunnelInfo>(object->at("tunnels"));
    if (!tunnels) return std::unexpected(std::move(tunnels.error()));
    status.tunnels = std::move(*tunnels);
  }
  return fields.result(std::move(status));
}

template <>
Result<ViewInfo> from_json(const json::value& value) {
  ViewInfo view_info;
  Fields fields(value);
  fields.need("id", view_info.id).need("url", view_info.url);
  return fields.result(std::move(view_info));
}

Result<std::string> share_id_from(const json::value& value) {
  std::string id;
  Fields fields(value);
  fields.need("share_id", id);
  return fields.result(std::move(id));
}

std::string error_message_from(const json::value& data) {
  std::string message;
  Fields fields(data);
  fields.need("message", message);
  return fields.result(std::move(message)).value_or("The daemon refused without a reason.");
}

Result<std::optional<ShareInfo>> event_share_from(const json::value& data) {
  std::string kind;
  Fields fields(data);
  fields.need("event", kind);
  auto known = fields.result(kind == "share");
  if (!known) return std::unexpected(std::move(known.error()));
  if (!*known) return std::nullopt;
  const json::value* share = data.get_object().if_contains("share");
  return from_json<ShareInfo>(share == nullptr ? json::value() : *share);
}

}  // namespace panko::protocol
