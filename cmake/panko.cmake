# How a room of the project becomes a library, its tests an executable. See ARCHITECTURE.md.

find_program(CCACHE ccache)
if(CCACHE)
  # Paths relative to the build directory: another checkout of the same sources finds what this one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  ${CCACHE})
endif()
add_link_options(-fuse-ld=lld)

# assert stays on in a release: a bug ends the program rather than publish something.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Wextra-semi -Werror)
add_compile_options(-D_GLIBCXX_ASSERTIONS)
if(PANKO_SANITIZE)
  add_compile_options(-fsanitize=${PANKO_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PANKO_SANITIZE})
else()
  # What Debian hardens its own packages with; position independence is its compilers' default.
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,--as-needed -Wl,-O1)
endif()
if(PANKO_FUZZERS)
  # Coverage for the fuzz targets in every object, so that nothing is compiled once more for them.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# panko_module(NAME DEPENDS room... LIBRARIES target...)
# A room: every source in src/NAME. DEPENDS is the one truth of who may include whom;
# scripts/check-includes reads it from here.
function(panko_module NAME)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${NAME}/*.cpp ${PROJECT_SOURCE_DIR}/src/${NAME}/*/*.cpp)
  add_library(panko_${NAME} STATIC ${sources})
  target_include_directories(panko_${NAME} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND panko_)
  target_link_libraries(panko_${NAME} PUBLIC ${ARG_DEPENDS} ${ARG_LIBRARIES})
endfunction()

