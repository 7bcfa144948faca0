// What is a secret, as data: one table. A rule is looked at where one of its anchors stands; then its shape, or the
// scanner that it names, says how far the value goes. Its examples are its test (tests/redact/rules_test.cpp).
//
// Shapes ask for less than vendors document (tokens are cut off, mistyped and become longer), and the whole run of
// characters is taken, so that no rest of a value stays.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace panko {

/// How a value is found once an anchor was.
enum class Scanner : std::uint8_t {
  shape,          // the regular expression from the anchor on; its first group, if there is one, is the value
  pem,            // -----BEGIN ... PRIVATE KEY----- to its end
  base64_pem,     // the same, encoded
  jwt,            // eyJ... . eyJ... . ...
  assignment,     // password = "...", and every other way to give a name a value
  kubernetes,     // kind: Secret, and the data around it
  url_user,       // scheme://user:PASS@host
  url_query,      // ?token=...
  authorization,  // Authorization: Bearer ...
  cookie,         // Cookie: a=b; c=d
  command_line,   // curl -u user:PASS, mysql -pPASS, ...
  seed_phrase,    // twelve words and more
  sql,            // IDENTIFIED BY '...'
  insert,         // (id, password) VALUES (1, '...')
  table,          // a column of a table
  piped,          // echo PASS | docker login --password-stdin
  pgpass,         // host:port:database:user:PASS
  netrc,          // machine ... login ... password ...
  token_path,     // .../tokens/VALUE/...
  marker,         // [redacted: ...]: what was masked already stays as it is
  email,
  ip4,
  ip6,
  host,
  home,
};

struct Rule {
  std::string_view id;
  std::string_view kind;       // in the marker
  std::string_view anchors;    // separated by blanks; one of them stands in every text that the rule is for
  std::string_view shape{};    // of Scanner::shape
  std::string_view example{};  // {uuid}, and classes with a count, stand for invented characters: "ghp_[A-Za-z0-9]{36}"
  std::string_view counter_example{};
  std::uint16_t lead = 0;       // characters of the value that stand before the anchor
  std::uint8_t least_lead = 0;  // so many at least
  Scanner scanner = Scanner::shape;
  bool any_case = false;  // of the anchors
  bool is_personal = false;
  bool is_sure = true;  // the format cannot be anything else: masked wherever it stands in the session
};

[[nodiscard]] std::span<const Rule> vendor_rules_a_to_g();
[[nodiscard]] std::span<const Rule> vendor_rules_g_to_o();
[[nodiscard]] std::span<const Rule> vendor_rules_p_to_z();
[[nodiscard]] std::span<const Rule> generic_rules();
[[nodiscard]] std::span<const Rule> personal_rules();

/// All of them; a rule is named by its place in it.
[[nodiscard]] std::span<const Rule* const> all_rules();

}  // namespace panko
