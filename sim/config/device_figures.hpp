// Single figures of a device document by JSON pointer.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace rowflow {

/// Throws InputError(where), with the nearest pointer, unless `pointer` names a figure or a switch of the document, or
/// a stage kind whose group has a "default".
void check_figure(const nlohmann::json& document, const std::string& pointer, const std::string& where);

/// Gives the figure another value. Of an assumed one the plausible range is widened to hold it: a sweep asks "what if".
/// A kind that only had its group's "default" gets an entry of its own.
void set_figure(nlohmann::json& document, const std::string& pointer, const std::string& value);

/// Pointers of all figures of the document that are numbers, in its order.
std::vector<std::string> number_figures(const nlohmann::json& document);

/// The value of a figure that check_figure has seen.
std::int64_t figure_value(const nlohmann::json& document, const std::string& pointer);

}  // namespace rowflow
