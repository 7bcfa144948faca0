// The hand-written scanners behind rules.hpp: each looks at what stands around an anchor and adds what is secret there.
// All are bounded by a window or go on where the last one of their kind ended: linear on any input. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "redact/rules.hpp"
#include "redact/views.hpp"

namespace panko {

struct Match {
  ByteSpan span;  // in the buffer of Views
  std::uint16_t rule = 0;
  std::string_view kind{};  // in place of the rule's
  bool is_sure = false;
};

/// One view of a text, up to its end; places are those of the whole buffer.
struct ScanText {
  std::string_view text;
  std::size_t begin;
  const Views::View& view;
  [[nodiscard]] char at(std::size_t i) const { return i >= begin && i < text.size() ? text[i] : '\0'; }
  [[nodiscard]] bool ends_at(std::size_t i) const { return i >= text.size(); }
};

class Matches {
 public:
  explicit Matches(std::vector<Match>& into) : into_(into) {}

  void begin_rule(std::uint16_t number, const Rule& rule) {
    number_ = number;
    rule_ = &rule;
  }
  [[nodiscard]] const Rule& rule() const { return *rule_; }
  /// A marker that stands in the text: nothing in it is masked again.
  void add_marker(ByteSpan marker) { marker_ = marker; }
  void add(std::size_t begin, std::size_t end, std::string_view kind = {}) { add(begin, end, kind, rule_->is_sure); }
  void add(std::size_t begin, std::size_t end, std::string_view kind, bool is_sure) {
    if (!is_masked({begin, end}) && begin < end)
      into_.push_back({{begin, end}, number_, kind.empty() ? rule_->kind : kind, is_sure});
  }

 private:
  // Anchors come in the order of the text, and a marker's before those in it.
  [[nodiscard]] bool is_masked(ByteSpan span) const { return span.begin >= marker_.begin && span.end <= marker_.end; }

  std::vector<Match>& into_;
  ByteSpan marker_{};
  std::uint16_t number_ = 0;
  const Rule* rule_ = nullptr;
};

// Each returns the place up to which it has looked for good: anchors of the same rule before it are passed over.
std::size_t scan_marker(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_pem(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_base64_pem(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_jwt(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_assignment(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_kubernetes(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_url_user(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_url_query(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_authorization(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_cookie(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_command_line(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_seed_phrase(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_piped(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_table(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_insert(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_sql(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_pgpass(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_netrc(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_token_path(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_email(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_ip4(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_ip6(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_host(const ScanText& text, ByteSpan anchor, Matches& matches);
std::size_t scan_home(const ScanText& text, ByteSpan anchor, Matches& matches);

/// All values of a text that holds credentials by where it comes from.
void scan_suspect(const ScanText& text, Matches& matches);

}  // namespace panko
