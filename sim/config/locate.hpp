// Finds the configs that come with the program, and what the user means by a name or path.
#pragma once

#include <string>
#include <vector>

namespace rowflow {

/// The folder of the shipped configs: that of the environment's ROWFLOW_CONFIGS, else shared_folder("configs"). Throws
/// InputError when there is none.
std::string configs_folder();

/// Names (file names without .json) of the shipped networks and devices, sorted.
std::vector<std::string> list_networks();
std::vector<std::string> list_devices();

/// The shipped file that `rowflow new` starts a config of this kind with.
std::string starting_point(const std::string& kind);

/// The file that a shipped name or a path (anything with a slash or an extension .json, .onnx or .tflite, or an
/// existing file) stands for. Throws InputError, with the nearest shipped name, when there is none.
std::string resolve_network(const std::string& name_or_path);
std::string resolve_device(const std::string& name_or_path);
std::string resolve_mapping(const std::string& name_or_path);
std::string resolve_calibration(const std::string& name_or_path);

/// A path of a config is relative to that config's file; anything else is the name of what comes with the program.
std::string located(const std::string& name, const std::string& file);

/// One spelling for all paths of a file.
std::string real_path(const std::string& path);

}  // namespace rowflow
