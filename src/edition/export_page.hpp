// A session as one HTML file that needs nothing else: the page, its style and scripts, and every window compressed in
// it, unpacked by the script when somebody looks (web/embedded.js). Memory follows the outline and a few windows.
#pragma once

#include <functional>
#include <string_view>

#include "agents/transcript.hpp"
#include "base/result.hpp"
#include "render/page.hpp"

namespace panko {

/// `write` as of export_session(). Windows are made on as many threads as the machine has cores; `write` is called on
/// the caller's.
[[nodiscard]] Result<void> export_page(Transcript transcript, const LeftOut& left_out,
                                       const std::function<bool(std::string_view)>& write);

}  // namespace panko
