// What gives a secret away by what stands around it: a name, a header, a URL, a command.
#include "redact/rules.hpp"

namespace panko {

std::span<const Rule> generic_rules() {
  static constexpr auto kRules = std::to_array<Rule>({
      {.id = "marker", .kind = "", .anchors = "[redacted:", .scanner = Scanner::marker},
      {.id = "pem", .kind = "private-key", .anchors = "-----BEGIN", .scanner = Scanner::pem},
      {.id = "pem-base64", .kind = "private-key", .anchors = "LS0tLS1CRUdJTi", .scanner = Scanner::base64_pem},
      {.id = "jwt", .kind = "jwt", .anchors = "eyJ", .scanner = Scanner::jwt},
      {.id = "url-password", .kind = "password", .anchors = "://", .scanner = Scanner::url_user},
      {.id = "url-query",
       .kind = "url-secret",
       .anchors = "sig= signature= credential= token= key= secret= code= password= passwd= pwd= auth=",
       .scanner = Scanner::url_query,
       .any_case = true},
      {.id = "authorization",
       .kind = "authorization",
       .anchors = "authorization bearer",
       .scanner = Scanner::authorization,
       .any_case = true},
      {.id = "cookie", .kind = "cookie", .anchors = "cookie", .scanner = Scanner::cookie, .any_case = true},
      {.id = "assignment",
       .kind = "secret",
       .anchors = "pass pwd secret token key credential auth salt signing webhook mnemonic _pw bindpw jwt psk",
       .scanner = Scanner::assignment,
       .any_case = true,
       .is_sure = false},
      {.id = "kubernetes-secret",
       .kind = "kubernetes-secret",
       .anchors = "Secret",
       .scanner = Scanner::kubernetes,
       .is_sure = false},
      {.id = "command-line",
       .kind = "password",
       .anchors = "curl mysql mysqldump mysqladmin mariadb sshpass redis-cli docker podman openssl http ftp lftp psql "
                  "wget smbclient ldapsearch mongosh mongo twine helm oras skopeo buildah sqlcmd mosquitto_pub "
                  "mosquitto_sub cqlsh xfreerdp",
       .scanner = Scanner::command_line,
       .is_sure = false},
      {.id = "seed-phrase",
       .kind = "seed-phrase",
       .anchors = "mnemonic seed phrase recovery",
       .scanner = Scanner::seed_phrase,
       .any_case = true},
      {.id = "sql",
       .kind = "password",
       .anchors = "password identified",
       .scanner = Scanner::sql,
       .any_case = true,
       .is_sure = false},
      {.id = "pgpass",
       .kind = "password",
       .anchors = "",
       .shape = ":[0-9]{4,5}:[A-Za-z*]",
       .scanner = Scanner::pgpass,
       .is_sure = false},
      {.id = "netrc", .kind = "password", .anchors = "password", .scanner = Scanner::netrc, .is_sure = false},
      {.id = "token-path",
       .kind = "value",
       .anchors = "tokens/ token/ secrets/ credentials/ apikeys/ api-keys/ api_keys/ tokens\\ secrets\\",
       .scanner = Scanner::token_path,
       .is_sure = false},
      {.id = "suspect", .kind = "value", .anchors = "", .scanner = Scanner::marker, .is_sure = false},
  });
  return kRules;
}

std::span<const Rule> personal_rules() {
  static constexpr auto kRules = std::to_array<Rule>({
      {.id = "email", .kind = "email", .anchors = "@", .scanner = Scanner::email, .is_personal = true},
      {.id = "ip4",
       .kind = "ip",
       .anchors = "",
       .shape = R"([0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9])",
       .scanner = Scanner::ip4,
       .is_personal = true},
      {.id = "ip6",
       .kind = "ip",
       .anchors = "",
       .shape = "[0-9A-Fa-f]{2}::?[0-9A-Fa-f]{1,4}:",
       .scanner = Scanner::ip6,
       .is_personal = true},
      {.id = "host",
       .kind = "host",
       .anchors = ".internal .corp .local .lan .svc.cluster.local",
       .scanner = Scanner::host,
       .is_personal = true},
      {.id = "home",
       .kind = "home",
       .anchors = R"(/home/ /Users/ :\Users\ -home- -Users- :/Users/)",
       .scanner = Scanner::home,
       .is_personal = true},
  });
  return kRules;
}

}  // namespace panko
