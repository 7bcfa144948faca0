#include "cli/cli.hpp"
#include "config/places.hpp"
#include "daemon/daemon.hpp"
#include "daemon/next_program.hpp"
#include "tui/app.hpp"

int main(int argc, char** argv) {
  const auto places = [] { return panko::value_or_throw(panko::find_places()); };
  return panko::run_cli(argc, argv,
                        {.run_daemon =
                             [&](const panko::DaemonStart& start) {
                               return panko::run_daemon(places(), {.foreground = start.foreground,
                                                                   .ready_fd = start.ready_fd,
                                                                   .handover_fd = start.handover_fd});
                             },
                         .self_check = [&] { return panko::self_check(places()); },
                         .run_tui = [&] { return panko::tui::run_tui(places()); }});
}
