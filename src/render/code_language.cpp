#include "render/code_language.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace panko {

namespace {

struct Name {
  std::string_view name;  // in lower case: of a fence, or an extension
  Constant css;
};

// Sorted by name. Extensions and names of fences are one list: where both exist, they mean the same language.
constexpr auto kNames = std::to_array<Name>({
    {"bash", "language-bash"},
    {"bat", "language-dos"},
    {"c", "language-c"},
    {"c++", "language-cpp"},
    {"cc", "language-cpp"},
    {"cfg", "language-ini"},
    {"cjs", "language-javascript"},
    {"clj", "language-clojure"},
    {"cmake", "language-cmake"},
    {"cmakelists.txt", "language-cmake"},
    {"conf", "language-ini"},
    {"console", "language-shell"},
    {"cpp", "language-cpp"},
    {"cs", "language-csharp"},
    {"csharp", "language-csharp"},
    {"css", "language-css"},
    {"cxx", "language-cpp"},
    {"dart", "language-dart"},
    {"diff", "language-diff"},
    {"docker", "language-dockerfile"},
    {"dockerfile", "language-dockerfile"},
    {"elixir", "language-elixir"},
    {"erb", "language-erb"},
    {"erl", "language-erlang"},
    {"ex", "language-elixir"},
    {"exs", "language-elixir"},
    {"fish", "language-bash"},
    {"gemfile", "language-ruby"},
    {"go", "language-go"},
    {"golang", "language-go"},
    {"gradle", "language-gradle"},
    {"graphql", "language-graphql"},
    {"h", "language-cpp"},
    {"haskell", "language-haskell"},
    {"hpp", "language-cpp"},
    {"hs", "language-haskell"},
    {"htm", "language-xml"},
    {"html", "language-xml"},
    {"ini", "language-ini"},
    {"java", "language-java"},
    {"javascript", "language-javascript"},
    {"jl", "language-julia"},
    {"js", "language-javascript"},
    {"json", "language-json"},
    {"json5", "language-json"},
    {"jsonc", "language-json"},
    {"jsonl", "language-json"},
    {"jsx", "language-javascript"},
    {"kotlin", "language-kotlin"},
    {"kt", "language-kotlin"},
    {"kts", "language-kotlin"},
    {"less", "language-less"},
    {"lua", "language-lua"},
    {"make", "language-makefile"},
    {"makefile", "language-makefile"},
    {"markdown", "language-markdown"},
    {"md", "language-markdown"},
    {"mjs", "language-javascript"},
    {"mk", "language-makefile"},
    {"ml", "language-ocaml"},
    {"nix", "language-nix"},
    {"objc", "language-objectivec"},
    {"patch", "language-diff"},
    {"perl", "language-perl"},
    {"php", "language-php"},
    {"pl", "language-perl"},
    {"powershell", "language-powershell"},
    {"properties", "language-properties"},
    {"proto", "language-protobuf"},
    {"protobuf", "language-protobuf"},
    {"ps1", "language-powershell"},
    {"py", "language-python"},
    {"pyi", "language-python"},
    {"python", "language-python"},
    {"python3", "language-python"},
    {"r", "language-r"},
    {"rakefile", "language-ruby"},
    {"rb", "language-ruby"},
    {"rs", "language-rust"},
    {"ruby", "language-ruby"},
    {"rust", "language-rust"},
    {"sass", "language-scss"},
    {"scala", "language-scala"},
    {"scss", "language-scss"},
    {"sh", "language-bash"},
    {"shell", "language-bash"},
    {"sql", "language-sql"},
    {"svelte", "language-xml"},
    {"svg", "language-xml"},
    {"swift", "language-swift"},
    {"tf", "language-ini"},
    {"toml", "language-ini"},
    {"ts", "language-typescript"},
    {"tsx", "language-typescript"},
    {"typescript", "language-typescript"},
    {"vim", "language-vim"},
    {"vue", "language-xml"},
    {"xhtml", "language-xml"},
    {"xml", "language-xml"},
    {"yaml", "language-yaml"},
    {"yml", "language-yaml"},
    {"zig", "language-zig"},
    {"zsh", "language-bash"},
});
static_assert(std::ranges::is_sorted(kNames, {}, &Name::name));

std::optional<Constant> find(std::string_view name) {
  std::string lower(name.substr(0, 32));
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const auto* const found = std::ranges::lower_bound(kNames, std::string_view(lower), {}, &Name::name);
  if (found == kNames.end() || found->name != lower || name.size() > lower.size()) return std::nullopt;
  return found->css;
}

}  // namespace

Constant language_of_fence(std::string_view name) {
  return find(name.substr(0, name.find_first_of(" \t,{:"))).value_or(Constant(""));
}

Constant language_of_file(std::string_view path) {
  const std::string_view name = path.substr(path.find_last_of("/\\") + 1);
  if (const auto by_name = find(name)) return *by_name;
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return "";
  return find(name.substr(dot + 1)).value_or(Constant(""));
}

}  // namespace panko
