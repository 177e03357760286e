// What became of regression cases, for GitHub.
#pragma once

#include <string>
#include <vector>

#include "sim/config/regression.hpp"

namespace rowflow {

/// Workflow commands of GitHub's CI
/// (docs.github.com/en/actions/writing-workflows/choosing-what-your-workflow-does/workflow-commands-for-github-actions):
/// an error a field that differs or case that is broken, at its file; a notice that sums up.
std::string github_commands(const std::vector<CaseOutcome>& outcomes);

}  // namespace rowflow
