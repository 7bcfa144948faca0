#include "base/file_system.hpp"

#include <algorithm>
#include <array>

namespace panko {

bool is_network_filesystem(std::uint64_t type) {
  // From linux/magic.h and the file systems' own sources; not all of them are in the header of every distribution.
  constexpr std::array<std::uint64_t, 9> kNetwork{
      0x6969,      // NFS
      0x517b,      // SMB
      0xff534d42,  // CIFS
      0xfe534d42,  // SMB2
      0x5346414f,  // AFS
      0x73757245,  // Coda
      0x00c36400,  // Ceph
      0x0bd00bd0,  // Lustre
      0x47504653,  // GPFS
  };
  return std::ranges::find(kNetwork, type & 0xffff'ffff) != kNetwork.end();
}

}  // namespace panko
