// Where secrets stand and where what looks like one does. All values are invented.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "redact/redactor.hpp"

namespace panko {
namespace {

std::string masked(std::string_view text) {
  SessionRedactor redactor({});
  const auto piece = redactor.read(text, {});
  return redactor.mask(*piece, text)->text();
}

const std::string kKey = "hT7kQ9vLm2XpR4wZ8sNb";
const std::string kPassword = "Mo0n!river#27x";

/// The text with KEY and PASS filled in.
std::string filled(std::string_view text) {
  std::string out(text);
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"{KEY}", kKey}, {"{PASS}", kPassword}})
    for (std::size_t at = 0; (at = out.find(name, at)) != std::string::npos; at += value.size())
      out.replace(at, name.size(), value);
  return out;
}

TEST(Carriers, AreAllSeen) {
  const std::vector<std::string_view> texts{
      "API_KEY={KEY}",
      "export API_KEY='{KEY}'",
      "API_KEY: {KEY}",
      "  - API_KEY={KEY}",
      "ENV API_KEY {KEY}",
      "ARG NPM_TOKEN={KEY}",
      "$env:API_KEY = \"{KEY}\"",
      "set -x API_KEY {KEY}",
      "setenv API_KEY {KEY}",
      "setx API_KEY \"{KEY}\"",
      "api_key := \"{KEY}\"",
      "os.environ[\"API_KEY\"] = \"{KEY}\"",
      "process.env.API_KEY = '{KEY}';",
      "const apiKey: string = \"{KEY}\";",
      "val apiKey = \"{KEY}\"",
      "{\"apiKey\":\"{KEY}\"}",
      "{\\\"apiKey\\\":\\\"{KEY}\\\"}",
      "{'api_key': '{KEY}'}",
      "(\"api_key\", \"{KEY}\")",
      ":api_key => '{KEY}',",
      "ApiKey: \"{KEY}\",",
      "<apiKey>{KEY}</apiKey>",
      "<add key=\"ApiKey\" value=\"{KEY}\"/>",
      "<property name=\"password\" value=\"{PASS}\"/>",
      "{\"name\": \"API_KEY\", \"value\": \"{KEY}\"}",
      "- name: API_KEY\n  value: {KEY}\n",
      "| API_KEY | {KEY} |",
      "--api-key {KEY} --verbose",
      "--api-key={KEY}",
      "docker run -e API_KEY={KEY} image",
      "helm install --set auth.password={PASS} chart",
      "kubectl create secret generic x --from-literal=password={PASS}",
      "Environment=\"API_KEY={KEY}\"",
      "password = {PASS}",
      "password: '{PASS}'",
      "db.password={PASS}",
      "Password={PASS};Encrypt=True",
      "host=db user=app password={PASS} dbname=x",
      "jdbc:postgresql://db/x?user=app&password={KEY}",
      "requirepass {PASS}",
      "postgres://app:{PASS}@db/x",
      "redis://:{PASS}@cache:6379/0",
      "https://{KEY}@git.corp.dev/a.git",
      "Authorization: Bearer {KEY}",
      "> authorization: bearer {KEY}",
      "-H \"Authorization: Token {KEY}\"",
      "{\"Authorization\": \"Basic YXBwOk1vMG4hcml2ZXIjMjd4\"}",
      "X-Api-Key: {KEY}",
      "PRIVATE-TOKEN: {KEY}",
      "x-vault-token: {KEY}",
      "Cookie: theme=dark; sid={KEY}",
      "Set-Cookie: sid={KEY}; Path=/; HttpOnly",
      "https://x.dev/cb?access_token={KEY}&x=1",
      "https://x.dev/cb?x=1&sig={KEY}%3D",
      "grant_type=client_credentials&client_secret={KEY}",
      "curl -u app:{PASS} https://x.dev",
      "curl --user 'app:{PASS}' https://x.dev",
      "mysql -u root -p{PASS} app",
      "mysqldump --password={PASS} app",
      "sshpass -p '{PASS}' ssh host",
      "redis-cli -a {PASS} ping",
      "docker login -u ci -p {PASS} registry",
      "PGPASSWORD={PASS} psql",
      "MYSQL_PWD={PASS} mysql",
      "openssl enc -pass pass:{PASS}",
      "CREATE USER app IDENTIFIED BY '{PASS}';",
      "ALTER ROLE app WITH PASSWORD '{PASS}';",
      "machine x.dev login app password {PASS}",
      "db:5432:app:app:{PASS}",
      "//registry.x.dev/:_authToken={KEY}",
      "PrivateKey = hT7kQ9vLm2XpR4wZ8sNbhT7kQ9vLm2XpR4wZ8sNb1c0=\n{KEY}=token {KEY}",
      "otpauth://totp/x?secret={KEY}&issuer=y",
      "The API key is {KEY}, keep it.",
      "Your temporary password is: {PASS}",
      "initial password: {PASS}",
      "define('DB_PASSWORD', '{PASS}');",
      "$config['password'] = '{PASS}';",
      "+API_KEY={KEY}",
      "-    secret: \"{KEY}\"",
      "     12\u2192API_KEY={KEY}",
      "API_KEY=\x1b[01;31mhT7kQ9vLm2\x1b[mXpR4wZ8sNb",
      "password%3D{KEY}%26x%3D1",
      "kind: Secret\nstringData:\n  a: {PASS}\n",
      "spring.datasource.password={PASS}",
      "ansible_become_pass={PASS}",
      "bindpw: {PASS}",
      "client_secret = \"{KEY}\"",
      "SECRET_KEY_BASE={KEY}{KEY}",
      "aws_secret_access_key = {KEY}{KEY}",
      "export STRIPE_KEY='{KEY}'",
      "SetEnv DB_PASSWORD {PASS}",
      "**Password:** {PASS}",
      "**Password**: {PASS}",
      "Use `API_TOKEN` with `{KEY}` please.",
      "Log in as `app` with password `{PASS}`.",
      "Please use the following password to proceed to installation:\n\n{PASS}\n\nIt may also be found elsewhere.",
      "Your new API key is:\n  {KEY}\nKeep it safe.",
      "Token created: {KEY}",
      "<key>APIKey</key>\n<string>{KEY}</string>",
      "<property><name>db.password</name><value>{PASS}</value></property>",
      "<Password><Value>{PASS}</Value></Password>",
      "    DefaultPassword    REG_SZ    {PASS}",
      "$p = ConvertTo-SecureString '{PASS}' -AsPlainText -Force",
      "echo {KEY} | gh auth login --with-token",
      "echo '{PASS}' | docker login -u ci --password-stdin",
      "printf '%s' \"{PASS}\" | gh secret set TOKEN",
      "docker login --password-stdin <<< '{PASS}'",
      "echo 'app:{PASS}' | sudo chpasswd",
      "echo '{PASS}' | sudo -S apt-get update",
      "htpasswd -bc .htpasswd app {PASS}",
      "gh secret set API --body '{PASS}'",
      "az login --service-principal -u 1 -p {PASS}",
      "zip -P {PASS} a.zip b",
      "unzip -P {PASS} a.zip",
      "7z x -p{PASS} a.7z",
      "plink -pw {PASS} app@host",
      "id,user,password,role\n1,app,{PASS},admin\n",
      "\"id\",\"user\",\"api_key\"\n\"1\",\"a, b\",\"{KEY}\"\n",
      "id\tapi_token\tpassword\n1\t{KEY}\t{PASS}\n",
      " id | name |  api_token\n----+------+-----------\n  1 | main | {KEY}\n  2 | next | {KEY}\n(2 rows)",
      "+----+----------+\n| id | password |\n+----+----------+\n|  1 | {PASS} |\n+----+----------+\n",
      "| user | password |\n|------|----------|\n| app | {PASS} |\n",
      "USER      PASSWORD\napp       {PASS}\n",
      "INSERT INTO users (id, name, password) VALUES (1, 'o''neil', 'x'), (2, 'app', '{PASS}');",
  };
  for (const std::string_view text : texts) {
    const std::string all = filled(text);
    const std::string out = masked(all);
    for (const std::string& value : {kKey, kPassword})
      for (std::size_t i = 0; i + 8 <= value.size(); i += 4)
        EXPECT_FALSE(out.contains(value.substr(i, 8))) << all << "\n-> " << out;
  }
}

TEST(Carriers, WhatOnlyLooksLikeASecretStays) {
  const std::vector<std::string_view> texts{
      "password = request.getParameter(\"password\");",
      "password: Mapped[str] = mapped_column(String(128))",
      "password: ${{ secrets.DB_PASSWORD }}",
      "token = os.environ[\"TOKEN\"]",
      "const token = process.env.GITHUB_TOKEN;",
      "api_key: \"your-api-key\"",
      "API_KEY=changeme",
      "PASSWORD=<password>",
      "AKIAIOSFODNN7EXAMPLE",
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      "ghp_[0-9a-zA-Z]{36}",
      "const JWT_RE = /eyJ[\\w-]+\\.eyJ[\\w-]+\\.[\\w-]+/;",
      "PRIVATE = \"-----BEGIN RSA PRIVATE KEY-----\"",
      "reset_password(token)",
      "\"max_tokens\": 4096, \"input_tokens\": 12345678",
      "tokens: 123456",
      "commit 4a3d5c867ac985af531a783b6f680e8b3e0aeec8",
      "\"integrity\": \"sha512-zzind5gzrfWD30EZOCf6KXgikwBX5jJMoYVsFlJecjkYdfiRqY7MNUlJLHMiXA==\"",
      "h1:iCM5YFx/ZEFFpHTTIxoL2nr4o6khpUgtfp6fIjVs1kD=",
      "checksum = \"c21a9dbf49a067e24bdb7ec83756378368f7e732d2e433ec56f24b1c71b106e9\"",
      "sha256:ed0912767bc89553edf3907816acd6473dc36870d8bbb6c58571010570",
      "256 SHA256:5b1If7V3LXUmSfICVuniJvMal2Y/6FK0o8fg9JmHc5F build (ED25519)",
      "key: c21a9dbf49a067e24bdb7ec83756378368f7e732d2e433ec56f24b1c71b106e9",
      "PASSWORD_MIN_LENGTH=14",
      "token_type: bearer",
      "TOKEN_URL=https://login.x.dev/oauth/token",
      "SSH_AUTH_SOCK=/run/user/1000/ssh-agent.socket",
      "The token bucket refills at 10 tokens per second, so the key insight is this.",
      "I renamed getAccessTokenFromRefreshTokenOrThrow to refreshAccessToken.",
      "csrf-token@1.0.4",
      "password-validator@5.3.0",
      "git@github.com:owner/repository.git",
      "if (password !== confirmPassword) throw new Error('passwords differ');",
      "function login(username: string, password: string): Promise<Token>",
      "msg_019qgTBeyqsvftw2KONrtqR7 toolu_01Q9iGO6NMgpXXJSg5HPISi7 req_011Cu4LKI1YSNuX2GUDmct7X",
      "trace_id=7225b825e6abb4457fa77c98a7ed2ceb",
      "version 1.2.3.4 listens on 127.0.0.1:80 and 0.0.0.0, see 203.0.113.7",
      "user@example.com, 1234+someone@users.noreply.github.com",
      "https://user:pass@host/x",
      "postgres://app:${DB_PASSWORD}@db/x",
      "secretName: my-app-tls",
      "key={item.id}",
      "primary_key=True",
      "auth: required",
      "-----BEGIN CERTIFICATE-----\nMIIDxifeXId8Y2ixEYWik37l3P1qHmZckRsg40NrxmhJ\n-----END CERTIFICATE-----",
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIvMIpGrZYAUEwkCNRH2BgTeTF6rN4BzzRq",
      "std::cout << threading.local << sun.internal;",
      "settings.local.json and .env.local",
      "GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D",
      "exports.TOKEN_KEY = exports.DEFAULT_TOKEN_KEY_2 = void 0;",
      "Pass `ctx context.Context2` as the first parameter.",
      "Token for commit: 4a3d5c867ac985af531a783b6f680e8b3e0aeec8",
      "The token is split in two: a header, and what it signs.",
      "echo '4a3d5c867ac985af531a783b6f680e8b3e0aeec8' | xxd",
      "echo $TOKEN | docker login --password-stdin",
      "| Secret | Since |\n|---|---|\n| DB_PASSWORD_2 | 1.2.3 |\n",
      "id,key,count\n1,homepage-title,12\n",
      "The password, the user and the role\nare, as always, required1",
      "INSERT INTO tokens (id, token_count) VALUES (1, 4096);",
      "<key>CFBundleIdentifier</key>\n<string>dev.x.App2</string>",
  };
  for (const std::string_view text : texts) EXPECT_EQ(masked(text), text);
}

}  // namespace
}  // namespace panko
