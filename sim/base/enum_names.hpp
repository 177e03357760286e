// Enumerators and their names in files and texts: one table an enum.
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

namespace rowflow {

/// Specialised for each enum class that has names: `static constexpr std::string_view of[]`, in the order of the
/// enumerators, whose last is `end`.
template <class Enum>
struct EnumNames;

template <class Enum, class = decltype(EnumNames<Enum>::of)>
constexpr std::string_view to_string(Enum value) {
  static_assert(std::size(EnumNames<Enum>::of) == static_cast<std::size_t>(Enum::end), "an enumerator has no name");
  return EnumNames<Enum>::of[static_cast<std::size_t>(value)];
}

template <class Enum>
constexpr std::optional<Enum> enum_of(std::string_view name) {
  for (std::size_t i = 0; i < std::size(EnumNames<Enum>::of); ++i)
    if (EnumNames<Enum>::of[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace rowflow
