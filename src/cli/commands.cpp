#include "cli/command.hpp"

namespace panko::cli {

std::vector<Command> all_commands(const CliHooks& hooks) {
  return {share_command(),  scan_command(),       shares_command(),     stop_command(),         edit_command(),
          audit_command(),  redact_command(),     view_command(),       list_command(),         search_command(),
          show_command(),   export_command(),     check_command(),      providers_command(),    doctor_command(),
          logs_command(),   serve_command(hooks), serve_stop_command(), serve_status_command(), service_command(),
          config_command(), completions_command()};
}

std::vector<std::string_view> Argument::spellings() const {
  std::vector<std::string_view> out;
  for (std::string_view rest = names; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    out.push_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return out;
}

}  // namespace panko::cli
