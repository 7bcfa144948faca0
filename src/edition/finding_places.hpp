// Where in a session its owner finds what was masked: pieces of a redactor as blocks and turns. Reads files.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agents/transcript.hpp"
#include "edition/masked_file.hpp"
#include "edition/masked_session.hpp"
#include "edition/side_files.hpp"
#include "redact/redactor.hpp"

namespace panko {

struct FilePlaces {
  FileKey file;
  std::string name;  // as records give it
  std::vector<MaskedFile::Place> places;
};

/// In the order of the session, then those that no block shows.
[[nodiscard]] std::vector<SessionFinding> find_places(const Transcript& masked, const SessionRedactor& redactor,
                                                      std::span<const FilePlaces> files);

}  // namespace panko
