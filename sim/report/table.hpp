// Aligned text columns, as wide as the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rowflow {

inline constexpr std::size_t usual_width = 100;
/// Columns that every text report keeps to: the usual, unless the program was told what its terminal has.
std::size_t text_width();
/// Before anything is printed; 60 to 200 columns, the nearest of these otherwise.
void set_text_width(std::size_t columns);

/// Columns of a terminal that the UTF-8 text takes: its code points (none of ours is double width).
std::size_t display_width(std::string_view text);

/// The text, cut to `width` columns: "…" stands for what is left out in front of its last `tail` columns.
std::string shorten(std::string_view text, std::size_t width, std::size_t tail = 0);

/// All texts within `width` columns so that different ones stay different: cut at their ends if that does, else in the
/// middle, else not below the least width at which they differ.
std::vector<std::string> shorten_apart(const std::vector<std::string>& texts, std::size_t width);

/// The text in lines of at most `width` columns, broken at spaces; lines after the first start with `indent` spaces.
/// Ends in a newline.
std::string wrap(std::string_view text, std::size_t indent = 0, std::size_t width = text_width());

/// How to print: colours only on a terminal that wants them, and how much: the answer, or also proofs, provenance and
/// second views.
struct TextStyle {
  bool colour = false;
  bool verbose = false;
  std::string bold(std::string_view text) const;
  std::string warn(std::string_view text) const;
};

enum class Align { left, right };

struct Column {
  std::string title;  ///< may have several lines
  Align align = Align::right;
  std::size_t at_most = std::string::npos;  ///< longer cells are shortened, apart
  int group = 0;                            ///< columns of a group stay side by side where a table is divided
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// One cell a column; missing cells are empty. Throws Defect when there are more cells than columns.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  /// Header and rows, columns two spaces apart, each line indented by two and without trailing spaces. Where they do
  /// not fit text_width(), cells of columns of text at the end of a group are shortened, apart; where that is not
  /// enough, the table goes on below, under an empty line, with its first column again.
  std::string text(const TextStyle& style = {}) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace rowflow
