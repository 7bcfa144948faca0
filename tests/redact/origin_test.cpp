#include "redact/origin.hpp"

#include <gtest/gtest.h>

#include <string>

#include "redact/redactor.hpp"

namespace panko {
namespace {

TEST(Origin, OfWhatHoldsCredentialsIsSuspect) {
  for (const char* command : {"env",
                              "env | sort",
                              "sudo env",
                              "printenv",
                              "printenv DATABASE_URL",
                              "/usr/bin/env | grep KEY",
                              "export -p",
                              "declare -x",
                              "set | less",
                              "cd app && env",
                              "FOO=1 env",
                              "cat .env",
                              "cat ./config/.env.production",
                              "head -5 ~/.netrc",
                              "grep TOKEN .env.local",
                              "less ~/.pgpass",
                              "cat ~/.npmrc",
                              "cat ~/.aws/credentials",
                              "cat ~/.docker/config.json",
                              "cat ~/.kube/config",
                              "cat server.pem",
                              "cat ~/.ssh/id_ed25519",
                              "kubectl get secret app -o yaml",
                              "kubectl -n prod get secrets -o json",
                              "terraform output -json",
                              "terraform state show aws_iam_access_key.x",
                              "vault kv get secret/app",
                              "aws secretsmanager get-secret-value --secret-id x",
                              "gcloud secrets versions access latest",
                              "az keyvault secret show --name x",
                              "op read op://vault/item",
                              "heroku config -a app",
                              "docker inspect web",
                              "docker compose config",
                              "history",
                              "history | tail",
                              "gh auth token",
                              "cat /proc/1/environ",
                              "sops -d secrets.yaml"})
    EXPECT_TRUE(is_suspect({.tool = "shell", .command = command})) << command;
  for (const char* path : {"/app/.env", ".env.local", "/home/x/.netrc", "/home/x/.aws/credentials", "deploy/id_rsa",
                           "wp-config.php", "terraform.tfstate", "prod.tfvars", "/etc/shadow", "app/credentials.json"})
    EXPECT_TRUE(is_suspect({.tool = "read", .path = path})) << path;
}

TEST(Origin, OfAnythingElseIsNot) {
  for (const char* command : {"", "ls -la", "git status", "set -e; make", "npm test", "cat README.md",
                              "python -m venv env", "echo environment", "go env GOPATH", "rustup toolchain list",
                              "cat src/environment.ts", "kubectl get pods", "docker ps", "grep -r history docs/"})
    EXPECT_FALSE(is_suspect({.tool = "shell", .command = command})) << command;
  for (const char* path :
       {"", "src/main.cpp", "/app/environment.ts", "docs/secrets-management/README.md", "key_name.cpp"})
    EXPECT_FALSE(is_suspect({.tool = "read", .path = path})) << path;
}

TEST(Origin, ThatIsSuspectPassesTheCheapFilter) {
  for (const char* command :
       {"env", "cat .env", "kubectl get secret x", "vault kv get a", "op read op://a/b", "history", "docker inspect x",
        "aws sts get-session-token", "cat ~/.kube/config", "cat a.pem"})
    EXPECT_TRUE(may_be_suspect(std::string(R"({"name":"Bash","input":{"command":")") + command + "\"}}")) << command;
  EXPECT_FALSE(may_be_suspect(R"({"name":"Bash","input":{"command":"ls -la"}})"));
}

std::string masked(const std::string& text) {
  SessionRedactor redactor({});
  const auto piece = redactor.read(text, {.tool = "shell", .command = "env"});
  return redactor.mask(*piece, text)->text();
}

TEST(Origin, MakesEachValueSuspect) {
  for (const char* text : {"THING=q8Zr5Xw2Lt9B", "thing: q8Zr5Xw2Lt9B", "\"thing\": \"q8Zr5Xw2Lt9B\",",
                           "A=1 THING=q8Zr5Xw2Lt9B", "  \"Env\": [\"THING=q8Zr5Xw2Lt9B\"]", "thing      q8Zr5Xw2Lt9B",
                           "q8Zr5Xw2Lt9B", "=== config\nTHING:   q8Zr5Xw2Lt9B",
                           "{\"a\":{\"b\":\"q8Zr5Xw2Lt9B\",\"c\":1}}", "  513  export THING=q8Zr5Xw2Lt9B"})
    EXPECT_FALSE(masked(text).contains("q8Zr5Xw2")) << masked(text);
}

TEST(Origin, LeavesWhatIsNoSecretAnywhere) {
  const std::string text =
      "TERM=xterm-256color\nLANG=en_GB.UTF-8\nPATH=/usr/local/bin:/usr/bin:/"
      "bin\nSHLVL=1\nPORT=8080\nNODE_ENV=production\n"
      "GOFLAGS=-mod=mod\nDEBUG=true\nSSH_AUTH_SOCK=/run/user/1000/ssh-agent.socket\nURL=https://app.dev/"
      "path\nPASSWORD_MIN_LENGTH=14\n"
      "This is a sentence, and it says nothing.\n";
  EXPECT_EQ(masked(text), text);
}

}  // namespace
}  // namespace panko
