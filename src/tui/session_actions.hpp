// What is done with the selected session. What cannot be done is refused with a sentence at the bottom, and asks
// nothing of the world.
#pragma once

#include "tui/model.hpp"

namespace panko::tui {

[[nodiscard]] Effects view_selected(Model& model);
[[nodiscard]] Effects share_selected(Model& model);
[[nodiscard]] Effects copy_path_of_selected(Model& model);
[[nodiscard]] Effects copy_context_of_selected(Model& model);
[[nodiscard]] Effects download_selected(Model& model);
[[nodiscard]] Effects open_folder_of_selected(Model& model);
/// Refused while it is shared; else a question, whose "y" deletes.
void ask_to_delete_selected(Model& model);

}  // namespace panko::tui
