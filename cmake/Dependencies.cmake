# Third-party components, all from Debian packages (scripts/setup.sh installs them). Also part of the installed CMake
# package, whose targets link them: those made here are imported ones, which exports name and leave out.
macro(rowflow_require package debian_package)  # a macro: packages set variables of the caller
  find_package(${package} QUIET ${ARGN})
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "rowflow needs ${package}: install ${debian_package} (or run scripts/setup.sh)")
  endif()
endmacro()

macro(rowflow_imported name)  # a target of what Debian brings without a CMake package
  if(NOT TARGET rowflow_${name})
    add_library(rowflow_${name} INTERFACE IMPORTED)
  endif()
endmacro()

set(THREADS_PREFER_PTHREAD_FLAG ON)
rowflow_require(Threads libc6-dev)
rowflow_require(nlohmann_json nlohmann-json3-dev)
rowflow_require(fmt libfmt-dev)
rowflow_require(CLI11 libcli11-dev)
rowflow_require(tinyxml2 libtinyxml2-dev)

# The results of sweeps, and the names of their points.
rowflow_require(SQLite3 libsqlite3-dev)
rowflow_imported(sqlite)
target_link_libraries(rowflow_sqlite INTERFACE SQLite::SQLite3)
find_library(ROWFLOW_XXHASH xxhash)
find_path(ROWFLOW_XXHASH_HEADERS xxhash.h)
if(NOT ROWFLOW_XXHASH OR NOT ROWFLOW_XXHASH_HEADERS)
  message(FATAL_ERROR "rowflow needs xxHash: install libxxhash-dev (or run scripts/setup.sh)")
endif()
rowflow_imported(xxhash)
target_include_directories(rowflow_xxhash INTERFACE ${ROWFLOW_XXHASH_HEADERS})
target_link_libraries(rowflow_xxhash INTERFACE ${ROWFLOW_XXHASH})

# ONNX's own CMake package in Debian asks for files it does not ship: the headers and libraries are found directly.
find_package(Protobuf QUIET)
find_library(ROWFLOW_ONNX onnx)
find_library(ROWFLOW_ONNX_PROTO onnx_proto)
find_path(ROWFLOW_ONNX_HEADERS onnx/onnx_pb.h)
if(NOT Protobuf_FOUND OR NOT ROWFLOW_ONNX OR NOT ROWFLOW_ONNX_PROTO OR NOT ROWFLOW_ONNX_HEADERS)
  message(FATAL_ERROR "rowflow needs ONNX: install libonnx-dev libprotobuf-dev protobuf-compiler (or run scripts/setup.sh)")
endif()
rowflow_imported(onnx)
target_include_directories(rowflow_onnx INTERFACE ${ROWFLOW_ONNX_HEADERS})
target_compile_definitions(rowflow_onnx INTERFACE ONNX_NAMESPACE=onnx ONNX_ML=1)
target_link_libraries(rowflow_onnx INTERFACE ${ROWFLOW_ONNX} ${ROWFLOW_ONNX_PROTO} protobuf::libprotobuf)

# Upstream installs of SystemC ship a CMake package, Debian's only a pkg-config file: accept both.
rowflow_imported(systemc)
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
