// The two kinds of exception that reach the user. "The answer is no" (exit status 1) is a value, never an exception.
#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>

namespace rowflow {

/// The user's input is wrong (usage, file, config, model): exit status 2.
class InputError : public std::runtime_error {
 public:
  /// `where` is a file and JSON pointer ("net.json: /layers/3/kernel") or an ONNX node; may be empty for usage errors.
  /// `what` says what was found and what was expected.
  InputError(std::string where, const std::string& what)
      : std::runtime_error(where.empty() ? what : where + ": " + what), where_(std::move(where)) {}
  const std::string& where() const { return where_; }

 private:
  std::string where_;
};

/// A defect of the program, with its evidence: exit status 3. Thrown when a checked invariant does not hold.
class Defect : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// What to tell the user about an exception that their input caused, or nothing: then it is a defect. Beside
/// InputError: memory that is not there, and products of figures of which none is out of bounds by itself.
std::optional<std::string> input_fault(const std::exception& error);

}  // namespace rowflow
