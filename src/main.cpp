#include "cli/cli.hpp"
#include "config/places.hpp"
#include "daemon/daemon.hpp"

int main(int argc, char** argv) {
  return panko::run_cli(argc, argv, {.run_daemon = [](bool foreground, int ready_fd) {
                          return panko::run_daemon(panko::value_or_throw(panko::find_places()),
                                                   {.foreground = foreground, .ready_fd = ready_fd});
                        }});
}
