#include "daemon/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/program_path.hpp"
#include "base/search_path.hpp"
#include "base/text.hpp"
#include "daemon/process.hpp"
#include "protocol/build.hpp"
#include "protocol/wire.hpp"

namespace panko {

namespace {

using boost::asio::awaitable;
namespace json = boost::json;

struct Call {
  std::shared_ptr<DaemonContext> daemon;
  std::shared_ptr<CallerState> caller;
  json::object params;
};

/// The reply's line.
using Handler = awaitable<std::string> (*)(Call call);

struct Command {
  std::string_view name;
  Handler run;
  bool while_ending = false;
};

protocol::ShareInfo info_of(const Share& share) {
  protocol::ShareInfo info{.id = share.id,
                           .session_path = share.session_path,
                           .session_name = share.session_name,
                           .public_url = share.public_url,
                           .provider_name = share.provider_name,
                           .local_port = share.local_port,
                           .started_at = to_iso8601(share.started_at),
                           .status = std::string(name_of(share.status)),
                           .expires_at = {},
                           .error = {},
                           .own_tunnel = {},
                           .existing = {},
                           .views = {},
                           .last_viewed_at = {}};
  if (share.expires_at) info.expires_at = to_iso8601(*share.expires_at);
  if (!share.error.empty()) info.error = share.error;
  if (share.own_tunnel) info.own_tunnel = true;
  if (share.views > 0) info.views = share.views;
  if (share.last_viewed_at) info.last_viewed_at = to_iso8601(*share.last_viewed_at);
  if (share.url_changed_at) {
    info.previous_url = share.previous_url;
    info.url_changed_at = to_iso8601(*share.url_changed_at);
  }
  if (!share.tunnel.empty()) info.tunnel = share.tunnel;
  if (share.live) info.live = true;
  if (share.viewers > 0) info.viewers = share.viewers;
  if (share.previews() > 0) info.previews = share.previews();
  if (share.unmasked) info.unmasked = true;
  if (share.personal_shown) info.personal_shown = true;
  info.secrets_masked = share.secrets_masked;
  info.personal_masked = share.personal_masked;
  if (!share.hide.empty()) info.hidden = share.hide;
  if (share.downloads) info.downloads = true;
  if (share.has_password()) info.password = true;
  info.max_views = share.max_views;
  return info;
}

protocol::FindingInfo info_of(const SessionFinding& finding) {
  return {.marker = marker_of(finding.value),
          .kind = finding.value.kind,
          .rule = finding.value.rule,
          .sample = finding.value.sample,
          .hash = finding.value.hash,
          .personal = finding.value.is_personal,
          .allowed = finding.value.is_allowed,
          .turn = finding.turn,
          .anchor = finding.anchor,
          .where = finding.kind,
          .context = finding.context,
          .count = finding.count};
}

protocol::TunnelInfo info_of(const TunnelOfShares& tunnel) {
  protocol::TunnelInfo info{.provider = tunnel.provider,
                            .state = std::string(name_of(tunnel.status.state)),
                            .pid = tunnel.status.pid,
                            .shares = tunnel.shares};
  if (!tunnel.status.url.empty()) info.url = tunnel.status.url;
  if (!tunnel.status.reason.empty()) info.reason = tunnel.status.reason;
  if (tunnel.status.next_try) info.next_try_at = to_iso8601(*tunnel.status.next_try);
  if (!tunnel.share_id.empty()) info.share_id = tunnel.share_id;
  return info;
}

/// The daemon's working directory is not the client's.
std::filesystem::path absolute_path(const std::string& path) {
  if (!path.starts_with('/')) throw Failure("\"session_path\" has to be an absolute path.");
  return path;
}

/// "never" is nullopt.
std::optional<std::chrono::seconds> expiry_from(std::string_view text) {
  if (text == "never") return std::nullopt;
  if (const auto duration = parse_duration(text)) return duration;
  throw Failure("\"expires\" has to be \"never\" or a time like 90s, 15m, 12h, 7d or 2w.");
}

std::optional<Sha256> from_hex(std::string_view digits) {
  Sha256 hash{};
  const auto bytes = bytes_of_hex(digits);
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

// Each function below is one method. Coroutines take their call by value: the caller's frame may be gone.

awaitable<std::string> start_share(Call call) {
  const auto request = value_or_throw(protocol::from_json<protocol::StartShare>(call.params));
  StartShareOptions options;
  options.session_path = absolute_path(request.session_path);
  options.provider = request.provider.empty() ? call.daemon->default_provider : request.provider;
  if (request.expires) options.expires = expiry_from(*request.expires);
  options.own_tunnel = request.own_tunnel;
  options.bind = request.bind;
  options.live = request.live;
  options.unmasked = request.unmasked;
  options.personal_shown = request.personal_shown;
  options.hide = request.hide;
  options.downloads = request.downloads;
  options.password = request.password;
  options.max_views = request.max_views;
  const StartedShare started = co_await call.daemon->shares->start(std::move(options));
  auto info = info_of(started.share);
  if (started.existing) info.existing = true;
  co_return protocol::reply_line("ShareStarted", to_json(info));
}

awaitable<std::string> stop_share(Call call) {
  const auto id = value_or_throw(protocol::share_id_from(call.params));
  const protocol::StoppedInfo stopped{.share_id = id, .gone = co_await call.daemon->shares->stop(id)};
  co_return protocol::reply_line("ShareStopped", to_json(stopped));
}

awaitable<std::string> restore_share(Call call) {
  const auto id = value_or_throw(protocol::share_id_from(call.params));
  co_return protocol::reply_line("ShareRestored", to_json(info_of(call.daemon->shares->restore(id))));
}

awaitable<std::string> update_share(Call call) {
  auto request = value_or_throw(protocol::from_json<protocol::UpdateShare>(call.params));
  ShareChange change;
  change.share_id = std::move(request.share_id);
  change.freeze = request.freeze;
  if (request.expires) change.expires = expiry_from(*request.expires);
  change.password = std::move(request.password);
  change.max_views = request.max_views;
  change.downloads = request.downloads;
  change.hide = std::move(request.hide);
  const Share share = co_await call.daemon->shares->change(std::move(change));
  co_return protocol::reply_line("ShareUpdated", to_json(info_of(share)));
}

awaitable<std::string> scan(Call call) {
  const auto request = value_or_throw(protocol::from_json<protocol::Scan>(call.params));
  const auto scanned = co_await call.daemon->shares->scan(absolute_path(request.session_path), request.personal_shown);
  static_assert(Scans::kMostFindings == protocol::kMaxFindings);
  protocol::ScanInfo info{
      .secrets = scanned->counts.secrets, .personal = scanned->counts.personal, .left_out = scanned->left_out};
  for (const SessionFinding& finding : scanned->findings) info.findings.push_back(info_of(finding));
  co_return protocol::reply_line("Scanned", to_json(info));
}

awaitable<std::string> allow_value(Call call) {
  const auto request = value_or_throw(protocol::from_json<protocol::AllowValue>(call.params));
  const auto hash = from_hex(request.hash);
  if (!hash) throw Failure("\"hash\" has to be the hash of a finding: 64 hexadecimal digits.");
  call.daemon->shares->allow_value(*hash, request.allow);
  co_return protocol::reply_line("ValueAllowed");
}

awaitable<std::string> redact_words(Call call) {
  auto request = value_or_throw(protocol::from_json<protocol::RedactWords>(call.params));
  const auto words = co_await call.daemon->shares->change_words(std::move(request.add), std::move(request.remove));
  co_return protocol::reply_line("Words", protocol::to_words_json(words));
}

awaitable<std::string> get_redaction(Call call) {
  const auto request = value_or_throw(protocol::from_json<protocol::GetRedaction>(call.params));
  const RedactionSettings settings =
      co_await call.daemon->shares->redaction(absolute_path(request.session_path), request.personal_shown);
  protocol::RedactionInfo info{.personal = settings.personal,
                               .words = settings.words,
                               .users = settings.users,
                               .hosts = settings.hosts,
                               .salt = hex_digits_of(settings.salt.bytes)};
  for (const Sha256& hash : settings.allowed) info.allowed.push_back(to_hex(hash));
  co_return protocol::reply_line("Redaction", to_json(info));
}

awaitable<std::string> audit(Call call) {
  const auto request = value_or_throw(protocol::from_json<protocol::Audit>(call.params));
  json::array entries;
  for (const AuditEntry& entry : call.daemon->shares->audit()) {
    if (request.share_id && entry.share_id != *request.share_id) continue;
    entries.emplace_back(to_json(protocol::AuditEntry{.at = to_iso8601(entry.at),
                                                      .share_id = entry.share_id,
                                                      .session_name = entry.session_name,
                                                      .event = entry.event,
                                                      .detail = entry.detail}));
  }
  co_return protocol::reply_line("AuditLog", std::move(entries));
}

awaitable<std::string> list_shares(Call call) {
  json::array rows;
  for (const Share& share : call.daemon->shares->list()) rows.emplace_back(to_json(info_of(share)));
  co_return protocol::reply_line("ShareList", std::move(rows));
}

awaitable<std::string> ping(Call) {
  co_return protocol::reply_line("Pong");
}

awaitable<std::string> shut_down(Call call) {
  call.caller->after_reply = call.daemon->shut_down;
  co_return protocol::reply_line("ShuttingDown");
}

awaitable<std::string> restart(Call call) {
  auto request = value_or_throw(protocol::from_json<protocol::Restart>(call.params));
  call.caller->wants_restart = true;
  Error why_not = co_await call.daemon->restart(std::move(request.search_path));
  call.caller->wants_restart = false;
  throw Failure(std::move(why_not));
}

awaitable<std::string> hello(Call call);

awaitable<std::string> status(Call call) {
  const DaemonContext& daemon = *call.daemon;
  protocol::StatusInfo info;
  info.pid = ::getpid();
  info.version = protocol::build_version();
  info.socket = daemon.socket;
  info.started_at = daemon.started_at;
  std::array<std::uint64_t, 4> counts{};
  for (const Share& share : daemon.shares->list()) ++counts.at(static_cast<std::size_t>(share.status));
  for (const auto state : {ShareStatus::starting, ShareStatus::active, ShareStatus::error, ShareStatus::stopped})
    info.shares.emplace_back(name_of(state), counts.at(static_cast<std::size_t>(state)));
  info.views = daemon.shares->view_count();
  info.open_descriptors = count_open_descriptors();
  for (const pid_t child : daemon.shares->children()) info.children.push_back(child);
  for (const TunnelOfShares& tunnel : daemon.shares->tunnels()) info.tunnels.push_back(info_of(tunnel));
  info.warnings = daemon.shares->warnings();
  info.default_provider = daemon.default_provider;
  info.search_path = own_search_path();
  info.restart_due = program_was_replaced();
  info.program = program_path();
  co_return protocol::reply_line("Status", to_json(info));
}

awaitable<std::string> get_share(Call call) {
  const auto id = value_or_throw(protocol::share_id_from(call.params));
  const auto share = call.daemon->shares->find(id);
  if (!share) throw Failure(fmt::format("There is no share {}; see: panko shares --all.", truncate_utf8(id, 64)));
  co_return protocol::reply_line("Share", to_json(info_of(*share)));
}

json::array infos_of(const std::vector<ProviderState>& providers) {
  json::array infos;
  for (const ProviderState& provider : providers) {
    protocol::ProviderInfo info{.name = provider.name,
                                .description = provider.description,
                                .available = !provider.obstacle,
                                .missing = {},
                                .is_public = provider.traits.is_public,
                                .mend = {},
                                .audience = provider.traits.audience,
                                .stable_url = provider.traits.stable_url,
                                .limits = provider.traits.limits,
                                .program = provider.program};
    if (provider.obstacle) {
      info.missing = provider.obstacle->sentence;
      if (!provider.obstacle->command.empty()) info.mend = provider.obstacle->command;
    }
    infos.emplace_back(to_json(info));
  }
  return infos;
}

awaitable<std::string> list_providers(Call call) {
  const std::vector<ProviderState> providers = co_await call.daemon->shares->providers();
  co_return protocol::reply_line("ProviderList", infos_of(providers));
}

awaitable<std::string> open_view(Call call) {
  const auto request = value_or_throw(protocol::from_json<protocol::OpenView>(call.params));
  const View view = co_await call.daemon->shares->open_view(absolute_path(request.session_path), request.port,
                                                            end_of_view(call.caller));
  call.caller->views.push_back(view.id);
  co_return protocol::reply_line("ViewOpened", to_json(protocol::ViewInfo{.id = view.id, .url = view.url}));
}

awaitable<std::string> subscribe(Call call) {
  call.caller->subscribed = true;
  co_return protocol::reply_line("Subscribed");
}

constexpr std::array kCommands{
    Command{.name = "StartShare", .run = start_share},
    Command{.name = "StopShare", .run = stop_share},
    Command{.name = "ListShares", .run = list_shares},
    Command{.name = "Ping", .run = ping, .while_ending = true},
    Command{.name = "Shutdown", .run = shut_down, .while_ending = true},
    Command{.name = "Hello", .run = hello, .while_ending = true},
    Command{.name = "Status", .run = status},
    Command{.name = "GetShare", .run = get_share},
    Command{.name = "ListProviders", .run = list_providers},
    Command{.name = "OpenView", .run = open_view},
    Command{.name = "Subscribe", .run = subscribe},
    Command{.name = "RestoreShare", .run = restore_share},
    Command{.name = "Restart", .run = restart},
    Command{.name = "UpdateShare", .run = update_share},
    Command{.name = "Scan", .run = scan},
    Command{.name = "AllowValue", .run = allow_value},
    Command{.name = "RedactWords", .run = redact_words},
    Command{.name = "Audit", .run = audit},
    Command{.name = "GetRedaction", .run = get_redaction},
};

awaitable<std::string> hello(Call) {
  protocol::HelloInfo info;
  info.build = protocol::build_version();
  for (const Command& command : kCommands) info.capabilities.emplace_back(command.name);
  co_return protocol::reply_line("Hello", to_json(info));
}

}  // namespace

std::function<void()> end_of_view(const std::shared_ptr<CallerState>& caller) {
  return [weak = std::weak_ptr(caller)] {
    const auto there = weak.lock();
    if (!there) return;
    ++there->ended_views;
    if (there->view_ended) there->view_ended();
  };
}

awaitable<std::string> answer(std::shared_ptr<DaemonContext> daemon, std::shared_ptr<CallerState> caller,
                              std::string line) {
  auto request = protocol::parse_request(line);
  if (!request) co_return protocol::error_line(request.error().message);
  const auto* command = std::ranges::find(kCommands, request->method, &Command::name);
  if (command == kCommands.end())
    co_return protocol::error_line(
        fmt::format("There is no method {}.", clean_line_for_terminal(truncate_utf8(request->method, 64))));
  if (daemon->ending && !command->while_ending)
    co_return protocol::error_line("The daemon is ending; ask again in a moment.");
  // The line may be a megabyte, and the call may wait for a tunnel.
  line = {};
  try {
    co_return co_await command->run(
        {.daemon = std::move(daemon), .caller = std::move(caller), .params = std::move(request->params)});
  } catch (const Failure& failure) {
    log_info(fmt::format("{} was refused or failed.", command->name));
    co_return protocol::error_line(failure.error().message);
  } catch (const std::exception& error) {
    log_error(fmt::format("{} failed inside: {}", command->name, error.what()));
    co_return protocol::error_line(fmt::format("{} failed inside the daemon; its log says why.", command->name));
  }
}

std::string share_event(const Share& share) {
  return protocol::event_line(info_of(share));
}

}  // namespace panko
