# cmake -DFOLDER=… -DHEADER=… -P WriteCommit.cmake: git's word on FOLDER, or what `git archive` wrote into commit.txt.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/commit.txt commit LIMIT_COUNT 1)
if(commit MATCHES "Format")
  set(commit "")
  find_program(git git)
  if(git AND EXISTS ${FOLDER}/.git)
    execute_process(COMMAND ${git} -C ${FOLDER} describe --always --abbrev=12 --dirty=+ --exclude=*
      OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define ROWFLOW_COMMIT \"@commit@\"\n" @ONLY)
