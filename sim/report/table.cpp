#include "sim/report/table.hpp"

#include <algorithm>

#include "sim/base/error.hpp"
#include "sim/base/visible_text.hpp"

namespace rowflow {

namespace {

bool starts_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::size_t used = display_width(cell);
  const std::string fill(width > used ? width - used : 0, ' ');
  return align == Align::right ? fill + cell : cell + fill;
}

/// The lines of a title, the last at the bottom of the header: `height` lines, the upper ones empty where the title has
/// fewer.
std::vector<std::string> title_lines(const std::string& title, std::size_t height) {
  std::vector<std::string> lines(1);
  for (const char c : title) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  if (lines.size() < height) lines.insert(lines.begin(), height - lines.size(), "");
  return lines;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

std::string shorten(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t end = 0;
  for (std::size_t points = 0; end < text.size(); ++end) {
    if (starts_code_point(text[end]) && points++ == width - 1) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string wrap(std::string_view text, std::size_t indent, std::size_t width) {
  std::size_t column = std::min(text.find_first_not_of(' '), text.size());
  std::string lines(column, ' ');  // what the first line starts with stays
  text.remove_prefix(column);
  bool starts = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t length = display_width(word);
    if (!starts && column + 1 + length > width) {
      lines = without_trailing_spaces(lines) + "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!starts) {
      lines += ' ';
      ++column;
    }
    starts = false;
    lines += word;
    column += length;
  }
  return lines + "\n";
}

std::string TextStyle::bold(std::string_view text) const {
  return colour ? "\033[1m" + std::string(text) + "\033[0m" : std::string(text);
}

std::string TextStyle::warn(std::string_view text) const {
  return colour ? "\033[33m" + std::string(text) + "\033[0m" : std::string(text);
}

void Table::add(std::vector<std::string> cells) {
  if (cells.size() > columns_.size()) throw Defect("a table row has more cells than the table has columns");
  cells.resize(columns_.size());
  for (std::size_t c = 0; c < cells.size(); ++c) cells[c] = shorten(visible_text(cells[c]), columns_[c].at_most);
  rows_.push_back(std::move(cells));
}

std::string Table::text(const TextStyle& style) const {
  std::size_t header_height = 1;
  for (const Column& column : columns_) header_height = std::max(header_height, title_lines(column.title, 1).size());
  std::vector<std::vector<std::string>> header(header_height);
  std::vector<std::size_t> widths, title_widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const auto lines = title_lines(columns_[c].title, header_height);
    title_widths.push_back(0);
    for (std::size_t l = 0; l < header_height; ++l) {
      header[l].push_back(lines[l]);
      title_widths[c] = std::max(title_widths[c], display_width(lines[l]));
    }
    widths.push_back(title_widths[c]);
    for (const auto& row : rows_) widths[c] = std::max(widths[c], display_width(row[c]));
  }
  std::size_t total = 0;
  for (const std::size_t width : widths) total += 2 + width;
  if (!widths.empty() && total > text_width) {  // the last column gives way, down to its title
    const std::size_t over = total - text_width, title = title_widths.back();
    widths.back() = widths.back() > title + over ? widths.back() - over : title;
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string joined;
    for (std::size_t c = 0; c < cells.size(); ++c)
      joined += "  " + padded(shorten(cells[c], widths[c]), widths[c], columns_[c].align);
    return without_trailing_spaces(joined);
  };
  std::string text;
  for (const auto& titles : header) text += style.bold(line(titles)) + "\n";
  for (const auto& row : rows_) text += line(row) + "\n";
  return text;
}

}  // namespace rowflow
