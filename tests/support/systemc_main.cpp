// libsystemc wants a program's sc_main; the tests have a main of their own.
#include "models/systemc.hpp"

int sc_main(int, char**) { return 0; }
