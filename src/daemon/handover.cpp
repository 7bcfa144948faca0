#include "daemon/handover.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <array>
#include <cerrno>
#include <cstdint>

#include "base/files.hpp"
#include "base/hex.hpp"

namespace panko {

namespace json = boost::json;

namespace {

constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
constexpr std::uint64_t kMostBytes = 256 << 20;

// Received bytes may be anything, and JSON holds text: they stand there as hexadecimal digits.
std::string from_hex_digits(std::string_view digits) {
  auto bytes = bytes_of_hex(digits);
  if (!bytes) throw Failure("The handover has bytes that are none.");
  return std::move(*bytes);
}

json::array hex_array_of(const std::vector<std::string>& strings) {
  json::array array;
  for (const auto& string : strings) array.emplace_back(hex_digits_of(string));
  return array;
}

json::array array_of(const std::vector<std::string>& strings) {
  return json::array(strings.begin(), strings.end());
}

std::vector<std::string> strings_of(const json::value& array) {
  return json::value_to<std::vector<std::string>>(array);
}

/// Takes a descriptor that was inherited.
Fd fd_of(const json::value& number) {
  Fd fd(json::value_to<int>(number));
  if (::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) {
    (void)fd.release();
    throw Failure("The handover names a descriptor that is not open.");
  }
  return fd;
}

json::object to_json(const HandedListener& listener) {
  json::array connections;
  for (const auto& [socket, unread] : listener.connections)
    connections.push_back({{"socket", socket.get()}, {"unread", hex_digits_of(unread)}});
  json::object out{{"socket", listener.socket.get()},
                   {"hosts", hex_array_of(listener.hosts)},
                   {"connections", std::move(connections)}};
  if (listener.origin) out["origin"] = listener.origin.get();
  return out;
}

HandedListener listener_of(const json::value& value) {
  HandedListener listener{.socket = fd_of(value.at("socket")), .origin = {}, .hosts = {}, .connections = {}};
  for (const auto& host : value.at("hosts").as_array()) listener.hosts.push_back(from_hex_digits(host.as_string()));
  if (const auto* origin = value.as_object().if_contains("origin")) listener.origin = fd_of(*origin);
  for (const auto& connection : value.at("connections").as_array()) {
    listener.connections.push_back(
        {.socket = fd_of(connection.at("socket")), .unread = from_hex_digits(connection.at("unread").as_string())});
  }
  return listener;
}

json::object to_json(const HandedClient& client) {
  return {{"socket", client.socket.get()},          {"unread", hex_digits_of(client.unread)},
          {"unsent", hex_digits_of(client.unsent)}, {"is_subscribed", client.is_subscribed},
          {"wants_restart", client.wants_restart},  {"views", array_of(client.views)},
          {"ended_views", client.ended_views}};
}

HandedClient client_of(const json::value& value) {
  return {.socket = fd_of(value.at("socket")),
          .unread = from_hex_digits(value.at("unread").as_string()),
          .unsent = from_hex_digits(value.at("unsent").as_string()),
          .is_subscribed = value.at("is_subscribed").as_bool(),
          .wants_restart = value.at("wants_restart").as_bool(),
          .views = strings_of(value.at("views")),
          .ended_views = json::value_to<std::size_t>(value.at("ended_views"))};
}

json::object to_json(const Handover& handover) {
  json::array clients;
  for (const auto& client : handover.clients) clients.emplace_back(to_json(client));
  json::array gateways;
  for (const auto& gateway : handover.shares.gateways)
    gateways.push_back({{"key", gateway.key}, {"listener", to_json(gateway.listener)}});
  json::array views;
  for (const auto& view : handover.shares.views) {
    views.push_back({{"id", view.id},
                     {"session", hex_digits_of(view.session.native())},
                     {"token", view.token},
                     {"idle_ms", view.idle.count()},
                     {"listener", to_json(view.listener)}});
  }
  return {{"handover", Handover::kVersion},
          {"lock", handover.lock.get()},
          {"control", handover.control.get()},
          {"clients", std::move(clients)},
          {"gateways", std::move(gateways)},
          {"views", std::move(views)},
          {"restorable", array_of(handover.shares.restorable)}};
}

Handover handover_of(const json::value& value) {
  Handover handover{.lock = fd_of(value.at("lock")),
                    .control = fd_of(value.at("control")),
                    .clients = {},
                    .shares = {.gateways = {}, .views = {}, .restorable = strings_of(value.at("restorable"))},
                    .failure = {}};
  for (const auto& client : value.at("clients").as_array()) handover.clients.push_back(client_of(client));
  for (const auto& gateway : value.at("gateways").as_array()) {
    handover.shares.gateways.push_back(
        {.key = json::value_to<std::string>(gateway.at("key")), .listener = listener_of(gateway.at("listener"))});
  }
  for (const auto& view : value.at("views").as_array()) {
    handover.shares.views.push_back(
        {.id = json::value_to<std::string>(view.at("id")),
         .session = from_hex_digits(view.at("session").as_string()),
         .token = json::value_to<std::string>(view.at("token")),
         .idle = std::chrono::milliseconds(json::value_to<std::int64_t>(view.at("idle_ms"))),
         .listener = listener_of(view.at("listener"))});
  }
  return handover;
}

void add_descriptors(const HandedListener& listener, std::vector<int>& all) {
  all.push_back(listener.socket.get());
  if (listener.origin) all.push_back(listener.origin.get());
  for (const auto& connection : listener.connections) all.push_back(connection.socket.get());
}

}  // namespace

Fd write_handover(const Handover& handover) {
  const std::string text = json::serialize(to_json(handover));
  Fd document(::memfd_create("panko-handover", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  std::size_t written = 0;
  while (document && written < text.size()) {
    const ssize_t count = ::write(document.get(), text.data() + written, text.size() - written);
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
  }
  if (!document || written < text.size() || ::fcntl(document.get(), F_ADD_SEALS, kSeals) != 0)
    throw Failure(fmt::format("The daemon's state cannot be handed over: {}.", describe_errno(errno)));
  return document;
}

void require_handover(int document) {
  if (::fcntl(document, F_GET_SEALS) != kSeals)
    throw Failure("--handover is for a daemon that restarts itself; use: panko serve --restart");
}

Handover read_handover(int document) {
  require_handover(document);
  const Fd fd(document);
  std::string text;
  std::array<char, 65536> chunk;
  ssize_t count = 0;
  while (text.size() < kMostBytes &&
         (count = ::pread(document, chunk.data(), chunk.size(), static_cast<off_t>(text.size()))) > 0)
    text.append(chunk.data(), static_cast<std::size_t>(count));
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error) throw Failure("The handover of the daemon before cannot be read.");
  try {
    if (value.at("handover") != Handover::kVersion) throw Failure("The handover is of another version.");
    return handover_of(value);
  } catch (const Failure&) {
    throw;
  } catch (const std::exception&) {  // Boost.JSON has several
    throw Failure("The handover of the daemon before cannot be understood.");
  }
}

std::vector<int> descriptors_of(const Handover& handover) {
  std::vector<int> all{handover.lock.get(), handover.control.get()};
  for (const auto& client : handover.clients) all.push_back(client.socket.get());
  for (const auto& gateway : handover.shares.gateways) add_descriptors(gateway.listener, all);
  for (const auto& view : handover.shares.views) add_descriptors(view.listener, all);
  return all;
}

}  // namespace panko
