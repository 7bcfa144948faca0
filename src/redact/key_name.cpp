#include "redact/key_name.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "redact/characters.hpp"

namespace panko {

namespace {

/// "apiKeyID" → api key id; "DB_PASSWORD" → db password.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_one_of(c, kAlnum)) {
      if (!words.back().empty()) words.emplace_back();
      continue;
    }
    const bool after_lower = i > 0 && is_one_of(name[i - 1], kLower | kDigit);
    const bool before_lower =
        i + 1 < name.size() && is_one_of(name[i + 1], kLower) && i > 0 && is_one_of(name[i - 1], kUpper);
    if (is_one_of(c, kUpper) && (after_lower || before_lower) && !words.back().empty()) words.emplace_back();
    words.back() += to_lower(c);
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// What a name ends with that has no secret for a value.
constexpr auto kNothing = std::to_array<std::string_view>(
    {"count",   "counts",      "length",   "len",      "ttl",        "name",       "names",    "id",
     "ids",     "url",         "uri",      "path",     "paths",      "type",       "types",    "min",
     "max",     "file",        "files",    "dir",      "format",     "prefix",     "suffix",   "policy",
     "limit",   "size",        "expiry",   "expires",  "expiration", "expired",    "at",       "date",
     "time",    "algorithm",   "alg",      "status",   "version",    "field",      "fields",   "label",
     "hint",    "mode",        "method",   "enabled",  "required",   "rotation",   "provider", "endpoint",
     "host",    "port",        "user",     "username", "env",        "index",      "class",    "ref",
     "usage",   "fingerprint", "location", "rounds",   "cost",       "budget",     "valid",    "regex",
     "pattern", "re",          "error",    "errors",   "message",    "manager",    "store",    "page",
     "form",    "input",       "button",   "reset",    "strength",   "rules",      "rule",     "schema",
     "column",  "scope",       "scopes",   "issuer",   "audience",   "window",     "bucket",   "source",
     "handler", "helper",      "service",  "function", "callback",   "middleware", "model",    "test",
     "tests",   "sock",        "socket",   "agent",    "pid",        "level",      "used",     "remaining",
     "total",   "left",        "per",      "rate",     "estimate",   "kind",       "state",    "description",
     "title",   "placeholder", "example",  "code",     "mapping",    "map",        "list",     "set",
     "seconds", "minutes",     "hours",    "days",     "ms"});
constexpr auto kPassword = std::to_array<std::string_view>(
    {"password",    "passwd",       "passphrase", "pass",   "pwd",      "passcode", "pw",
     "pgpassword",  "userpassword", "dbpassword", "pswd",   "psw",      "passw",    "authpass",
     "requirepass", "masterauth",   "rootpass",   "dbpass", "userpass", "sshpass"});
constexpr auto kSecret = std::to_array<std::string_view>(
    {"secret",       "secrets",   "token",         "tokens",       "apikey",     "apitoken",    "appkey",
     "authkey",      "secretkey", "accesskey",     "privatekey",   "credential", "credentials", "auth",
     "salt",         "signing",   "bearer",        "jwt",          "authtoken",  "accesstoken", "refreshtoken",
     "clientsecret", "psk",       "webhook",       "dsn",          "otp",        "totp",        "hmac",
     "licensekey",   "nonce",     "authorization", "presharedkey", "cookie",     "mnemonic",    "pat",
     "sas",          "authtok"});
constexpr auto kBeforeKey = std::to_array<std::string_view>(
    {"api",       "access",   "private", "secret",     "signing",     "encryption",   "encrypt",
     "session",   "master",   "auth",    "account",    "license",     "app",          "application",
     "service",   "shared",   "storage", "deploy",     "admin",       "subscription", "client",
     "preshared", "function", "host",    "decryption", "hmac",        "jwt",          "crypto",
     "sdk",       "webhook",  "token",   "root",       "integration", "write",        "read",
     "ingest",    "consumer", "server",  "sas",        "wallet",      "deployer",     "instrumentation",
     "functions", "secure",   "primary", "secondary",  "aes",         "des",          "cookie",
     "hash",      "user"});
constexpr auto kPublic =
    std::to_array<std::string_view>({"public", "pub", "publishable", "foreign", "partition", "sort", "idempotency",
                                     "cache", "unique", "routing", "row", "translation", "i18n"});

}  // namespace

NameSays what_name_says(std::string_view name) {
  const auto words = words_of(name.substr(name.size() > 96 ? name.size() - 96 : 0));
  if (words.empty()) return NameSays::nothing;
  std::string_view last = words.back();
  std::size_t end = words.size();
  // PASSWORD_1, token2, keyBase, password_hash: what is before says it.
  while (end > 1 &&
         (std::ranges::all_of(words[end - 1], [](char c) { return is_one_of(c, kDigit); }) ||
          words[end - 1] == "value" || words[end - 1] == "base" || words[end - 1] == "b64" ||
          words[end - 1] == "base64" || words[end - 1] == "string" || words[end - 1] == "data" ||
          words[end - 1] == "hex" || words[end - 1] == "raw" || words[end - 1] == "text" || words[end - 1] == "plain" ||
          words[end - 1] == "old" || words[end - 1] == "new" || words[end - 1] == "dev" || words[end - 1] == "prod" ||
          words[end - 1] == "live" || words[end - 1] == "staging"))
    --end;
  last = words[end - 1];
  while (!last.empty() && is_one_of(last.back(), kDigit)) last.remove_suffix(1);
  if (is_in(kNothing, last)) return NameSays::nothing;
  for (const std::string& word : words)
    if (is_in(kPublic, std::string_view(word)) && !is_in(kPassword, last)) return NameSays::nothing;
  for (std::size_t i = 0; i < end; ++i)
    if (is_in(kPassword, std::string_view(words[i]))) return NameSays::password;
  if ((last.ends_with("pass") || last.ends_with("pw")) && last != "bypass" && last != "compass" && last.size() < 16)
    return NameSays::password;
  if (last.ends_with("password") || last.ends_with("passwd") || last.ends_with("passphrase")) return NameSays::password;
  if (is_in(kSecret, last) || last.ends_with("secret") || last.ends_with("token") || last.ends_with("apikey"))
    return NameSays::secret;
  if (last == "key" || last == "keys") {
    for (std::size_t i = 0; i + 1 < end; ++i)
      if (is_in(kBeforeKey, std::string_view(words[i])) || is_in(kSecret, std::string_view(words[i])))
        return NameSays::secret;
    // STRIPE_KEY; but GPG_KEY is the name of a public one.
    const bool is_variable = end > 1 && std::ranges::none_of(name, [](char c) { return is_one_of(c, kLower); });
    return is_variable && words[end - 2] != "gpg" ? NameSays::secret : NameSays::maybe;
  }
  // "secret_access", "token_mailgun"
  for (std::size_t i = 0; i + 1 < end; ++i)
    if (words[i] == "secret" || words[i] == "token" || words[i] == "credential" || words[i] == "apikey")
      return NameSays::secret;
  if (last.ends_with("key") && last.size() > 3) return NameSays::maybe;
  return NameSays::nothing;
}

}  // namespace panko
