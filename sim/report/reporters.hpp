// The formats there are.
#pragma once

#include <memory>

#include "sim/report/reporter.hpp"

namespace rowflow {

std::unique_ptr<Reporter> make_text_reporter(const ReportStyle& style);    // for people
std::unique_ptr<Reporter> make_json_reporter(const ReportStyle& style);    // documents with a schema
std::unique_ptr<Reporter> make_csv_reporter(const ReportStyle& style);     // a row a result
std::unique_ptr<Reporter> make_junit_reporter(const ReportStyle& style);   // for CI
std::unique_ptr<Reporter> make_github_reporter(const ReportStyle& style);  // annotations of GitHub's CI

}  // namespace rowflow
