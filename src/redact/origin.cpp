#include "redact/origin.hpp"

#include <re2/re2.h>

#include <array>
#include <span>
#include <string>

namespace panko {

namespace {

// What may stand in front of a command's name: the begin of a part of a command line, sudo, variables, a path.
constexpr std::string_view kBefore =
    R"((?i)(?:^|[|;&(`]|\bthen\b|\bdo\b)\s*(?:(?:sudo|doas|command|exec|time|nohup)\s+(?:-\S+\s+)*)*)"
    R"((?:\w+=\S*\s+)*(?:[\w./~-]*/)?)";

// Commands that print credentials.
constexpr auto kCommands = std::to_array<std::string_view>({
    R"((?:env|printenv|set|history|compgen)(?:\s*$|\s*[|;&>)]))",
    R"(export\s+-p)",
    R"(declare\s+-[px]+)",
    R"(printenv\b)",
    R"(history\b)",
    R"(fc\s+-l)",
    R"((?:kubectl|oc|k)\b[^|;&]*\b(?:get|describe|edit|view)\b[^|;&]*\b(?:secrets?\b|config\s+view))",
    R"(kubectl\s+config\s+view)",
    R"((?:terraform|tofu)\s+(?:output|state|show)\b)",
    R"(vault\s+(?:kv\s+get|read|token|login|print))",
    R"(aws\s+(?:secretsmanager|ssm\s+get-param|sts|configure|iam\s+create|ecr\s+get))",
    R"(gcloud\s+(?:secrets\s+versions|auth\s+print|auth\s+application))",
    R"(az\s+(?:keyvault\s+secret|account\s+get-access-token|ad\s+sp\s+create))",
    R"(op\s+(?:read|item|get|run))",
    R"(pass\s+(?:show\s+)?\S)",
    R"(bw\s+(?:get|list))",
    R"(heroku\s+config)",
    R"(fly(?:ctl)?\s+(?:secrets|auth\s+token))",
    R"(gh\s+(?:auth\s+token|secret))",
    R"(glab\s+auth)",
    R"(doppler\s+(?:secrets|run))",
    R"((?:vercel|netlify)\s+env)",
    R"(railway\s+variables)",
    R"(docker\s+(?:inspect|compose\s+config|container\s+inspect))",
    R"(docker-compose\s+config)",
    R"(npm\s+config\s+(?:list|get))",
    R"(git\s+(?:config\s+(?:-l|--list)|credential))",
    R"(security\s+find-)",
    R"(secret-tool)",
    R"(gpg\s+--export-secret)",
    R"(ansible-vault\s+(?:view|decrypt))",
    R"(sops\b)",
    R"(systemctl\s+show-environment)",
    R"(openssl\s+(?:genrsa|genpkey|rand|pkcs12))",
    R"(pm2\s+env)",
    R"(argocd\s+admin\s+initial-password)",
    R"re((?:echo|printf)\s[^|;&]*\$\{?\w*(?:PASS|PWD|SECRET|TOKEN|KEY|CREDENTIAL)\w*\}?["']?\s*(?:$|[;&]))re",
});

// Files that hold credentials, wherever they are named in a path or a command.
constexpr std::string_view kBeforeFile = R"((?i)(?:^|[\s/\\'"=<]))";
constexpr std::string_view kBehindFile = R"((?:$|[\s'"|;&)<>,:]))";
constexpr auto kFiles = std::to_array<std::string_view>({
    R"(\.env(?:\.[\w.-]+)?|[\w.-]+\.env|\.envrc)",
    R"(\.netrc|_netrc|\.pgpass|\.my\.cnf|\.npmrc|\.yarnrc\.yml|\.pypirc|\.htpasswd|\.git-credentials|\.dockercfg)",
    R"(credentials(?:\.\w+)?|\.credentials(?:\.json)?|secrets?(?:\.\w+)+|secrets)",
    R"(kubeconfig|[\w.-]+\.kubeconfig|id_(?:rsa|dsa|ecdsa|ed25519))",
    R"([\w.-]+\.(?:pem|key|p12|pfx|jks|keystore|tfstate|tfvars|ppk))",
    R"(wp-config\.php|settings\.xml|wg\d*\.conf|shadow|master\.key|service-account[\w.-]*\.json)",
    R"(\.s3cfg|\.boto|hosts\.yml|auth\.json|\.bash_history|\.zsh_history|terraform\.rc|\.terraformrc)",
    R"([\w./~-]*\.docker/config\.json|[\w./~-]*\.kube/config|[\w./~-]*\.aws/config|proc/[^/\s]+/environ)",
});

// A word of each of them: what a record has to hold to be asked about.
constexpr auto kWords = std::to_array<std::string_view>({
    R"(env|export|declare|\bset\b|history|\bfc\b|compgen)",
    R"(secret|credential|auth|config|security|shadow|inspect|compose)",
    R"(netrc|pgpass|npmrc|pypirc|yarnrc|htpasswd|dockercfg|\.cnf|s3cfg|boto|hosts\.yml|wp-config|settings\.xml)",
    R"(kube|\boc\b|\bk\b|vault|terraform|tofu|tfstate|tfvars|\baws\b|gcloud|\baz\b|service-account)",
    R"(argocd|\$\{?\w*(?:PASS|PWD|SECRET|TOKEN|KEY|CREDENTIAL))",
    R"(\bop\b|\bpass\b|\bbw\b|heroku|\bfly|doppler|vercel|netlify|railway|sops|\bgh\b|glab|pm2)",
    R"(\.pem|\.key|\.p12|\.pfx|\.jks|keystore|id_rsa|id_ed|id_dsa|id_ecdsa|\.ppk|wg\d*\.conf|openssl|gpg)",
});

std::string any_of(std::span<const std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) {
    if (!all.empty()) all += '|';
    all += part;
  }
  return "(?:" + all + ")";
}

bool matches(const RE2& pattern, std::string_view text) {
  text = text.substr(0, 16384);
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

}  // namespace

bool is_suspect(const Origin& origin) {
  if (origin.command.empty() && origin.path.empty()) return false;
  static const RE2& kCommand = *new RE2(std::string(kBefore) + any_of(kCommands));
  static const RE2& kFile = *new RE2(std::string(kBeforeFile) + any_of(kFiles) + std::string(kBehindFile));
  return (!origin.path.empty() && matches(kFile, origin.path)) ||
         (!origin.command.empty() && (matches(kCommand, origin.command) || matches(kFile, origin.command)));
}

bool may_be_suspect(std::string_view record) {
  static const RE2& kAny = *new RE2("(?i)" + any_of(kWords));
  return RE2::PartialMatch(re2::StringPiece(record.data(), record.size()), kAny);
}

}  // namespace panko
