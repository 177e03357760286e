#include "sim/base/visible_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace rowflow {

namespace {

/// One code point of UTF-8, or one byte that is none.
struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

/// The Unicode Standard, table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF.
CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80U) return {first, 1, true};
  const std::size_t bytes = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  if (first < 0xC2U || first > 0xF4U) return {first, 1, false};
  char32_t value = first & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text, at + i)) return {first, 1, false};
    value = value << 6U | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  }
  const bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return {first, 1, false};
  return {value, bytes, true};
}

bool is_shown(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  const bool control = c < 0x20 || within(0x7F, 0x9F);
  const bool direction = c == 0x61C || within(0x200E, 0x200F) || within(0x202A, 0x202E) || within(0x2066, 0x2069);
  const bool breaks_line = within(0x2028, 0x2029);
  const bool no_character = c == 0xFEFF || within(0xFFF9, 0xFFFB) || within(0xFDD0, 0xFDEF) || (c & 0xFFFEU) == 0xFFFE;
  return !control && !direction && !breaks_line && !no_character && !within(0xE0000, 0xE007F);
}

std::string written_out(const CodePoint& c) {
  if (c.value == '\n') return "\\n";
  if (c.value == '\r') return "\\r";
  if (c.value == '\t') return "\\t";
  if (!c.valid || c.value < 0x100) return fmt::format("\\x{:02x}", static_cast<unsigned>(c.value));
  return fmt::format(c.value > 0xFFFF ? "\\U{:08x}" : "\\u{:04x}", static_cast<unsigned>(c.value));
}

std::string json_escape(char32_t c) {
  if (c <= 0xFFFF) return fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  const char32_t beyond = c - 0x10000;  // RFC 8259: two UTF-16 units
  return fmt::format("\\u{:04x}\\u{:04x}", static_cast<unsigned>(0xD800 + (beyond >> 10U)),
                     static_cast<unsigned>(0xDC00 + (beyond & 0x3FFU)));
}

template <typename Replace>
std::string replaced(std::string_view text, Replace replace) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    const std::string_view same = text.substr(at, c.bytes);
    at += c.bytes;
    if (c.valid && c.value >= 0x20 && c.value < 0x7F) {
      out += same;
    } else {
      replace(c, same, out);
    }
  }
  return out;
}

/// Unsigned, as a spreadsheet and the program write one.
bool is_number(std::string_view text) {
  if (text.empty() || std::string_view("0123456789.").find(text[0]) == std::string_view::npos) return false;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error != std::errc::invalid_argument && end == text.data() + text.size();
}

/// As a spreadsheet reads it: what begins with one of these is a formula, unless it is a number.
bool is_formula(std::string_view text) {
  if (text.empty() || std::string_view("=+-@").find(text[0]) == std::string_view::npos) return false;
  const bool sign = text[0] == '+' || text[0] == '-';
  return !sign || !is_number(text.substr(1));
}

}  // namespace

std::string visible_text(std::string_view text, Lines lines) {
  return replaced(text, [lines](const CodePoint& c, std::string_view same, std::string& out) {
    const bool kept = lines == Lines::keep && (c.value == '\n' || c.value == '\t');
    out += kept || (c.valid && is_shown(c.value)) ? std::string(same) : written_out(c);
  });
}

std::string visible_json(std::string_view json) {
  return replaced(json, [](const CodePoint& c, std::string_view same, std::string& out) {
    out +=
        c.value == '\n' || (c.valid && is_shown(c.value)) ? std::string(same) : json_escape(c.valid ? c.value : 0xFFFD);
  });
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : visible_text(text, Lines::keep)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string csv_text(std::string_view text) {
  std::string cell = visible_text(text);
  if (is_formula(cell)) cell.insert(0, "'");
  if (cell.find_first_of(",\"\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace rowflow
