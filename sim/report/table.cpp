#include "sim/report/table.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "sim/base/error.hpp"
#include "sim/base/visible_text.hpp"

namespace rowflow {

namespace {

std::size_t terminal_columns = usual_width;

bool starts_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

/// Where the first `points` code points end.
std::size_t end_of(std::string_view text, std::size_t points) {
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end)
    if (starts_code_point(text[end]) && seen++ == points) break;
  return end;
}

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

std::string shorten(std::string_view text, std::size_t width, std::size_t tail) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  tail = std::min(tail, width - 1);
  const std::size_t end = end_of(text, width - 1 - tail), begin = end_of(text, display_width(text) - tail);
  return std::string(text.substr(0, end)) + "…" + std::string(text.substr(begin));
}

std::size_t text_width() { return terminal_columns; }

void set_text_width(std::size_t columns) { terminal_columns = std::clamp<std::size_t>(columns, 60, 200); }

std::vector<std::string> shorten_apart(const std::vector<std::string>& texts, std::size_t width) {
  const std::set<std::string> different(texts.begin(), texts.end());
  std::size_t longest = 0;
  for (const std::string& text : different) longest = std::max(longest, display_width(text));
  for (; width < longest; ++width) {
    for (std::size_t tail = 0; tail + 1 < width; ++tail) {
      const auto cut = [&](const std::string& text) { return shorten(text, width, tail); };
      std::set<std::string> shortened;
      for (const std::string& text : different) shortened.insert(cut(text));
      if (shortened.size() < different.size()) continue;
      std::vector<std::string> all;
      std::transform(texts.begin(), texts.end(), std::back_inserter(all), cut);
      return all;
    }
  }
  return texts;
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
  for (std::string& cell : cells) cell = visible_text(cell);
  rows_.push_back(std::move(cells));
}

namespace {

std::size_t widest(const std::vector<std::string>& cells) {
  std::size_t width = 0;
  for (const std::string& cell : cells) width = std::max(width, display_width(cell));
  return width;
}

/// A column while a table is laid out.
struct Laid {
  std::vector<std::string> title, whole, cells;
  Align align = Align::right;
  int group = 0;
  bool elastic = false;  ///< text at the end of its group
  std::size_t width = 0, least = 0;

  void shrink(std::size_t to) {
    cells = shorten_apart(whole, to);
    width = std::max(widest(title), widest(cells));
  }
};

constexpr std::size_t enough_of_a_name = 16;

std::vector<Laid> laid_out(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
  std::size_t height = 1;
  for (const Column& column : columns) height = std::max(height, title_lines(column.title, 1).size());
  std::vector<Laid> all;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    Laid laid;
    laid.title = title_lines(columns[c].title, height);
    for (const auto& row : rows) laid.whole.push_back(row[c]);
    laid.align = columns[c].align;
    laid.group = columns[c].group;
    laid.elastic =
        c > 0 && laid.align == Align::left && (c + 1 == columns.size() || columns[c + 1].group != columns[c].group);
    laid.shrink(columns[c].at_most);
    laid.least = laid.width;
    if (laid.elastic)
      laid.least = std::max(widest(laid.title),
                            widest(shorten_apart(laid.whole, std::min(enough_of_a_name, columns[c].at_most))));
    all.push_back(std::move(laid));
  }
  return all;
}

/// Which columns stand side by side: the first in each part, groups together where they fit.
std::vector<std::vector<std::size_t>> parts_of(const std::vector<Laid>& all) {
  std::vector<std::vector<std::size_t>> parts{{}};
  std::size_t used = 0;
  const auto begin_part = [&]() {
    parts.push_back({0});
    used = 2 + all[0].least;
  };
  for (std::size_t c = 0; c < all.size(); ++c) {
    std::size_t group = 0;  // what is left of its group
    for (std::size_t g = c; g < all.size() && all[g].group == all[c].group; ++g) group += 2 + all[g].least;
    const bool begins = c > 0 && all[c].group != all[c - 1].group;
    const bool fits = used + (begins ? group : 2 + all[c].least) <= text_width();
    if (!fits && parts.back().size() > 1) begin_part();
    parts.back().push_back(c);
    used += 2 + all[c].least;
  }
  return parts;
}

/// Columns of text take what the others leave, one after the other.
void stretch(std::vector<Laid>& all, const std::vector<std::size_t>& part) {
  std::size_t used = 0;
  for (const std::size_t c : part) used += 2 + all[c].least;
  std::size_t spare = text_width() > used ? text_width() - used : 0;
  for (const std::size_t c : part) {
    if (!all[c].elastic || all[c].width == all[c].least) continue;
    const std::size_t more = std::min(spare, all[c].width - all[c].least);
    all[c].shrink(all[c].least + more);
    spare -= more;
  }
}

std::string line_of(const std::vector<Laid>& all, const std::vector<std::size_t>& part,
                    std::vector<std::string> Laid::*lines, std::size_t index) {
  std::string joined;
  for (const std::size_t c : part) joined += "  " + padded((all[c].*lines)[index], all[c].width, all[c].align);
  return without_trailing_spaces(joined) + "\n";
}

}  // namespace

std::string Table::text(const TextStyle& style) const {
  if (columns_.empty()) return "";
  std::vector<Laid> all = laid_out(columns_, rows_);
  std::string text;
  for (const std::vector<std::size_t>& part : parts_of(all)) {
    stretch(all, part);
    if (!text.empty()) text += "\n";
    bool begun = false;  // titles of another part may have more lines
    for (std::size_t l = 0; l < all[0].title.size(); ++l) {
      std::string line = line_of(all, part, &Laid::title, l);
      line.pop_back();
      begun = begun || !line.empty();
      if (begun) text += style.bold(line) + "\n";
    }
    for (std::size_t r = 0; r < rows_.size(); ++r) text += line_of(all, part, &Laid::cells, r);
  }
  return text;
}

}  // namespace rowflow
