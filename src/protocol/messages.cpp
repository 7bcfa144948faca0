#include "protocol/messages.hpp"

#include <concepts>
#include <type_traits>

#include "protocol/fields.hpp"
#include "protocol/wire.hpp"

namespace panko::protocol {

namespace {

template <class T, class Message>
concept Is = std::same_as<std::remove_const_t<T>, Message>;

// The fields of each message, for both directions, in the order in which they are written.

void describe(auto& fields, Is<ShareInfo> auto& share) {
  fields.need("id", share.id)
      .copy("share_id", share.id)
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
      .may("live", share.live)
      .may("viewers", share.viewers)
      .may("previews", share.previews)
      .may("unmasked", share.unmasked)
      .may("personal_shown", share.personal_shown)
      .may("secrets_masked", share.secrets_masked)
      .may("personal_masked", share.personal_masked)
      .may("hidden", share.hidden)
      .may("downloads", share.downloads)
      .may("password", share.password)
      .may("max_views", share.max_views);
}

void describe(auto& fields, Is<StartShare> auto& request) {
  fields.need("session_path", request.session_path)
      .may("provider", request.provider)
      .may("expires", request.expires)
      .may("own_tunnel", request.own_tunnel)
      .may("bind", request.bind)
      .may("live", request.live)
      .may("unmasked", request.unmasked)
      .may("personal_shown", request.personal_shown)
      .may("hide", request.hide)
      .may("downloads", request.downloads)
      .may("password", request.password)
      .may("max_views", request.max_views);
}

void describe(auto& fields, Is<StoppedInfo> auto& stopped) {
  fields.need("share_id", stopped.share_id).may("gone", stopped.gone);
}

void describe(auto& fields, Is<UpdateShare> auto& request) {
  fields.need("share_id", request.share_id)
      .may("freeze", request.freeze)
      .may("expires", request.expires)
      .may("password", request.password)
      .may("max_views", request.max_views)
      .may("downloads", request.downloads)
      .may("hide", request.hide);
}

void describe(auto& fields, Is<Scan> auto& request) {
  fields.need("session_path", request.session_path).may("personal_shown", request.personal_shown);
}

void describe(auto& fields, Is<FindingInfo> auto& finding) {
  fields.need("marker", finding.marker)
      .need("kind", finding.kind)
      .need("rule", finding.rule)
      .need("sample", finding.sample)
      .need("hash", finding.hash)
      .may("personal", finding.personal)
      .may("allowed", finding.allowed)
      .usual("turn", finding.turn)
      .may("anchor", finding.anchor)
      .may("where", finding.where)
      .usual("context", finding.context)
      .usual("count", finding.count);
}

void describe(auto& fields, Is<ScanInfo> auto& scan) {
  fields.list("findings", scan.findings)
      .usual("secrets", scan.secrets)
      .usual("personal", scan.personal)
      .may("left_out", scan.left_out);
}

void describe(auto& fields, Is<AllowValue> auto& request) {
  fields.need("hash", request.hash).usual("allow", request.allow);
}

void describe(auto& fields, Is<RedactWords> auto& request) {
  fields.may("add", request.add).may("remove", request.remove);
}

void describe(auto& fields, Is<GetRedaction> auto& request) {
  fields.need("session_path", request.session_path).may("personal_shown", request.personal_shown);
}

void describe(auto& fields, Is<RedactionInfo> auto& info) {
  fields.need("personal", info.personal)
      .usual("words", info.words)
      .usual("users", info.users)
      .usual("hosts", info.hosts)
      .usual("salt", info.salt)
      .usual("allowed", info.allowed);
}

void describe(auto& fields, Is<Audit> auto& request) {
  fields.may("share_id", request.share_id);
}

void describe(auto& fields, Is<AuditEntry> auto& entry) {
  fields.need("at", entry.at)
      .need("share_id", entry.share_id)
      .need("session_name", entry.session_name)
      .need("event", entry.event)
      .usual("detail", entry.detail);
}

void describe(auto& fields, Is<OpenView> auto& request) {
  fields.need("session_path", request.session_path).may("port", request.port);
}

void describe(auto& fields, Is<ProviderInfo> auto& provider) {
  fields.need("name", provider.name)
      .need("description", provider.description)
      .need("available", provider.available)
      .may("missing", provider.missing)
      .may("mend", provider.mend)
      .need("public", provider.is_public)
      .may("audience", provider.audience)
      .usual("stable_url", provider.stable_url)
      .may("limits", provider.limits)
      .may("program", provider.program);
}

void describe(auto& fields, Is<TunnelInfo> auto& tunnel) {
  fields.need("provider", tunnel.provider)
      .need("state", tunnel.state)
      .usual("pid", tunnel.pid)
      .usual("shares", tunnel.shares)
      .may("url", tunnel.url)
      .may("reason", tunnel.reason)
      .may("next_try_at", tunnel.next_try_at)
      .may("share_id", tunnel.share_id);
}

void describe(auto& fields, Is<Restart> auto& request) {
  fields.may("search_path", request.search_path);
}

void describe(auto& fields, Is<RestartedInfo> auto& info) {
  fields.need("pid", info.pid).need("protocol", info.protocol).need("build", info.build).may("program", info.program);
}

void describe(auto& fields, Is<HelloInfo> auto& hello) {
  fields.need("protocol", hello.protocol).need("build", hello.build).usual("capabilities", hello.capabilities);
}

void describe(auto& fields, Is<StatusInfo> auto& status) {
  fields.need("pid", status.pid)
      .need("version", status.version)
      .need("protocol", status.protocol)
      .need("socket", status.socket)
      .need("started_at", status.started_at)
      .need("shares", status.shares)
      .usual("views", status.views)
      .usual("open_descriptors", status.open_descriptors)
      .usual("children", status.children)
      .usual("warnings", status.warnings)
      .may("default_provider", status.default_provider)
      .list("tunnels", status.tunnels)
      .may("search_path", status.search_path)
      .usual("restart_due", status.restart_due)
      .may("program", status.program);
}

void describe(auto& fields, Is<ViewInfo> auto& view_info) {
  fields.need("id", view_info.id).need("url", view_info.url);
}

}  // namespace

template <class T>
json::object Message<T>::to_json(const T& message) {
  Writer fields;
  describe(fields, message);
  return fields.take();
}

template <class T>
Result<T> Message<T>::from_json(const json::value& value) {
  T message;
  Reader fields(value);
  describe(fields, message);
  return fields.result(std::move(message));
}

template struct Message<ShareInfo>;
template struct Message<StoppedInfo>;
template struct Message<StartShare>;
template struct Message<UpdateShare>;
template struct Message<Scan>;
template struct Message<FindingInfo>;
template struct Message<ScanInfo>;
template struct Message<AllowValue>;
template struct Message<RedactWords>;
template struct Message<GetRedaction>;
template struct Message<RedactionInfo>;
template struct Message<Audit>;
template struct Message<AuditEntry>;
template struct Message<OpenView>;
template struct Message<ProviderInfo>;
template struct Message<TunnelInfo>;
template struct Message<Restart>;
template struct Message<RestartedInfo>;
template struct Message<HelloInfo>;
template struct Message<StatusInfo>;
template struct Message<ViewInfo>;

}  // namespace panko::protocol
