// Who is to see a session, and so how much of it. Plain values.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "redact/settings.hpp"

namespace panko {

/// What is not shown at all: it is taken out on the server, before anything is made of it.
struct Hiding {
  bool tool_output = false;  // results of tool calls, and what they brought; the calls themselves stay
  bool thinking = false;
  bool steps = false;  // everything but prompts and answers
  [[nodiscard]] bool any() const { return tool_output || thinking || steps; }
  bool operator==(const Hiding&) const = default;
};

/// What a share, the protocol and the command line call the parts of it, in the order in which a share keeps them.
constexpr std::array<std::string_view, 3> kHideable{"tools", "thinking", "steps"};
/// `parts`: names of kHideable.
[[nodiscard]] Hiding hiding_of(std::span<const std::string> parts);

/// By default the owner, who sees everything.
struct Audience {
  std::optional<RedactionSettings> redaction{};  // nullopt: nothing is masked
  Hiding hiding{};
  bool operator==(const Audience&) const = default;
};

}  // namespace panko
