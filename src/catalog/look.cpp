#include "catalog/look.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"
#include "session/source.hpp"

namespace panko {

namespace fs = std::filesystem;

namespace {

/// Of the bytes before the point where reading goes on. Records hold times and ids: no other file ends like this.
constexpr std::uint64_t kTail = 1024;

Result<std::string> tail_hash(const Source& source, std::uint64_t end) {
  const std::uint64_t length = std::min(end, kTail);
  const auto bytes = source.read({.offset = end - length, .length = static_cast<std::uint32_t>(length)});
  if (!bytes) return std::unexpected(bytes.error());
  const Sha256 hash = sha256(*bytes);
  return std::string(hash.begin(), hash.end());
}

/// Most sessions show what they are in their first lines; the second look is for one that begins with a huge one.
constexpr std::array<std::uint64_t, 2> kHeads{std::uint64_t{16} << 10, std::uint64_t{256} << 10};

Result<const Agent*> recognise(const Source& source, const Agent& first) {
  std::string head;
  for (const std::uint64_t length : kHeads) {
    if (head.size() == source.size() && !head.empty()) break;
    head.resize(static_cast<std::size_t>(std::min(length, source.size())));
    const auto got = source.read_at(0, head);
    if (!got) return std::unexpected(got.error());
    head.resize(*got);
    if (first.recognises(head)) return &first;
    for (const Agent* agent : all_agents())
      if (agent != &first && agent->recognises(head)) return agent;
  }
  return nullptr;
}

/// A session of gigabytes is read in steps, so that it can be given up.
constexpr std::uint64_t kStep = std::uint64_t{64} << 20;

Result<Digest> digest_of(const Agent& agent, const Source& source, const fs::path& path, DigestProgress& progress,
                         const std::stop_token& stop) {
  for (std::uint64_t step = kStep;;) {
    const std::uint64_t before = progress.read_to;
    Source part = source;
    part.cut_at(before + step);
    auto digest = agent.digest(part, path, progress);
    if (!digest || part.size() == source.size() || stop.stop_requested()) return digest;
    if (progress.read_to == before) step *= 2;  // one line is longer
  }
}

Look unreadable(Look look, std::string sentence) {
  look.finding = Finding::unreadable;
  look.entry.digest = {};
  look.entry.digest.facts.title = to_valid_utf8(look.entry.path.stem().native());
  look.entry.unreadable = std::move(sentence);
  return look;
}

/// What the directory says, for files that cannot be opened.
bool is_there(const fs::path& path, FileStamp& stamp) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return errno != ENOENT && errno != ENOTDIR;
  stamp = stamp_of(status);
  return true;
}

}  // namespace

Look look_at(const fs::path& path, const Agent& agent, const std::optional<ReadingState>& known,
             const std::stop_token& stop) {
  Look look;
  look.entry.path = path;
  look.entry.agent = &agent;
  const auto source = Source::open(path);
  if (!source) {
    if (!is_there(path, look.stamp)) return look;
    look.entry.size = look.stamp.size;
    look.entry.modified_at = look.stamp.modified_at();
    return unreadable(std::move(look), source.error().message);
  }
  const FileIdentity& identity = source->identity();
  look.stamp = {.size = identity.size, .modified_ns = identity.modified_ns, .inode = identity.inode};
  look.entry.size = look.stamp.size;
  look.entry.modified_at = look.stamp.modified_at();

  const auto recognised = recognise(*source, agent);
  if (!recognised) return unreadable(std::move(look), recognised.error().message);
  if (*recognised == nullptr) {
    look.finding = Finding::no_session;
    return look;
  }
  look.entry.agent = *recognised;
  if (known && *recognised == &agent && known->progress.read_to <= source->size())
    if (const auto hash = tail_hash(*source, known->progress.read_to); hash && *hash == known->tail_hash)
      look.state.progress = known->progress;
  auto digest = digest_of(**recognised, *source, path, look.state.progress, stop);
  if (!digest) return unreadable(std::move(look), digest.error().message);
  if (!look.state.progress.state.empty())  // else there is nothing to go on with
    if (auto hash = tail_hash(*source, look.state.progress.read_to)) look.state.tail_hash = std::move(*hash);
  look.finding = digest->facts.is_child ? Finding::no_session : Finding::session;
  look.entry.digest = std::move(*digest);
  look.entry.project = project_of(look.entry.digest.facts.cwd);
  if ((*recognised)->read == nullptr) look.entry.unreadable = unread_sentence(**recognised);
  return look;
}

}  // namespace panko
