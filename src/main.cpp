#include "cli/cli.hpp"
#include "config/places.hpp"
#include "daemon/daemon.hpp"
#include "tui/app.hpp"

int main(int argc, char** argv) {
  const auto places = [] { return panko::value_or_throw(panko::find_places()); };
  return panko::run_cli(argc, argv,
                        {.run_daemon =
                             [&](bool foreground, int ready_fd) {
                               return panko::run_daemon(places(), {.foreground = foreground, .ready_fd = ready_fd});
                             },
                         .run_tui = [&] { return panko::tui::run_tui(places()); }});
}
