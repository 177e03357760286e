# The rooms as a library for others: find_package(rowflow), targets rowflow::run, rowflow::evaluate, …; headers as in
# the source tree (#include "sim/run/run.hpp").
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/rowflow)
install(DIRECTORY models sim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rowflow COMPONENT library FILES_MATCHING
  PATTERN "*.hpp" PATTERN page EXCLUDE PATTERN worker EXCLUDE)
install(EXPORT rowflow NAMESPACE rowflow:: FILE rowflowTargets.cmake DESTINATION ${package_folder} COMPONENT library)
configure_package_config_file(cmake/rowflowConfig.cmake.in ${PROJECT_BINARY_DIR}/rowflowConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rowflowConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rowflowConfig.cmake ${PROJECT_BINARY_DIR}/rowflowConfigVersion.cmake cmake/Dependencies.cmake
  DESTINATION ${package_folder} COMPONENT library)
