#include "redact/redactor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "redact/edits.hpp"
#include "redact/literals.hpp"
#include "redact/matcher.hpp"
#include "redact/naming.hpp"
#include "redact/record_leaves.hpp"
#include "redact/value_test.hpp"

namespace panko {

namespace {

constexpr std::size_t kLargest = std::size_t{256} << 20;  // of a piece: its views are a few times as large
constexpr std::size_t kContext = 240;
constexpr std::size_t kMostUsers = 64;  // a session that names more makes them up

std::uint64_t fingerprint(std::string_view bytes) {
  return std::hash<std::string_view>()(bytes);
}

/// Which of several rules says best what a value is.
int weight_of(const Rule& rule) {
  if (rule.is_personal) return 0;
  switch (rule.scanner) {
    case Scanner::shape:
    case Scanner::pem:
    case Scanner::base64_pem:
    case Scanner::jwt: return 3;
    default: return rule.is_sure ? 2 : 1;
  }
}

constexpr int kKnownWeight = 4;  // a value that was recognised as a whole somewhere else

}  // namespace

std::string marker_of(const MaskedValue& value) {
  return value.kind == "home" ? "~" : fmt::format("[redacted: {} #{}]", value.kind, value.number);
}

struct SessionRedactor::State {
  struct PieceInfo {
    std::size_t size = 0;
    std::uint64_t fingerprint = 0;
    std::vector<Edit> edits;
    std::vector<Finding> findings;
  };

  explicit State(RedactionSettings given) : settings(std::move(given)) {
    for (const std::string& word : settings.words) fix(word, "private", LiteralSet::How::word);
    if (settings.personal) {
      for (const std::string& user : settings.users) learn_user(user, true);
      for (const std::string& host : settings.hosts)
        fix(host, "host", is_common_word(host) ? LiteralSet::How::owner : LiteralSet::How::name);
    }
  }

  RedactionSettings settings;
  std::vector<MaskedValue> values;
  std::vector<std::string> markers;  // by value
  std::unordered_map<std::string, std::uint32_t> by_text;
  std::map<std::string, std::uint32_t, std::less<>> counts;  // by kind
  std::vector<PieceInfo> pieces;
  std::set<std::string, std::less<>> users;        // whose session it is
  std::set<std::string, std::less<>> other_users;  // that it names
  std::set<std::uint32_t> ids;                     // values that are ids of records
  mutable LiteralSet fixed;                        // what the owner listed, and names
  mutable LiteralSet learnt;
  std::uint64_t known = 0;
  std::set<std::uint32_t> searched;
  Views views;
  JsonIndex index;
  mutable std::mutex compiling;

  /// One value has one number, whatever found it; only a user name has two forms.
  static std::string key_of(std::string_view kind, std::string_view text) {
    return fmt::format("{}{}", kind == "home" ? "~" : "", text);
  }

  std::uint32_t value_of(std::string_view text, std::string_view kind, const Rule& rule) {
    const auto [at, is_new] = by_text.try_emplace(key_of(kind, text), static_cast<std::uint32_t>(values.size()));
    if (is_new) {
      MaskedValue value{.kind = std::string(kind),
                        .number = ++counts[std::string(kind)],
                        .rule = std::string(rule.id),
                        .sample = sample_of(rule, text),
                        .hash = {},
                        .is_personal = rule.is_personal,
                        .is_allowed = false};
      const Sha256 hash = value_hash(settings.salt, text);
      value.hash = to_hex(hash);
      value.is_allowed = !settings.salt.bytes.empty() && std::ranges::binary_search(settings.allowed, hash);
      markers.push_back(marker_of(value));
      values.push_back(std::move(value));
    }
    return at->second;
  }

  void fix(std::string_view text, std::string_view kind, LiteralSet::How how) {
    if (text.empty()) return;
    static constexpr Rule kListed{
        .id = "listed", .kind = "private", .anchors = "", .scanner = Scanner::marker, .is_personal = true};
    const std::uint32_t value = value_of(text, kind, kListed);
    if (!values[value].is_allowed) fixed.add(text, value, how);
    ++known;
  }

  /// Masked wherever it stands when the session itself is in that home, else only where an owner is named: others'
  /// home directories have names like "circleci".
  void learn_user(std::string_view user, bool is_own) {
    auto& known_users = is_own ? users : other_users;
    if (user.empty() || known_users.size() >= kMostUsers || !known_users.emplace(user).second) return;
    fix(user, "user", is_own && !is_common_word(user) ? LiteralSet::How::name : LiteralSet::How::owner);
  }

  [[nodiscard]] bool is_own_home(const Match& match) const {
    if (views.view_at(match.span.begin).leaf == Leaf::path) return true;
    const std::size_t from = match.span.begin - std::min<std::size_t>(match.span.begin, 24);
    const std::string_view before = views.buffer().substr(from, match.span.begin - from);
    return before.ends_with("<cwd>") || before.ends_with("irectory: ") || before.ends_with("HOME=");
  }

  /// An id that records refer to each other by stays, even where something calls it a token.
  void keep_ids() {
    if (searched.empty()) return;
    for (const Views::View& view : views.views()) {
      if (view.leaf != Leaf::name || view.end - view.content < 12) continue;
      const auto at = by_text.find(std::string(views.buffer().substr(view.content, view.end - view.content)));
      if (at != by_text.end()) ids.insert(at->second);
    }
  }

  void search_for(std::uint32_t value, std::string_view text) {
    if (!searched.insert(value).second) return;
    learnt.add(text, value, LiteralSet::How::value);
    ++known;
  }

  Result<Piece> read(std::string_view bytes, const Origin& origin, std::vector<Edit> edits);
  void edits_of(const Match& match, std::vector<Edit>& edits);
  [[nodiscard]] std::string context_of(std::string_view bytes, const std::vector<Edit>& edits, const Edit& edit) const;
  [[nodiscard]] std::string splice(std::string_view bytes, ByteSpan range, std::span<const Edit> edits) const {
    return panko::splice(bytes, range, edits, markers);
  }
  void find_literals(std::string_view bytes, std::vector<Edit>& edits) const {
    std::vector<LiteralSet::Hit> hits;
    fixed.find(bytes, hits);
    for (const LiteralSet::Hit& hit : hits) edits.push_back({hit.span, hit.value, 0});
    hits.clear();
    learnt.find(bytes, hits);
    for (const LiteralSet::Hit& hit : hits)
      if (!ids.contains(hit.value)) edits.push_back({hit.span, hit.value, kKnownWeight});
  }
  void compile() const {
    const std::scoped_lock lock(compiling);
    fixed.compile();
    learnt.compile();
  }
};

SessionRedactor::SessionRedactor(RedactionSettings settings) : state_(std::make_unique<State>(std::move(settings))) {}
SessionRedactor::~SessionRedactor() = default;
SessionRedactor::SessionRedactor(SessionRedactor&&) noexcept = default;
SessionRedactor& SessionRedactor::operator=(SessionRedactor&&) noexcept = default;

namespace {

/// The text of a match, without what its place adds: the same value is the same wherever it was found.
std::string value_text(const Rule& rule, std::string_view found) {
  if (rule.scanner == Scanner::home) {
    const std::size_t sign = found.find_last_of("/\\");
    if (sign != std::string_view::npos) return std::string(found.substr(sign + 1));
    return std::string(found.substr(found.rfind('-') + 1));
  }
  if (rule.scanner != Scanner::pem) return std::string(found);
  std::string text;
  for (const char c : found)
    if (!std::string_view(" \t\r\n\\\"'").contains(c)) text += c;
  return text;
}

}  // namespace

Result<SessionRedactor::Piece> SessionRedactor::State::read(std::string_view bytes, const Origin& origin,
                                                            std::vector<Edit> edits) {
  std::vector<Match> matches;
  find_matches(views, {.secrets = settings.secrets, .personal = settings.personal, .is_suspect = is_suspect(origin)},
               matches);
  struct Placed {
    ByteSpan raw;
    const Match* match;
  };
  std::vector<Placed> placed;
  for (Match& match : matches) {
    const Views::View& view = views.view_at(match.span.begin);
    match.span.begin = std::max(match.span.begin, view.content);
    if (match.span.begin >= match.span.end) continue;
    placed.push_back({views.raw(match.span), &match});
  }
  const auto rank = [](const Placed& p) {
    return std::tuple(weight_of(*all_rules()[p.match->rule]), p.match->is_sure, p.raw.size());
  };
  std::ranges::sort(placed, {}, [](const Placed& p) { return std::tuple(p.raw.begin, p.raw.end); });
  for (std::size_t i = 0; i < placed.size();) {
    ByteSpan whole = placed[i].raw;
    std::size_t best = i;
    std::size_t next = i + 1;
    for (; next < placed.size() && placed[next].raw.begin < whole.end; ++next) {
      whole.end = std::max(whole.end, placed[next].raw.end);
      if (rank(placed[next]) > rank(placed[best])) best = next;
    }
    const Match& match = *placed[best].match;
    const Rule& rule = *all_rules()[match.rule];
    const std::string text = value_text(rule, views.buffer().substr(match.span.begin, match.span.size()));
    const std::uint32_t value = value_of(text, match.kind, rule);
    if (rule.scanner == Scanner::home) learn_user(text, is_own_home(match));
    if (!values[value].is_allowed) {
      if (match.is_sure && !rule.is_personal && text.size() >= 8) search_for(value, text);
    }
    edits.push_back({whole, value, weight_of(rule)});
    i = next;
  }
  keep_ids();
  fixed.compile();
  if (!fixed.is_empty()) {
    std::vector<LiteralSet::Hit> hits;
    fixed.find(bytes, hits);
    for (const LiteralSet::Hit& hit : hits) edits.push_back({hit.span, hit.value, 0});
  }
  PieceInfo piece{.size = bytes.size(), .fingerprint = fingerprint(bytes), .edits = {}, .findings = {}};
  merge(edits);
  const auto number = static_cast<Piece>(pieces.size());
  std::unordered_map<std::uint32_t, std::size_t> seen;
  for (const Edit& edit : edits) {
    if (edit.value == kNothing) continue;
    values[edit.value].is_found = true;
    const auto [at, is_new] = seen.try_emplace(edit.value, piece.findings.size());
    if (is_new)
      piece.findings.push_back(
          {.value = edit.value, .piece = number, .count = 1, .context = context_of(bytes, edits, edit)});
    else
      ++piece.findings[at->second].count;
  }
  std::erase_if(edits, [&](const Edit& edit) { return edit.value != kNothing && values[edit.value].is_allowed; });
  piece.edits = std::move(edits);
  pieces.push_back(std::move(piece));
  return number;
}

std::string SessionRedactor::State::context_of(std::string_view bytes, const std::vector<Edit>& edits,
                                               const Edit& edit) const {
  // The line, at line ends and at quotes of a string: in a record "\n" stands for the former.
  constexpr std::size_t kAround = 160;
  const std::size_t low = edit.span.begin - std::min(edit.span.begin, kAround);
  std::size_t begin = edit.span.begin;
  while (begin > low && bytes[begin - 1] != '\n' && !(bytes[begin - 1] == 'n' && begin > 1 && bytes[begin - 2] == '\\'))
    --begin;
  const std::size_t high = std::min(bytes.size(), edit.span.end + kAround);
  std::size_t end = edit.span.end;
  while (end < high && bytes[end] != '\n' && !(bytes[end] == '\\' && end + 1 < high && bytes[end + 1] == 'n')) ++end;
  // Not inside of a character, and not inside of something masked.
  while (begin > 0 && begin < edit.span.begin && (static_cast<unsigned char>(bytes[begin]) & 0xC0) == 0x80) ++begin;
  ByteSpan range{begin, end};
  for (const Edit& other : edits) {
    if (other.span.begin < range.begin && other.span.end > range.begin) range.begin = other.span.end;
    if (other.span.begin < range.end && other.span.end > range.end) range.end = other.span.begin;
  }
  range.begin = std::min(range.begin, edit.span.begin);
  range.end = std::max(range.end, edit.span.end);
  return squeeze_white_space(clean_for_terminal(strip_terminal_sequences(unescape_json(splice(bytes, range, edits)))));
}

Result<SessionRedactor::Piece> SessionRedactor::read(const JsonValue& record, const Origin& origin) {
  State& state = *state_;
  const std::string_view bytes = record.raw();
  if (bytes.size() > kLargest) return fail("A record of this session is too long to be looked through for secrets.");
  std::vector<Edit> edits;
  state.views.clear();
  add_leaves(record, state.views, edits);
  return state.read(bytes, origin, std::move(edits));
}

Result<SessionRedactor::Piece> SessionRedactor::read(std::string_view text, const Origin& origin) {
  State& state = *state_;
  if (text.size() > kLargest) return fail("This text is too long to be looked through for secrets.");
  state.views.clear();
  state.views.add_text(text, 0, Leaf::text);
  return state.read(text, origin, {});
}

Result<Masked> SessionRedactor::mask(Piece piece, std::string_view bytes) const {
  const State& state = *state_;
  if (piece >= state.pieces.size()) return fail("This part of the session was not looked through for secrets.");
  const State::PieceInfo& info = state.pieces[piece];
  if (info.size != bytes.size() || info.fingerprint != fingerprint(bytes))
    return fail("The session was changed while it was looked through for secrets; try again.");
  state.compile();
  std::vector<Edit> edits = info.edits;
  state.find_literals(bytes, edits);
  merge(edits);
  return Masked(state.splice(bytes, {0, bytes.size()}, edits));
}

Result<Masked> SessionRedactor::mask_text(std::string_view text) const {
  const State& state = *state_;
  if (text.size() > kLargest) return fail("This text is too long to be looked through for secrets.");
  Views views;
  views.add_text(text, 0, Leaf::text);
  std::vector<Match> matches;
  find_matches(views, {.secrets = state.settings.secrets, .personal = state.settings.personal}, matches);
  // What is not known has the numbers behind those that are.
  std::vector<std::string> markers = state.markers;
  std::map<std::string, std::uint32_t, std::less<>> counts = state.counts;
  std::unordered_map<std::string, std::uint32_t> fresh;
  std::vector<Edit> edits;
  for (Match& match : matches) {
    const Rule& rule = *all_rules()[match.rule];
    const std::string value = value_text(rule, views.buffer().substr(match.span.begin, match.span.size()));
    std::uint32_t number = 0;
    if (const auto known = state.by_text.find(State::key_of(match.kind, value)); known != state.by_text.end()) {
      number = known->second;
      if (state.values[number].is_allowed) continue;
    } else if (const auto hash = value_hash(state.settings.salt, value);
               !state.settings.salt.bytes.empty() && std::ranges::binary_search(state.settings.allowed, hash)) {
      continue;
    } else {
      const auto [at, is_new] = fresh.try_emplace(value, static_cast<std::uint32_t>(markers.size()));
      if (is_new)
        markers.push_back(marker_of({.kind = std::string(match.kind),
                                     .number = ++counts[std::string(match.kind)],
                                     .rule = {},
                                     .sample = {},
                                     .hash = {}}));
      number = at->second;
    }
    edits.push_back({views.raw(match.span), number, weight_of(rule)});
  }
  state.compile();
  state.find_literals(text, edits);
  merge(edits);
  return Masked(splice(text, {0, text.size()}, edits, markers));
}

std::uint64_t SessionRedactor::known() const {
  return state_->known;
}

void SessionRedactor::drop_pieces_from(Piece first) {
  if (first < state_->pieces.size()) state_->pieces.resize(first);
}

const std::vector<MaskedValue>& SessionRedactor::values() const {
  return state_->values;
}

std::vector<SessionRedactor::Finding> SessionRedactor::findings() const {
  std::vector<Finding> all;
  state_->compile();
  for (const State::PieceInfo& piece : state_->pieces) {
    for (Finding finding : piece.findings) {
      // What was learnt later may stand beside it.
      std::vector<Edit> edits;
      state_->find_literals(finding.context, edits);
      merge(edits);
      finding.context = state_->splice(finding.context, {0, finding.context.size()}, edits);
      finding.context.resize(truncate_utf8(finding.context, kContext).size());
      all.push_back(std::move(finding));
    }
  }
  return all;
}

}  // namespace panko
