// The program's entry. SystemC's own library brings a main that prints a banner and calls sc_main; ours comes first, so
// that standard error stays the program's. sc_main must exist all the same, since that library refers to it.
#include "sim/cli/program.hpp"

extern "C" int sc_main(int argc, char** argv);
int sc_main(int argc, char** argv) { return rowflow::program(argc, argv); }

int main(int argc, char** argv) { return rowflow::program(argc, argv); }
