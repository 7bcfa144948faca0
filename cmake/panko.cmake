# How a room of the project becomes a library, its tests an executable. See ARCHITECTURE.md.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
set(CMAKE_LINKER_TYPE LLD)
add_link_options(-fuse-ld=lld)

set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wold-style-cast -Wnon-virtual-dtor -Wextra-semi -Werror)
if(PANKO_SANITIZE)
  add_compile_options(-fsanitize=${PANKO_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${PANKO_SANITIZE})
endif()
if(PANKO_FUZZERS)
  # Coverage for the fuzz targets in every object, so that nothing is compiled once more for them.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Heavy units (Beast under a sanitizer) take over 1 GB each: one of them at a time.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=1)

# panko_module(NAME DEPENDS room... LIBRARIES target...)
# A room: every source in src/NAME. DEPENDS is the one truth of who may include whom;
# scripts/check-includes reads it from here.
function(panko_module NAME)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${NAME}/*.cpp ${PROJECT_SOURCE_DIR}/src/${NAME}/*/*.cpp)
  if(NOT sources)  # placeholder while the room is being written
    file(TOUCH ${PROJECT_BINARY_DIR}/empty.cpp)
    set(sources ${PROJECT_BINARY_DIR}/empty.cpp)
  endif()
  add_library(panko_${NAME} STATIC ${sources})
  target_include_directories(panko_${NAME} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND panko_)
  target_link_libraries(panko_${NAME} PUBLIC ${ARG_DEPENDS} ${ARG_LIBRARIES})
endfunction()

# panko_tests(room...): tests/ROOM mirrors src/ROOM; one executable and one ctest entry a room.
function(panko_tests)
  foreach(NAME ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${NAME}/*.cpp)
    if(sources)
      add_executable(${NAME}_tests ${sources})
      target_include_directories(${NAME}_tests PRIVATE ${PROJECT_SOURCE_DIR})
      target_link_libraries(${NAME}_tests PRIVATE panko_${NAME} GTest::gmock GTest::gtest_main)
      target_compile_definitions(${NAME}_tests PRIVATE PANKO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
      add_test(NAME ${NAME} COMMAND ${NAME}_tests)
    endif()
  endforeach()
endfunction()
