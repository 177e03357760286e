# The commit that the program is built of: asked for at every build, so that it is never an older one's; the header, and
# with it what is compiled again, changes only with the commit.
set(commit_header ${PROJECT_BINARY_DIR}/generated/commit/commit_of_build.hpp)
add_custom_target(rowflow_commit BYPRODUCTS ${commit_header} VERBATIM
  COMMAND ${CMAKE_COMMAND} -DFOLDER=${PROJECT_SOURCE_DIR} -DHEADER=${commit_header} -P ${PROJECT_SOURCE_DIR}/cmake/WriteCommit.cmake)
add_dependencies(rowflow_cli rowflow_commit)
target_include_directories(rowflow_cli PRIVATE ${PROJECT_BINARY_DIR}/generated/commit)
