#include "shares/masking.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/random.hpp"
#include "base/text.hpp"

namespace panko {

namespace {

std::string name_for_people(const std::filesystem::path& file) {
  return clean_line_for_terminal(to_valid_utf8(file.native()));
}

void add(std::vector<std::string>& words, const std::vector<std::string>& more) {
  for (const std::string& word : more) {
    if (std::ranges::find(words, word) == words.end()) words.push_back(word);
  }
}

}  // namespace

std::vector<std::string> own_users() {
  const char* const variable = std::getenv("HOME");
  const std::filesystem::path home = variable == nullptr ? "" : variable;
  // /root is nobody's name.
  if (home.parent_path() == home.root_path() || !home.has_filename()) return {};
  return {home.filename().native()};
}

std::vector<std::string> own_hosts() {
  std::array<char, 256> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return {};
  const std::string name = buffer.data();
  if (name.empty() || name.starts_with("localhost")) return {};
  const auto dot = name.find('.');
  if (dot == std::string::npos) return {name};
  return {name, name.substr(0, dot), name.substr(dot + 1)};
}

Result<std::vector<std::string>> check_hiding(const std::vector<std::string>& hide) {
  for (const std::string& what : hide) {
    if (std::ranges::find(kHideable, what) == kHideable.end()) {
      return fail(fmt::format("\"{}\" cannot be hidden; there are {}.",
                              clean_line_for_terminal(truncate_utf8(what, 64)), fmt::join(kHideable, ", ")));
    }
  }
  std::vector<std::string> checked;
  for (const std::string_view what : kHideable) {
    if (std::ranges::find(hide, what) != hide.end()) checked.emplace_back(what);
  }
  return checked;
}

RedactionSettings settings_of(const Masking& masking, const ProjectPolicy& policy, bool personal_shown) {
  RedactionSettings settings;
  settings.personal = !personal_shown;
  settings.words = masking.words.value();
  add(settings.words, policy.mask);
  settings.users = masking.users;
  settings.hosts = masking.hosts;
  settings.salt.bytes = masking.salt;
  settings.allowed = masking.allowed;
  // What a project wants masked is not the owner's to say "this is fine" of.
  for (const std::string& word : policy.mask) std::erase(settings.allowed, value_hash(settings.salt, word));
  return settings;
}

Audience audience_of(const Masking& masking, const ProjectPolicy& policy, const Share& share) {
  Audience audience;
  if (!share.unmasked) audience.redaction = settings_of(masking, policy, share.personal_shown);
  audience.hiding = hiding_of(share.hide);
  return audience;
}

Result<void> check_policy(const ProjectPolicy& policy, const Share& share) {
  if (!policy.never.empty())
    return fail(fmt::format("Sessions of this project are not shared: {} says so.", name_for_people(policy.never)));
  if (policy.providers && std::ranges::find(*policy.providers, share.provider_name) == policy.providers->end()) {
    return fail(fmt::format("{} does not let sessions of this project be shared by {}; {}.",
                            name_for_people(policy.providers_file), share.provider_name,
                            policy.providers->empty() ? "it allows no provider"
                                                      : clean_line_for_terminal(fmt::format(
                                                            "it allows {}", fmt::join(*policy.providers, ", ")))));
  }
  if (!policy.mask.empty() && share.unmasked) {
    return fail(fmt::format("{} wants words of this project masked, so its sessions are not shared unmasked.",
                            name_for_people(policy.mask_file)));
  }
  return {};
}

Result<void> check_longest(const ProjectPolicy& policy, std::optional<std::chrono::seconds> expires) {
  if (!policy.longest_expiry || (expires && *expires <= *policy.longest_expiry)) return {};
  return fail(fmt::format("{} lets a share of this project live for {} at most.",
                          name_for_people(policy.longest_expiry_file), format_duration(*policy.longest_expiry)));
}

std::string new_gate_key() {
  const Sha256 key = sha256(random_token() + random_token());
  return {key.begin(), key.end()};
}

}  // namespace panko
