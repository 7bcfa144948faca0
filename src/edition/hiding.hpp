// Takes out of a session what its audience is not shown at all: out of its outline, and out of its blocks as they are
// loaded, so that nothing that is made of the session has it. Pure.
#pragma once

#include "agents/transcript.hpp"
#include "edition/audience.hpp"

namespace panko {

[[nodiscard]] Transcript hide(Transcript transcript, const Hiding& hiding);

}  // namespace panko
