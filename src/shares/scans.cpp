#include "shares/scans.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

#include "base/result.hpp"

namespace panko {

namespace asio = boost::asio;

namespace {

struct Pass {
  std::shared_ptr<MaskedSession> masked;
  std::shared_ptr<const ScannedSession> found;
  std::uint64_t bytes = 0;
};

Result<Pass> make_pass(const ScanKey& key) {
  Pass pass{.masked = std::make_shared<MaskedSession>(key.path, key.snapshot, key.snapshot.session_id, key.settings),
            .found = {}};
  if (auto step = pass.masked->next(); !step) return std::unexpected(std::move(step.error()));
  auto findings = pass.masked->findings();
  if (!findings) return std::unexpected(std::move(findings.error()));
  auto found = std::make_shared<ScannedSession>();
  found->counts = pass.masked->counts();
  if (findings->size() > Scans::kMostFindings) {
    found->left_out = findings->size() - Scans::kMostFindings;
    findings->resize(Scans::kMostFindings);
  }
  found->findings = std::move(*findings);
  pass.found = std::move(found);
  pass.bytes = pass.masked->bytes();
  return pass;
}

}  // namespace

bool ScanKey::is_same(const ScanKey& other) const {
  return path == other.path && snapshot.session_id == other.snapshot.session_id && snapshot.end == other.snapshot.end &&
         snapshot.tail_hash == other.snapshot.tail_hash && settings == other.settings;
}

Scans::Scans(asio::io_context& loop, asio::thread_pool& workers, std::chrono::milliseconds keep)
    : loop_(loop), workers_(workers), keep_time_(keep), timer_(loop) {}

asio::awaitable<void> Scans::wait_while_busy(std::shared_ptr<Scans> self) {
  while (self->busy_) co_await WakeUp::wait(self->busy_);
}

asio::awaitable<std::shared_ptr<const ScannedSession>> Scans::scan(std::shared_ptr<Scans> self, ScanKey key) {
  co_await wait_while_busy(self);
  if (const auto known = self->find(key); known != self->kept_.end()) co_return known->found;
  const auto busy = self->busy_ = std::make_shared<WakeUp>(self->loop_);
  // In its place until it is done: whoever wants to take it waits for it, and nobody else does.
  self->kept_.push_back({.key = key, .masked = {}, .found = {}, .until = std::chrono::steady_clock::time_point::max()});
  Result<Pass> pass = fail("The session could not be looked through.");
  std::exception_ptr thrown;
  try {
    pass = co_await on_worker(self->workers_, [key] { return make_pass(key); });
  } catch (...) {
    thrown = std::current_exception();
  }
  std::erase_if(self->kept_, [](const Kept& kept) { return !kept.found; });
  self->busy_ = nullptr;
  busy->notify();
  if (thrown) std::rethrow_exception(thrown);
  if (!pass) throw Failure(std::move(pass.error()));
  auto found = pass->found;
  self->keep({.key = std::move(key),
              .masked = std::move(pass->masked),
              .found = std::move(pass->found),
              .bytes = pass->bytes,
              .until = std::chrono::steady_clock::now() + self->keep_time_});
  co_return found;
}

asio::awaitable<std::optional<Scans::Taken>> Scans::take(std::shared_ptr<Scans> self, ScanKey key) {
  auto known = self->find(key);
  for (; known != self->kept_.end() && !known->found; known = self->find(key)) co_await WakeUp::wait(self->busy_);
  if (known == self->kept_.end()) co_return std::nullopt;
  Taken taken{.snapshot = std::move(known->key.snapshot), .masked = std::move(known->masked)};
  self->kept_.erase(known);
  co_return taken;
}

std::deque<Scans::Kept>::iterator Scans::find(const ScanKey& key) {
  drop_old();
  return std::ranges::find_if(kept_, [&key](const Kept& kept) { return kept.key.is_same(key); });
}

void Scans::keep(Kept kept) {
  kept_.push_back(std::move(kept));
  drop_old();
}

void Scans::drop_old() {
  const auto now = std::chrono::steady_clock::now();
  while (!kept_.empty() && kept_.front().until <= now) {
    drop(std::move(kept_.front()));
    kept_.pop_front();
  }
  std::uint64_t bytes = 0;
  for (const Kept& kept : kept_) bytes += kept.bytes;
  while (kept_.size() > kMostKept || (kept_.size() > 1 && bytes > kMostBytes)) {
    bytes -= kept_.front().bytes;
    drop(std::move(kept_.front()));
    kept_.pop_front();
  }
  if (kept_.empty()) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(kept_.front().until);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self) self->drop_old();
  });
}

/// To give a hundred megabytes back takes longer than the loop may.
void Scans::drop(Kept kept) {
  asio::post(workers_, [masked = std::move(kept.masked)]() mutable { masked.reset(); });
}

void Scans::clear() {
  kept_.clear();
  timer_.cancel();
}

}  // namespace panko
