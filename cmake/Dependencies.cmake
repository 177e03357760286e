# Third-party components, all from Debian packages (scripts/setup.sh installs them).
macro(rowflow_require package debian_package)  # a macro: packages set variables of the caller
  find_package(${package} QUIET ${ARGN})
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "rowflow needs ${package}: install ${debian_package} (or run scripts/setup.sh)")
  endif()
endmacro()

rowflow_require(nlohmann_json nlohmann-json3-dev)
rowflow_require(fmt libfmt-dev)
rowflow_require(CLI11 libcli11-dev)

# Upstream installs of SystemC ship a CMake package, Debian's only a pkg-config file: accept both.
add_library(rowflow_systemc INTERFACE)
find_package(SystemCLanguage 2.3.4 CONFIG QUIET)
if(SystemCLanguage_FOUND)
  target_link_libraries(rowflow_systemc INTERFACE SystemC::systemc)
else()
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(SystemC QUIET IMPORTED_TARGET systemc>=2.3.4)
  endif()
  if(NOT SystemC_FOUND)
    message(FATAL_ERROR "rowflow needs SystemC 2.3.4: install libsystemc-dev and pkg-config (or run scripts/setup.sh)")
  endif()
  target_link_libraries(rowflow_systemc INTERFACE PkgConfig::SystemC)
endif()
