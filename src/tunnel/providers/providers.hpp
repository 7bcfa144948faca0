// The providers, one file each; provider.cpp lists them.
#pragma once

#include "tunnel/provider.hpp"

namespace panko {

extern const Provider kLocalProvider;
extern const Provider kCloudflareProvider;
extern const Provider kNgrokProvider;
extern const Provider kTailscaleProvider;
extern const Provider kSshProvider;
extern const Provider kLocalhostRunProvider;
extern const Provider kServeoProvider;
extern const Provider kPinggyProvider;
extern const Provider kCommandProvider;

}  // namespace panko
