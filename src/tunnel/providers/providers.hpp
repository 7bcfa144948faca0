// The providers, one file each; provider.cpp lists them.
#pragma once

#include "tunnel/provider.hpp"

namespace panko {

extern const Provider kLocalProvider;
extern const Provider kCloudflareProvider;

}  // namespace panko
