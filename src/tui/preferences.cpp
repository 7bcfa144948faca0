#include "tui/preferences.hpp"

#include <boost/json.hpp>

#include <cstdint>

#include "base/files.hpp"
#include "base/text.hpp"

namespace panko::tui {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kMaxBytes = 1 << 20;
constexpr std::size_t kMaxFolded = 10'000;

}  // namespace

std::string to_text(const Preferences& preferences) {
  json::array folded;
  for (const std::string& project : preferences.folded_projects)
    if (folded.size() < kMaxFolded && is_valid_utf8(project)) folded.emplace_back(project);
  const json::object object{{"sort", name_of(preferences.sort)}, {"folded_projects", std::move(folded)}};
  return json::serialize(object) + '\n';
}

Preferences parse_preferences(std::string_view text) {
  Preferences preferences;
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return preferences;
  if (const auto* sort = object->if_contains("sort"); sort != nullptr && sort->is_string())
    preferences.sort = sort_order_of(sort->get_string()).value_or(preferences.sort);
  if (const auto* folded = object->if_contains("folded_projects"); folded != nullptr && folded->is_array())
    for (const json::value& project : folded->get_array())
      if (project.is_string() && preferences.folded_projects.size() < kMaxFolded)
        preferences.folded_projects.emplace_back(project.get_string());
  return preferences;
}

Preferences load_preferences(const Places& places) {
  const auto text = read_file(places.tui_state, kMaxBytes);
  return text ? parse_preferences(*text) : Preferences{};
}

Result<void> save_preferences(const Places& places, const Preferences& preferences) {
  if (auto made = ensure_private_directory(places.tui_state.parent_path()); !made) return made;
  return write_file_atomically(places.tui_state, to_text(preferences));
}

}  // namespace panko::tui
