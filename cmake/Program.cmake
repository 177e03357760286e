# The program, its manual, and what it finds beside itself (sim/base/shared_folder.hpp): in the build folder, links.
add_executable(rowflow sim/main.cpp sim/large_arrays.cpp)
target_link_libraries(rowflow PRIVATE rowflow_cli rowflow_warnings)
set(shared ${PROJECT_BINARY_DIR}/share)
file(MAKE_DIRECTORY ${shared}/rowflow)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/configs ${shared}/rowflow/configs SYMBOLIC)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/sim/studies/penalties/worker ${shared}/rowflow/penalties SYMBOLIC)

# Made by the program from its own table of options.
set(manual ${shared}/man/man1/rowflow.1)
set(completion ${shared}/bash-completion/completions/rowflow)
file(MAKE_DIRECTORY ${shared}/man/man1 ${shared}/bash-completion/completions)
find_program(ROWFLOW_GZIP gzip REQUIRED)
add_custom_command(TARGET rowflow POST_BUILD VERBATIM BYPRODUCTS ${manual}.gz ${completion}
  COMMAND rowflow help --format man > ${manual}
  COMMAND ${ROWFLOW_GZIP} -9nf ${manual}
  COMMAND rowflow help --format bash > ${completion})

install(TARGETS rowflow COMPONENT program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/rowflow COMPONENT program)
install(DIRECTORY sim/studies/penalties/worker/ DESTINATION ${CMAKE_INSTALL_DATADIR}/rowflow/penalties COMPONENT program)
install(FILES ${manual}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT program)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES models/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/models COMPONENT program)
install(FILES cmake/copyright LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
# Links of the documents into the configs lead there.
install(CODE "file(CREATE_LINK ../../rowflow/configs
  \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}/configs\" SYMBOLIC)" COMPONENT program)
