// Read first by every changed source of the copy (scripts/mutants.py): which mutant this process is, if any.
#pragma once

extern int rowflow_mutant_number;            // ROWFLOW_MUTANT; -1: none
extern unsigned char* rowflow_mutants_seen;  // a byte for each mutant: was its code reached?

inline bool rowflow_mutant(int number) {
  rowflow_mutants_seen[number] = 1;
  return number == rowflow_mutant_number;
}
