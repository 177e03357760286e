// As missing.py says, for tests in JavaScript.
/** Ends the program: a test that cannot run fails, or is skipped (77) where ROWFLOW_ALLOW_MISSING=1 says so. */
export function missing(test, what) {
  console.log(`not run: ${test}: no ${what} (scripts/setup.sh tests installs what Debian has; ROWFLOW_ALLOW_MISSING=1 lets the other tests decide)`);
  process.exit(process.env.ROWFLOW_ALLOW_MISSING === "1" ? 77 : 1);
}
