#include "http/gate.hpp"

#include <gtest/gtest.h>

namespace panko {
namespace {

TEST(Password, IsKnownByItsHashAlone) {
  const std::string password = "correct horse, made up";
  const auto hash = hash_password(password);
  EXPECT_TRUE(hash.starts_with("$argon2id$")) << hash;
  EXPECT_FALSE(hash.contains(password));
  EXPECT_TRUE(is_password(hash, password));
  for (const std::string wrong : {"", "correct horse", "correct horse, made up ", "Correct horse, made up"})
    EXPECT_FALSE(is_password(hash, wrong)) << wrong;
  EXPECT_FALSE(is_password(hash, std::string("correct horse, made up\0", 23)));
}

TEST(Password, HasAnotherHashEachTime) {
  EXPECT_NE(hash_password("made-up"), hash_password("made-up"));
}

TEST(Password, AHashThatIsNoneMatchesNothing) {
  for (const std::string hash : {"", "x", "$argon2id$", "$argon2id$v=19$m=32768,t=1,p=1$WEtM$ueW7"})
    EXPECT_FALSE(is_password(hash, "")) << hash;
}

}  // namespace
}  // namespace panko
