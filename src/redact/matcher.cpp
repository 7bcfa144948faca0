#include "redact/matcher.hpp"

#include <hs/hs.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "base/result.hpp"
#include "redact/characters.hpp"
#include "redact/value_test.hpp"

namespace panko {

std::span<const Rule* const> all_rules() {
  static const std::vector<const Rule*> kRules = [] {
    std::vector<const Rule*> rules;
    for (const auto part :
         {generic_rules(), vendor_rules_a_to_g(), vendor_rules_g_to_o(), vendor_rules_p_to_z(), personal_rules()})
      for (const Rule& rule : part) rules.push_back(&rule);
    return rules;
  }();
  return kRules;
}

namespace {

struct Anchor {
  std::string text;
  std::uint16_t rule;
};

constexpr std::size_t kWindow = 2048;     // that a shape is looked for in: the run behind it is taken by hand
constexpr std::size_t kUnmistakable = 4;  // characters of an anchor that is enough where the text is cut off

class Prefilter {
 private:
  [[noreturn]] static void refuse(hs_compile_error_t* error) {
    const std::string reason = error->message;
    hs_free_compile_error(error);
    throw Failure("The rules of the redactor cannot be compiled: " + reason);
  }

 public:
  Prefilter() {
    const auto rules = all_rules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      std::string_view left = rules[i]->anchors;
      while (!left.empty()) {
        const std::size_t end = std::min(left.find(' '), left.size());
        if (end > 0) anchors_.push_back({std::string(left.substr(0, end)), static_cast<std::uint16_t>(i)});
        left.remove_prefix(std::min(end + 1, left.size()));
      }
    }
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    std::vector<unsigned> flags;
    std::vector<unsigned> ids;
    for (const Anchor& anchor : anchors_) {
      texts.push_back(anchor.text.data());
      lengths.push_back(anchor.text.size());
      flags.push_back(rules[anchor.rule]->any_case ? HS_FLAG_CASELESS : 0);
      ids.push_back(static_cast<unsigned>(ids.size()));
    }
    hs_compile_error_t* error = nullptr;
    if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(), static_cast<unsigned>(ids.size()),
                             HS_MODE_BLOCK, nullptr, &literals_, &error) != HS_SUCCESS)
      refuse(error);
    std::vector<std::string> shapes;
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (rules[i]->anchors.empty() && !rules[i]->shape.empty()) {
        shapes.emplace_back(rules[i]->shape);
        shaped_.push_back(static_cast<std::uint16_t>(i));
      }
    texts.clear();
    flags.assign(shapes.size(), 0);
    ids.clear();
    for (const std::string& shape : shapes) {
      texts.push_back(shape.c_str());
      ids.push_back(static_cast<unsigned>(ids.size()));
    }
    if (hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(ids.size()), HS_MODE_BLOCK,
                         nullptr, &shapes_database_, &error) != HS_SUCCESS)
      refuse(error);
    shapes_.resize(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i) compiled_.emplace_back(std::make_unique<std::once_flag>());
  }

  [[nodiscard]] const hs_database_t* literals() const { return literals_; }
  [[nodiscard]] const hs_database_t* shapes() const { return shapes_database_; }
  [[nodiscard]] std::uint16_t shaped(unsigned id) const { return shaped_[id]; }
  [[nodiscard]] const Anchor& anchor(unsigned id) const { return anchors_[id]; }
  /// Compiled when it is first wanted: most are never.
  [[nodiscard]] const RE2& shape(std::uint16_t rule) const {
    std::call_once(*compiled_[rule], [&] {
      RE2::Options options;
      options.set_log_errors(false);
      options.set_encoding(RE2::Options::EncodingLatin1);
      shapes_[rule] = std::make_unique<RE2>(
          re2::StringPiece(all_rules()[rule]->shape.data(), all_rules()[rule]->shape.size()), options);
      if (!shapes_[rule]->ok()) throw Failure("The rule cannot be compiled: " + std::string(all_rules()[rule]->id));
    });
    return *shapes_[rule];
  }

 private:
  std::vector<Anchor> anchors_;
  std::vector<std::uint16_t> shaped_;  // rules that have no anchors
  hs_database_t* literals_ = nullptr;  // both as long as the program
  hs_database_t* shapes_database_ = nullptr;
  mutable std::vector<std::unique_ptr<RE2>> shapes_;
  std::vector<std::unique_ptr<std::once_flag>> compiled_;
};

const Prefilter& prefilter() {
  static const Prefilter& kPrefilter = *new Prefilter;
  return kPrefilter;
}

struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

hs_scratch_t* scratch() {
  thread_local std::unique_ptr<hs_scratch_t, FreeScratch> owned = [] {
    hs_scratch_t* made = nullptr;
    if (hs_alloc_scratch(prefilter().literals(), &made) != HS_SUCCESS ||
        hs_alloc_scratch(prefilter().shapes(), &made) != HS_SUCCESS)
      throw std::bad_alloc();
    return std::unique_ptr<hs_scratch_t, FreeScratch>(made);
  }();
  return owned.get();
}

/// A token's run: what belongs to it although its shape does not ask for it.
std::size_t whole_run(std::string_view text, std::size_t from) {
  return end_of_run(text, from, kAlnum);
}

std::size_t scan_shape(const ScanText& text, ByteSpan anchor, std::uint16_t number, Matches& matches) {
  const Rule& rule = matches.rule();
  std::size_t begin = anchor.begin;
  if (rule.lead != 0) {
    while (begin > text.view.begin && anchor.begin - begin < 256 && is_one_of(text.text[begin - 1], rule.lead)) --begin;
    if (anchor.begin - begin < rule.least_lead) return anchor.end;
  }
  const bool is_word = is_one_of(text.text[begin], kAlnum);
  if (is_word && is_one_of(text.at(begin - 1), kAlnum)) return anchor.end;
  const std::string_view window = text.text.substr(anchor.begin, kWindow);
  const RE2& shape = prefilter().shape(number);
  std::array<re2::StringPiece, 2> groups;
  const int wanted = shape.NumberOfCapturingGroups() > 0 ? 2 : 1;
  if (shape.Match({window.data(), window.size()}, 0, window.size(), RE2::ANCHOR_START, groups.data(), wanted)) {
    const re2::StringPiece found = groups.at(static_cast<std::size_t>(wanted - 1));
    if (wanted == 2) begin = static_cast<std::size_t>(found.data() - text.text.data());
    std::size_t end = static_cast<std::size_t>(found.data() - text.text.data()) + found.size();
    end = whole_run(text.text, end);
    if (found.size() >= kWindow - 64) end = end_of_run(text.text, end, kBase64Character);
    const std::string_view value = text.text.substr(begin, end - begin);
    if (wanted == 1 && end_of_run(value, 0, kHexDigit) == value.size()) return end;  // a checksum that begins like it
    if (!is_placeholder(value.substr(std::min<std::size_t>(value.size() / 2, wanted == 2 ? 0 : anchor.size()))) &&
        !is_placeholder(value) && entropy(value.substr(0, 128)) >= 2.3)
      matches.add(begin, end);
    return end;
  }
  // Cut off at the end of the text.
  const std::string_view sure = text.text.substr(anchor.begin, anchor.size());
  if (anchor.size() < kUnmistakable || rule.lead != 0 || text.text.size() - anchor.end > kWindow ||
      text.view.leaf == Leaf::name || is_one_of(text.at(anchor.begin - 1), kWord) ||
      end_of_run(sure, 0, kHexDigit) == sure.size())
    return anchor.end;
  const std::size_t end = end_of_run(text.text, anchor.end, kBase64Character);
  const std::string_view rest = text.text.substr(anchor.end, end - anchor.end);
  const auto has = [&](unsigned classes) {
    return std::ranges::any_of(rest, [&](char c) { return is_one_of(c, classes); });
  };
  if (text.ends_at(end) && rest.size() >= 4 && (has(kDigit) || (has(kUpper) && has(kLower))) && !is_placeholder(rest))
    matches.add(anchor.begin, end, {}, false);
  return anchor.end;
}

std::size_t scan(const ScanText& text, ByteSpan anchor, std::uint16_t number, Matches& matches) {
  switch (matches.rule().scanner) {
    case Scanner::shape: return scan_shape(text, anchor, number, matches);
    case Scanner::pem: return scan_pem(text, anchor, matches);
    case Scanner::base64_pem: return scan_base64_pem(text, anchor, matches);
    case Scanner::jwt: return scan_jwt(text, anchor, matches);
    case Scanner::assignment: return scan_assignment(text, anchor, matches);
    case Scanner::kubernetes: return scan_kubernetes(text, anchor, matches);
    case Scanner::url_user: return scan_url_user(text, anchor, matches);
    case Scanner::url_query: return scan_url_query(text, anchor, matches);
    case Scanner::authorization: return scan_authorization(text, anchor, matches);
    case Scanner::cookie: return scan_cookie(text, anchor, matches);
    case Scanner::command_line: return scan_command_line(text, anchor, matches);
    case Scanner::seed_phrase: return scan_seed_phrase(text, anchor, matches);
    case Scanner::piped: return scan_piped(text, anchor, matches);
    case Scanner::table: return scan_table(text, anchor, matches);
    case Scanner::insert: return scan_insert(text, anchor, matches);
    case Scanner::sql: return scan_sql(text, anchor, matches);
    case Scanner::pgpass: return scan_pgpass(text, anchor, matches);
    case Scanner::netrc: return scan_netrc(text, anchor, matches);
    case Scanner::token_path: return scan_token_path(text, anchor, matches);
    case Scanner::marker: return scan_marker(text, anchor, matches);
    case Scanner::email: return scan_email(text, anchor, matches);
    case Scanner::ip4: return scan_ip4(text, anchor, matches);
    case Scanner::ip6: return scan_ip6(text, anchor, matches);
    case Scanner::host: return scan_host(text, anchor, matches);
    case Scanner::home: return scan_home(text, anchor, matches);
  }
  return anchor.end;
}

struct Hit {
  std::uint32_t id;
  std::uint32_t end;
};

void search(const hs_database_t* database, std::string_view buffer, std::vector<Hit>& hits) {
  hits.clear();
  const auto note = [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* list) {
    static_cast<std::vector<Hit>*>(list)->push_back({id, static_cast<std::uint32_t>(to)});
    return 0;
  };
  if (hs_scan(database, buffer.data(), static_cast<unsigned>(buffer.size()), 0, scratch(), note, &hits) != HS_SUCCESS)
    throw Failure("The text could not be searched.");
}

void look_at_suspect(const Views& views, Matches& matches) {
  static const auto kSuspect = static_cast<std::uint16_t>(
      std::ranges::find(all_rules(), std::string_view("suspect"), [](const Rule* rule) { return rule->id; }) -
      all_rules().begin());
  matches.begin_rule(kSuspect, *all_rules()[kSuspect]);
  for (const Views::View& view : views.views())
    if (view.leaf != Leaf::name) scan_suspect({views.buffer().substr(0, view.end), view.begin, view}, matches);
}

}  // namespace

void find_matches(const Views& views, const MatchOptions& options, std::vector<Match>& into) {
  static thread_local std::vector<Hit> hits;
  static thread_local std::vector<std::size_t> looked;  // by rule: up to where
  const std::string_view buffer = views.buffer();
  looked.assign(all_rules().size(), 0);
  Matches matches(into);
  const Views::View* view = nullptr;
  const auto look = [&](std::uint16_t number, ByteSpan span) {
    if (span.begin < looked[number]) return;
    if (view == nullptr || span.begin >= view->end || span.begin < view->begin) view = &views.view_at(span.begin);
    if (span.end > view->end) return;
    const Rule& rule = *all_rules()[number];
    if (rule.is_personal ? !options.personal : !options.secrets) return;
    if (view->leaf == Leaf::name && rule.scanner != Scanner::shape) return;
    matches.begin_rule(number, rule);
    looked[number] = scan({buffer.substr(0, view->end), view->begin, *view}, span, number, matches);
  };
  search(prefilter().literals(), buffer, hits);
  for (const Hit hit : hits) {
    const Anchor& anchor = prefilter().anchor(hit.id);
    look(anchor.rule, {hit.end - anchor.text.size(), hit.end});
  }
  // Where such a match begins is not known: its last character does as well.
  search(prefilter().shapes(), buffer, hits);
  for (const Hit hit : hits) look(prefilter().shaped(hit.id), {hit.end - 1, hit.end});

  constexpr std::size_t kKept = 1U << 16;  // of the memory for hits: a thread lives long
  if (hits.capacity() > kKept) hits = {};
  if (options.is_suspect && options.secrets) look_at_suspect(views, matches);
  // Never a part of a character.
  const auto is_inside = [&](std::size_t at) {
    return at < buffer.size() && (static_cast<unsigned char>(buffer[at]) & 0xC0U) == 0x80U;
  };
  for (Match& match : into) {
    while (match.span.begin > 0 && is_inside(match.span.begin)) --match.span.begin;
    while (is_inside(match.span.end)) ++match.span.end;
  }
}

}  // namespace panko
