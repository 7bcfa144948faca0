// What is masked: the owner's look before sharing, what is fine, words of the owner's own, policies of projects.
#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "config/word_list.hpp"
#include "edition/snapshot.hpp"
#include "shares/service_state.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

/// A directory of a network that is away must not keep the daemon from starting.
constexpr std::chrono::seconds kPolicyTime{2};

struct Look {
  SharedSession session;
  ProjectPolicy policy;
};

Result<Look> look_at(const std::filesystem::path& path) {
  auto session = prepare_share(path);
  if (!session) return std::unexpected(std::move(session.error()));
  auto policy = read_project_policy(session->directory);
  if (!policy) return std::unexpected(std::move(policy.error()));
  return Look{.session = std::move(*session), .policy = std::move(*policy)};
}

}  // namespace

Result<ProjectPolicy> ShareService::State::policy_of(const Share& share) {
  if (!share.directory.empty()) return read_project_policy(share.directory);
  // An older panko did not write down where the session's agent worked.
  auto look = look_at(share.session_path);
  if (!look) return std::unexpected(std::move(look.error()));
  return std::move(look->policy);
}

/// Before anything is served: of the shares that are to be, and of those whose stop can be undone.
void ShareService::State::read_policies() {
  using Answers = std::vector<std::pair<std::string, Result<ProjectPolicy>>>;
  std::vector<Share> shares;
  for (const auto& [id, share] : ledger.by_id()) {
    if (share.status != ShareStatus::stopped || restorable.contains(id)) shares.push_back(share);
  }
  if (shares.empty()) return;
  for (const Share& share : shares) {
    policies.insert_or_assign(
        share.id, fail("The directory of its project does not answer, so what may be shared of it is not known yet."));
  }
  auto work = std::make_shared<std::packaged_task<Answers()>>([shares = std::move(shares)] {
    Answers answers;
    for (const Share& share : shares) answers.emplace_back(share.id, policy_of(share));
    return answers;
  });
  auto answers = work->get_future();
  asio::post(workers, [work] { (*work)(); });
  if (answers.wait_for(kPolicyTime) != std::future_status::ready) return;
  for (auto& [id, policy] : answers.get()) policies.insert_or_assign(id, std::move(policy));
}

/// Why neither its project nor the owner's words let it be served; empty: they do.
std::string ShareService::State::why_not_served(const Share& share) const {
  const auto policy = policies.find(share.id);
  if (policy == policies.end()) return "What its project lets be shared is not known.";
  if (!policy->second) return policy->second.error().message;
  if (const auto checked = check_policy(*policy->second, share); !checked) return checked.error().message;
  if (!share.unmasked && !masking.words) return masking.words.error().message;
  return "";
}

asio::awaitable<void> ShareService::State::mend_policies(std::shared_ptr<State> self, std::set<std::string> ids) {
  co_await reread_words(self);
  for (const std::string& id : ids) {
    const Share* const share = self->ledger.find(id);
    if (share == nullptr || self->closing) continue;
    auto policy = co_await on_worker(self->workers, [share = *share] { return policy_of(share); });
    self->policies.insert_or_assign(id, std::move(policy));
    const auto entry = self->live.find(id);
    if (self->closing || entry == self->live.end() || !entry->second.is_lost()) continue;
    self->take_up(id);
    self->update({id});
    self->check([&id](const Share& other) { return other.id == id; });
  }
}

asio::awaitable<void> ShareService::State::reread_words(std::shared_ptr<State> self) {
  while (self->words_busy) co_await WakeUp::wait(self->words_busy);
  auto words = co_await on_worker(self->workers, [file = self->word_list] { return read_word_list(file); });
  if (words && self->masking.words && *words == *self->masking.words) co_return;
  self->masking.words = std::move(words);
  self->mount_changed();
}

asio::awaitable<RedactionSettings> ShareService::State::redaction(std::shared_ptr<State> self,
                                                                  std::filesystem::path session, bool personal_shown) {
  co_await reread_words(self);
  const auto look =
      value_or_throw(co_await on_worker(self->workers, [session = std::move(session)] { return look_at(session); }));
  co_return settings_of(self->known_masking(), look.policy, personal_shown);
}

asio::awaitable<std::shared_ptr<const ScannedSession>> ShareService::State::scan(std::shared_ptr<State> self,
                                                                                 std::filesystem::path session,
                                                                                 bool personal_shown) {
  co_await reread_words(self);
  const auto look =
      value_or_throw(co_await on_worker(self->workers, [session = std::move(session)] { return look_at(session); }));
  if (self->closing) throw Failure("The daemon is ending; try again.");
  ScanKey key{.path = look.session.path,
              .snapshot = look.session.snapshot,
              .settings = settings_of(self->known_masking(), look.policy, personal_shown)};
  co_return co_await Scans::scan(self->scans, std::move(key));
}

/// Throws while the owner's words are not known.
const Masking& ShareService::State::known_masking() const {
  if (!masking.words) throw Failure(masking.words.error());
  return masking;
}

void ShareService::State::allow_value(const Sha256& hash, bool allow) {
  masking.allowed = ledger.allow_value(hash, allow);
  mount_changed();
}

asio::awaitable<std::vector<std::string>> ShareService::State::change_words(std::shared_ptr<State> self,
                                                                            std::vector<std::string> add,
                                                                            std::vector<std::string> remove) {
  for (const std::string& word : add) value_or_throw(check_word(word));
  co_await reread_words(self);
  while (self->words_busy) co_await WakeUp::wait(self->words_busy);
  std::vector<std::string> words = *self->known_masking().words;
  if (add.empty() && remove.empty()) co_return words;
  for (const std::string& word : remove) {
    if (std::erase(words, word) == 0 && std::ranges::find(add, word) == add.end())
      throw Failure("One of the words to be removed is not in the list; see: panko redact list.");
  }
  for (std::string& word : add) {
    if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
  }
  if (words.size() > kMostWords) throw Failure(fmt::format("There can be {} words at most.", kMostWords));

  const auto busy = self->words_busy = std::make_shared<WakeUp>(self->loop);
  const auto written =
      co_await on_worker(self->workers, [file = self->word_list, words] { return write_word_list(file, words); });
  self->words_busy = nullptr;
  busy->notify();
  if (!written) throw Failure(written.error());
  self->masking.words = words;
  self->mount_changed();
  co_return words;
}

}  // namespace panko
