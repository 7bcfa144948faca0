// How a share starts: what is refused before there is a row, then intent, then effect.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/nearest.hpp"
#include "base/random.hpp"
#include "config/project_policy.hpp"
#include "edition/snapshot.hpp"
#include "shares/addresses.hpp"
#include "shares/service_state.hpp"
#include "tunnel/provider_settings.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::days kLongestExpiry{3650};
constexpr std::size_t kLongestPassword = 1000;
constexpr std::uint64_t kMostViews = 1'000'000'000;

/// What has to be asked of files and the kernel.
struct Preparation {
  SharedSession session;
  std::string bind;
  ProjectPolicy policy;
  std::optional<RedactionSettings> settings;  // nullopt: nothing is masked
};

/// What is said of the session in lists, events and the database: never a title that was not masked.
Result<std::string> masked_title(const std::string& title, RedactionSettings settings) {
  auto masked = SessionRedactor(std::move(settings)).mask_text(title);
  if (!masked) return std::unexpected(std::move(masked.error()));
  return std::move(*masked).take();
}

Result<Preparation> prepare(const StartShareOptions& options, const Provider& provider,
                            const ProviderSettings& settings, const Masking& masking) {
  if (const auto obstacle = obstacle_of(provider, settings)) return fail(in_words(*obstacle));
  Preparation result;
  if (options.bind) {
    auto bind = check_bind_address(*options.bind);
    if (!bind) return std::unexpected(std::move(bind.error()));
    result.bind = std::move(*bind);
  }
  auto session = prepare_share(options.session_path);
  if (!session) return std::unexpected(std::move(session.error()));
  // By its id it is told from any other session that comes to lie in this file.
  if (options.live && session->snapshot.session_id.empty())
    return fail("This session has no id, so it cannot be followed safely; share it as it is now instead.");
  result.session = std::move(*session);
  auto policy = read_project_policy(result.session.directory);
  if (!policy) return std::unexpected(std::move(policy.error()));
  result.policy = std::move(*policy);
  auto redaction = settings_of(masking, result.policy, options.personal_shown);
  auto title = masked_title(result.session.title, redaction);
  if (!title) return std::unexpected(std::move(title.error()));
  result.session.title = std::move(*title);
  if (!options.unmasked) result.settings = std::move(redaction);
  return result;
}

std::string options_in_words(const Share& share) {
  std::vector<std::string> words{share.provider_name};
  words.push_back(share.expires_after ? "expires in " + format_duration(*share.expires_after) : "never expires");
  words.emplace_back(share.unmasked ? "not masked" : share.personal_shown ? "masked but for personal data" : "masked");
  if (share.live) words.emplace_back("live");
  if (!share.hide.empty()) words.push_back(fmt::format("{} hidden", fmt::join(share.hide, " and ")));
  if (share.has_password()) words.emplace_back("with a password");
  if (share.max_views) words.push_back(fmt::format("{} views at most", *share.max_views));
  if (share.downloads) words.emplace_back("downloads allowed");
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

std::optional<std::chrono::seconds> ShareService::State::check_expiry(std::optional<std::chrono::seconds> after) {
  if (!after || (*after >= std::chrono::seconds(1) && *after <= kLongestExpiry)) return after;
  throw Failure(fmt::format("A share can expire after 1s to {}, or never; \"{}\" is neither.",
                            format_duration(kLongestExpiry), format_duration(*after)));
}

void ShareService::State::check_password(const std::string& password) {
  if (password.empty() || password.size() > kLongestPassword)
    throw Failure(fmt::format("A password has 1 to {} bytes.", kLongestPassword));
}

void ShareService::State::check_max_views(std::uint64_t views) {
  if (views > kMostViews) throw Failure(fmt::format("There can be {} views at most.", kMostViews));
}

const Provider& ShareService::State::provider_named(const std::string& name) const {
  const auto found = std::ranges::find(seams.providers, name, &Provider::name);
  if (found != seams.providers.end()) return **found;
  std::vector<std::string_view> names;
  for (const Provider* provider : seams.providers) names.push_back(provider->name);
  const std::string_view meant = nearest(name, names);
  throw Failure(meant.empty() ? fmt::format("There is no provider \"{}\"; there are: {}.", name, fmt::join(names, ", "))
                              : fmt::format("There is no provider \"{}\"; did you mean \"{}\"?", name, meant));
}

void ShareService::State::check_room() const {
  if (live.size() >= config.max_shares)
    throw Failure(
        fmt::format("{} shares are up, as many as max_shares allows; stop one, or raise max_shares.", live.size()));
}

std::string ShareService::State::why_single(const std::string& name) const {
  const auto provider = std::ranges::find(seams.providers, name, &Provider::name);
  if (provider == seams.providers.end() || !(*provider)->has_tunnel) return "";
  const auto section = config.providers.find(name);
  const ProviderSettings settings = section == config.providers.end() ? ProviderSettings() : section->second;
  if (number_setting(settings, "port"))
    return fmt::format("[providers.{}] names one port, so there can be one tunnel of it", name);
  if ((*provider)->traits(settings).single)
    return fmt::format("With these settings there can be one tunnel of {}", name);
  return "";
}

void ShareService::State::check_single(const Share& wish) {
  const std::string why = why_single(wish.provider_name);
  if (why.empty()) return;
  for (const auto& [id, entry] : live) {
    const Share& other = *ledger.find(id);
    if (other.provider_name != wish.provider_name || !(wish.own_tunnel || other.own_tunnel)) continue;
    if (!other.own_tunnel) throw Failure(why + ": share without --own-tunnel.");
    throw Failure(fmt::format("{}, and share {} has it: stop that one first.", why, id));
  }
}

/// But for the password, which only its hash can tell: whether there is one.
std::vector<std::string> ShareService::State::same_shares(const Share& wish) {
  std::vector<std::string> same;
  for (const auto& [id, entry] : live) {
    const Share& share = *ledger.find(id);
    if (share.session_path == wish.session_path && share.session_id == wish.session_id &&
        share.provider_name == wish.provider_name && share.expires_after == wish.expires_after &&
        share.own_tunnel == wish.own_tunnel && share.bind == wish.bind && share.live == wish.live &&
        share.unmasked == wish.unmasked && share.personal_shown == wish.personal_shown && share.hide == wish.hide &&
        share.downloads == wish.downloads && share.max_views == wish.max_views &&
        share.has_password() == wish.has_password())
      same.push_back(id);
  }
  return same;
}

/// nullptr: it has none.
std::shared_ptr<Gateway> ShareService::State::gateway_of(const std::string& id) const {
  const auto found = live.find(id);
  return found == live.end() ? nullptr : found->second.gateway;
}

asio::awaitable<StartedShare> ShareService::State::start(std::shared_ptr<State> self, StartShareOptions options) {
  const Provider& provider = self->provider_named(options.provider);
  if (options.bind && provider.has_tunnel)
    throw Failure(fmt::format("An address to bind is for provider \"local\" only: {} reaches the share by its tunnel.",
                              provider.name));
  auto expires_after = check_expiry(options.expires.value_or(self->config.default_expiry));
  const bool is_expiry_chosen = options.expires.has_value();
  options.hide = value_or_throw(check_hiding(options.hide));
  if (options.max_views) check_max_views(*options.max_views);
  if (options.max_views == 0) options.max_views.reset();
  if (options.password) check_password(*options.password);
  co_await reread_sections(self);
  co_await reread_words(self);
  ProviderSettings settings = self->pool.settings_of(provider.name);
  Share share;
  share.provider_name = provider.name;
  share.own_tunnel = options.own_tunnel;
  share.live = options.live;
  share.unmasked = options.unmasked;
  share.personal_shown = options.personal_shown && !options.unmasked;
  share.hide = options.hide;
  share.downloads = options.downloads;
  share.max_views = options.max_views;
  const std::string password = std::exchange(options.password, std::nullopt).value_or("");

  Preparation prepared = value_or_throw(co_await on_worker(
      self->workers, [options = std::move(options), &provider, settings = std::move(settings),
                      masking = self->known_masking()] { return prepare(options, provider, settings, masking); }));
  if (self->closing) throw Failure("The daemon is ending; try again.");

  share.session_path = prepared.session.path.native();
  share.directory = prepared.session.directory;
  share.session_id = prepared.session.snapshot.session_id;
  share.bind = std::move(prepared.bind);
  value_or_throw(check_policy(prepared.policy, share));
  if (const auto& longest = prepared.policy.longest_expiry; longest && !is_expiry_chosen)
    expires_after = std::min(expires_after.value_or(*longest), *longest);
  value_or_throw(check_longest(prepared.policy, expires_after));
  share.expires_after = expires_after;
  if (!password.empty()) share.password_hash = "to be made";  // there is to be one
  for (std::string& id : self->same_shares(share)) {
    if (!password.empty() && !co_await has_password(self, id, password)) continue;
    self->policies.insert_or_assign(id, std::move(prepared.policy));
    co_return co_await join(self, std::move(id));
  }
  if (!password.empty())
    share.password_hash = co_await on_worker(self->workers, [password] { return hash_password(password); });
  if (share.has_password() || share.max_views) share.gate_key = new_gate_key();

  // What was looked at is what is published.
  std::optional<Scans::Taken> scanned;
  if (prepared.settings && !share.live) {
    scanned = co_await Scans::take(self->scans, {.path = prepared.session.path,
                                                 .snapshot = prepared.session.snapshot,
                                                 .settings = std::move(*prepared.settings)});
  }
  if (self->closing) throw Failure("The daemon is ending; try again.");
  self->check_single(share);
  self->check_room();
  share.id = random_uuid();
  share.token = random_token();
  share.session_name = std::move(prepared.session.title);
  share.started_at = prepared.session.snapshot.taken_at;
  share.snapshot_end = prepared.session.snapshot.end;
  share.snapshot_hash = std::move(prepared.session.snapshot.tail_hash);
  if (scanned) share.frozen_at = scanned->snapshot.taken_at;
  if (expires_after) share.expires_at = self->ledger.now() + *expires_after;
  self->policies.insert_or_assign(share.id, std::move(prepared.policy));
  co_return co_await begin(self, std::move(share), scanned ? std::move(scanned->masked) : nullptr);
}

/// The share that is there already, once it has started. Whoever shares again has perhaps done what its tunnel was
/// given up for, or what it had no gateway for.
asio::awaitable<StartedShare> ShareService::State::join(std::shared_ptr<State> self, std::string id) {
  while (self->ledger.find(id)->status == ShareStatus::starting) co_await WakeUp::wait(self->live[id].settled);
  const auto entry = self->live.find(id);
  const bool was_lost = entry != self->live.end() && entry->second.is_lost();
  if (was_lost) self->take_up_lost(self->seams.take_up_rest);
  if (const auto gateway =
          was_lost || self->ledger.find(id)->tunnel == name_of(TunnelState::failed) ? self->gateway_of(id) : nullptr) {
    try {
      co_await self->pool.bring_up(gateway);
    } catch (const Failure&) {
      log_info(fmt::format("share {}: its tunnel failed again", id));  // and the row says why
    }
  }
  const Share& share = *self->ledger.find(id);
  if (share.status == ShareStatus::stopped)
    throw Failure(share.error.empty() ? "The share was stopped while it was starting." : share.error);
  co_return StartedShare{.share = share, .existing = true};
}

asio::awaitable<bool> ShareService::State::has_password(std::shared_ptr<State> self, std::string id,
                                                        std::string password) {
  const Share* const share = self->ledger.find(id);
  if (share == nullptr) co_return false;
  co_return co_await on_worker(self->workers, [hash = share->password_hash, password = std::move(password)] {
    return is_password(hash, password);
  });
}

asio::awaitable<StartedShare> ShareService::State::begin(std::shared_ptr<State> self, Share share,
                                                         std::shared_ptr<MaskedSession> masked) {
  const std::string id = share.id;
  self->ledger.add(share);  // from here on there is a row
  self->live[id].settled = std::make_shared<WakeUp>(self->loop);

  std::string reason;
  try {
    if (!self->why_single(share.provider_name).empty()) co_await self->pool.make_room(share);
    if (self->live.contains(id) && !self->closing) {
      const auto gateway = self->live[id].gateway = self->pool.acquire(share);
      co_await self->pool.bring_up(gateway);
    }
  } catch (const Failure& failure) {
    reason = failure.error().message;
  }
  Share& row = *self->ledger.find(id);
  if (row.status == ShareStatus::stopped) throw Failure("The share was stopped while it was starting.");
  if (self->closing) reason = "The daemon ended while the share was starting.";
  if (!reason.empty()) self->fail_start(id, reason);

  Live& entry = self->live[id];
  row.status = ShareStatus::active;
  row.public_url = entry.gateway->url_of(row.token);
  self->refresh(id);
  entry.masked = std::move(masked);
  entry.prepare = true;
  self->serve(row, entry);
  if (const auto unsaved = self->ledger.save({id})) self->fail_start(id, unsaved->message);
  entry.settled->notify();
  entry.settled = nullptr;
  self->arm_expiry();
  self->ledger.settle();
  self->ledger.note(row, "started", options_in_words(row));
  log_info(fmt::format("share {}: started, {}", id, row.provider_name));
  co_return StartedShare{.share = row, .existing = false};
}

/// The row says why; it is never tried again.
void ShareService::State::fail_start(const std::string& id, const std::string& reason) {
  end({id}, reason);
  throw Failure(reason);
}

/// What the user has just mended counts at once, for tunnels that are not there yet. A file that cannot be read, or
/// that somebody is still writing, changes nothing.
asio::awaitable<void> ShareService::State::reread_sections(std::shared_ptr<State> self) {
  struct Reading {
    std::filesystem::file_time_type time;
    std::optional<Config> config;
  };
  auto reading = co_await on_worker(self->workers, [file = self->config_file, known = self->config_time] {
    Reading result{.time = config_changed_at(file), .config = {}};
    if (result.time == known) return result;
    if (auto read = load_config(file)) result.config = std::move(*read);
    return result;
  });
  if (!reading.config) co_return;
  self->config.providers = std::move(reading.config->providers);
  self->config_time = reading.time;
}

asio::awaitable<std::vector<ProviderState>> ShareService::State::provider_states(std::shared_ptr<State> self) {
  co_await reread_sections(self);
  co_return co_await on_worker(self->workers, [providers = self->seams.providers, sections = self->config.providers] {
    std::vector<ProviderState> states;
    for (const Provider* provider : providers) {
      const auto section = sections.find(provider->name);
      const ProviderSettings settings = section == sections.end() ? ProviderSettings() : section->second;
      states.push_back({.name = std::string(provider->name),
                        .description = std::string(provider->description),
                        .program = std::string(provider->program),
                        .obstacle = obstacle_of(*provider, settings),
                        .traits = provider->traits(settings)});
    }
    return states;
  });
}

}  // namespace panko
