// What the daemon sets up in its own process before it does anything: no thread may run yet.
#pragma once

#include <cstdint>

namespace panko {

/// Leaves the client that started us: our parent ends at once, so that nobody has to reap the daemon; the working
/// directory becomes / so that we keep nobody's file system busy.
void detach_from_starter();

/// Files for the owner alone, no core dump and no look into the memory (both would hold transcripts), descriptors for
/// many visitors, SIGPIPE and SIGHUP ignored, little memory kept back by malloc.
void set_up_process();

/// From now on SIGTERM and SIGINT wait: in this thread, those that it starts, and the next program.
void hold_end_signals();
/// They arrive again in this thread, and in no other that was started meanwhile.
void heed_end_signals();

[[nodiscard]] std::uint64_t count_open_descriptors();

}  // namespace panko
