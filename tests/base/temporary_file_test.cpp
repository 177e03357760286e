#include "sim/base/temporary_file.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "sim/base/whole_file.hpp"
#include "tests/support/catch.hpp"

using namespace rowflow;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, removed at the end.
struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "rowflow-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(path)) names.insert(entry.path().filename().string());
    return names;
  }
  fs::path path;
};

/// The name of a temporary file whose writer ended without a word.
std::string left_by_another(const std::string& target) {
  const std::string path = temporary_beside(target);
  const pid_t child = fork();
  if (child == 0) _exit(create_temporary(path) < 0 ? 1 : 0);
  int status = 1;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  REQUIRE(fs::exists(path));
  return fs::path(path).filename().string();
}

}  // namespace

TEST_CASE("writing a file removes what killed writers of it left, and nothing else") {
  const Folder folder;
  left_by_another(folder / "a.csv");
  left_by_another(folder / "a.csv");
  const std::string of_another = left_by_another(folder / "b.csv");
  const std::string being_written = temporary_beside(folder / "a.csv");
  const int file = create_temporary(being_written);
  REQUIRE(file >= 0);
  std::ofstream(folder / ".rowflow-notes") << "mine";
  write_whole_file(folder / "a.csv", "text");
  CHECK(folder.names() ==
        std::set<std::string>{"a.csv", of_another, fs::path(being_written).filename().string(), ".rowflow-notes"});
  close(file);
  write_whole_file(folder / "a.csv", "text");
  CHECK(folder.names() == std::set<std::string>{"a.csv", of_another, ".rowflow-notes"});
}

TEST_CASE("a temporary file replaces none that is there, and its name says its folder") {
  const Folder folder;
  const std::string path = temporary_beside(folder / "a");
  CHECK(fs::path(path).parent_path() == folder.path);
  CHECK(temporary_beside(folder / "a") != path);
  std::ofstream(path) << "kept";
  CHECK(create_temporary(path) == -1);
  CHECK(fs::file_size(path) == 4);
  CHECK(create_temporary(folder / "none/a") == -1);
}

TEST_CASE("what a link leads to is written, step by step, and the link stays") {
  const Folder folder;
  fs::create_directories(folder / "sub/deep");
  fs::create_symlink("../real.txt", folder / "sub/near");       // beside the link's folder, not beside where we are
  fs::create_symlink("../near", folder / "sub/deep/far");       // a link to a link
  fs::create_symlink(folder / "new.txt", folder / "absolute");  // to a file that is not there yet
  for (const auto& [link, target] :
       {std::pair{"sub/near", "real.txt"}, {"sub/deep/far", "real.txt"}, {"absolute", "new.txt"}}) {
    CAPTURE(link);
    fs::remove(folder / target);
    write_whole_file(folder / link, link);
    CHECK(fs::is_symlink(folder / link));
    REQUIRE(fs::is_regular_file(folder / target));
    std::ifstream file(folder / target);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == link);
  }
}
