// Aligned text columns for a terminal of 100 columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rowflow {

inline constexpr std::size_t text_width = 100;  ///< columns that every text report keeps to

/// Columns of a terminal that the UTF-8 text takes: its code points (none of ours is double width).
std::size_t display_width(std::string_view text);

/// The text, cut to `width` columns; a cut text ends in "…".
std::string shorten(std::string_view text, std::size_t width);

/// The text in lines of at most `width` columns, broken at spaces; lines after the first start with `indent` spaces.
/// Ends in a newline.
std::string wrap(std::string_view text, std::size_t indent = 0, std::size_t width = text_width);

/// How to print: colours only on a terminal that wants them.
struct TextStyle {
  bool colour = false;
  std::string bold(std::string_view text) const;
  std::string warn(std::string_view text) const;
};

enum class Align { left, right };

struct Column {
  std::string title;  ///< may have several lines
  Align align = Align::right;
  std::size_t at_most = text_width;  ///< longer cells are shortened
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// One cell a column; missing cells are empty. Throws Defect when there are more cells than columns.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  /// Header and rows, columns two spaces apart, each line indented by two and without trailing spaces. When they do not
  /// fit text_width, the last column is cut, down to the width of its title.
  std::string text(const TextStyle& style = {}) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rowflow
