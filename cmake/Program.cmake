# The program, and where it is installed.
include(GNUInstallDirs)
if(EXISTS ${PROJECT_SOURCE_DIR}/sim/main.cpp)
  add_executable(rowflow sim/main.cpp)
  target_link_libraries(rowflow PRIVATE rowflow_cli rowflow_warnings)
  install(TARGETS rowflow RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(DIRECTORY sim/studies/penalties/worker/ DESTINATION ${CMAKE_INSTALL_DATADIR}/rowflow/penalties)
  install(DIRECTORY configs DESTINATION ${CMAKE_INSTALL_DATADIR}/rowflow)
endif()
