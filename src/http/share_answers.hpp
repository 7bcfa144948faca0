// What one share answers, once its token was found: whether the visitor is let in, and by what. Lives on the loop.
#pragma once

#include <memory>

#include "http/connection.hpp"
#include "http/mount.hpp"
#include "http/request.hpp"
#include "http/routes.hpp"
#include "http/standard_answers.hpp"
#include "http/workshop.hpp"

namespace panko {

struct ShareDesk {
  StandardAnswers standard = make_standard_answers();
  std::shared_ptr<Workshop> checks;  // of passwords: one at a time, each takes 32 MiB
  std::shared_ptr<Workshop> reads;   // of files that are being sent
};

/// Everything below /s/TOKEN/ but assets and `live`. The desk is alive as long as it runs.
Task<Reply> answer_share(ShareDesk& desk, std::shared_ptr<Mount> mount, std::shared_ptr<Connection> connection,
                         Request request, Route route);

/// Whether whoever sent this may see the share at all.
[[nodiscard]] bool is_let_in(const Mount& mount, const Request& request);

/// For whoever may not: the form in the place of a page, and a status for everything else.
[[nodiscard]] Reply refuse_entry(const ShareDesk& desk, Mount& mount, const Request& request, const Route& route);

}  // namespace panko
