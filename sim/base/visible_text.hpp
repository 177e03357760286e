// Text from files and command lines, made safe to show: on a terminal, in XML, in a table.
#pragma once

#include <string>
#include <string_view>

namespace rowflow {

enum class Lines { keep, escape };  ///< line breaks and tabs: part of the text, or written as \n, \t

/// `text` with all that is not shown as itself written out: control characters (\x1b), those that change the direction
/// of writing or break lines (\u202e), noncharacters (\ufffe), bytes that are no UTF-8 (\xff). The result is UTF-8 and
/// valid XML 1.0 but for markup.
std::string visible_text(std::string_view text, Lines lines = Lines::escape);

/// JSON text of equal meaning without any such character (inside strings they become \uXXXX). `json` must be UTF-8.
std::string visible_json(std::string_view json);

/// `text` for XML: visible_text with lines kept, and < > & " ' as entities.
std::string xml_text(std::string_view text);

/// One CSV cell (RFC 4180): visible_text, quoted where it asks for it; what a spreadsheet would take for a formula
/// begins with a '.
std::string csv_text(std::string_view text);

}  // namespace rowflow
