# cmake --install, and a Debian package by `cpack` in the build directory.
include(GNUInstallDirs)

install(TARGETS panko RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES docs/panko.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES share/panko/sample-session.jsonl DESTINATION ${CMAKE_INSTALL_DATADIR}/panko)
install(FILES share/panko.service DESTINATION lib/systemd/user)
install(FILES README.md CHANGELOG.md docs/json.md docs/protocol.md docs/tunnels.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
# FTXUI is part of the program where scripts/build-ftxui made it; its licence asks to be handed on.
install(FILES build/ftxui/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright.ftxui OPTIONAL)

# The program itself writes its completions: they know every option that it has.
set(completions ${PROJECT_BINARY_DIR}/completions)
install(CODE "
  file(MAKE_DIRECTORY ${completions})
  foreach(shell bash zsh fish)
    execute_process(COMMAND $<TARGET_FILE:panko> completions \${shell}
                    OUTPUT_FILE ${completions}/\${shell} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()")
install(FILES ${completions}/bash RENAME panko DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${completions}/zsh RENAME _panko DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${completions}/fish RENAME panko.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

install(CODE "message(STATUS \"If a daemon runs: `panko serve --restart` lets it use this panko, and shares stay up.\")")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "the panko developers <panko@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
"panko finds the session files that AI coding agents leave behind, shows them,
and shares them: a colleague gets a link to a page. A background daemon holds
the shares, so that they outlive the terminal, a crash and a reboot.")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_LIST_DIR}/postinst)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "xdg-utils, wl-clipboard, xclip")
include(CPack)
