#include "redact/origin.hpp"

#include <re2/re2.h>

namespace panko {

namespace {

// A command's name at the front of a part of a command line: behind a pipe, sudo, variables, a path.
constexpr const char* kCommands =
    R"re((?i)(?:^|[|;&(`]|\bthen\b|\bdo\b)\s*(?:(?:sudo|doas|command|exec|time|nohup)\s+(?:-\S+\s+)*)*(?:\w+=\S*\s+)*(?:[\w./~-]*/)?(?:)re"
    R"re((?:env|printenv|set|history|compgen)(?:\s*$|\s*[|;&>)]|\s+\|)|export\s+-p|declare\s+-[px]+|printenv\b|history\b|fc\s+-l|)re"
    R"re((?:kubectl|oc|k)\b[^|;&]*\b(?:get|describe|edit|view)\b[^|;&]*\b(?:secrets?\b|config\s+view)|kubectl\s+config\s+view|)re"
    R"re((?:terraform|tofu)\s+(?:output|state|show)\b|vault\s+(?:kv\s+get|read|token|login|print)|)re"
    R"re(aws\s+(?:secretsmanager|ssm\s+get-param|sts|configure|iam\s+create|ecr\s+get)|)re"
    R"re(gcloud\s+(?:secrets\s+versions|auth\s+print|auth\s+application)|az\s+(?:keyvault\s+secret|account\s+get-access-token|ad\s+sp\s+create)|)re"
    R"re(op\s+(?:read|item|get|run)|pass\s+(?:show\s+)?\S|bw\s+(?:get|list)|heroku\s+config|fly(?:ctl)?\s+(?:secrets|auth\s+token)|gh\s+auth\s+token|gh\s+secret|glab\s+auth|)re"
    R"re(doppler\s+(?:secrets|run)|vercel\s+env|netlify\s+env|railway\s+variables|docker\s+(?:inspect|compose\s+config|container\s+inspect)|docker-compose\s+config|)re"
    R"re(npm\s+config\s+(?:list|get)|git\s+config\s+(?:-l|--list)|git\s+credential|security\s+find-|secret-tool|gpg\s+--export-secret|ansible-vault\s+(?:view|decrypt)|sops\b|systemctl\s+show-environment|cat\s+/proc/[^/\s]+/environ|ssh-keygen|openssl\s+(?:genrsa|genpkey|rand|pkcs12)|pm2\s+env))re";

// Files that hold credentials, wherever they are named in a path or a command.
constexpr const char* kFiles =
    R"re((?i)(?:^|[\s/\\'"=<])(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env|\.envrc|\.netrc|_netrc|\.pgpass|\.my\.cnf|\.npmrc|\.yarnrc\.yml|\.pypirc|\.htpasswd|\.git-credentials|\.dockercfg|credentials(?:\.\w+)?|\.credentials(?:\.json)?|secrets?(?:\.\w+)+|secrets|kubeconfig|[\w.-]+\.kubeconfig|id_(?:rsa|dsa|ecdsa|ed25519)|[\w.-]+\.(?:pem|key|p12|pfx|jks|keystore|tfstate|tfvars|ppk)|wp-config\.php|settings\.xml|wg\d*\.conf|shadow|master\.key|service-account[\w.-]*\.json|\.s3cfg|\.boto|hosts\.yml|auth\.json|\.bash_history|\.zsh_history|terraform\.rc|\.terraformrc)(?:$|[\s'"|;&)<>,:])|\.docker/config\.json|\.kube/config|\.aws/(?:credentials|config)|\.ssh/id_|/environ(?:$|[\s'"|;]))re";

bool matches(const RE2& pattern, std::string_view text) {
  text = text.substr(0, 16384);
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

}  // namespace

bool is_suspect(const Origin& origin) {
  if (origin.command.empty() && origin.path.empty()) return false;
  static const RE2& kCommand = *new RE2(kCommands);
  static const RE2& kFile = *new RE2(kFiles);
  return (!origin.path.empty() && matches(kFile, origin.path)) ||
         (!origin.command.empty() && (matches(kCommand, origin.command) || matches(kFile, origin.command)));
}

bool may_be_suspect(std::string_view record) {
  static const RE2& kAny = *new RE2(
      R"re((?i)env|export|declare|\bset\b|history|secret|credential|netrc|pgpass|npmrc|pypirc|yarnrc|htpasswd|dockercfg|kube|vault|terraform|tofu|tfstate|tfvars|\baws\b|gcloud|\baz\b|\bop\b|\bpass\b|\bbw\b|heroku|\bfly|doppler|inspect|compose|\.pem|\.key|\.p12|\.pfx|\.jks|keystore|id_rsa|id_ed|id_dsa|id_ecdsa|\.ppk|wp-config|settings\.xml|wg\d*\.conf|shadow|service-account|s3cfg|boto|hosts\.yml|auth|config|\.cnf|sops|ssh-keygen|openssl|security|gpg|ansible-vault|netlify|railway|\bfc\b|compgen|\boc\b)re");
  return RE2::PartialMatch(re2::StringPiece(record.data(), record.size()), kAny);
}

}  // namespace panko
