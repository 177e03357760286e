// Changed inputs, and drawn ones, for as long as asked:
//   rowflow_fuzz [--root FOLDER] [--seconds S] [--seed N] [--runs N] [--again FILE|NUMBER] [TARGET...]
// Every target (default all) runs S seconds of processor time (default 5), or N inputs. Ends with exit status 1 at the
// first input that is neither taken nor refused as an input's fault, that takes more than 10 s or 2 GB; its bytes are
// in fuzz-TARGET.input, --again reads these once more. Inputs follow from the seed: the same seed, the same inputs.
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "sim/base/error.hpp"
#include "tests/fuzz/mutate.hpp"
#include "tests/fuzz/targets.hpp"

namespace {

using namespace rowflow;
using fuzz::Target;
namespace fs = std::filesystem;

constexpr int most_seconds = 10;
constexpr rlim_t most_bytes = rlim_t{2} << 30U;
constexpr std::uintmax_t largest_seed = 4 << 20;

struct Asked {
  fs::path root = ".";
  double seconds = 5;
  std::uint64_t seed = 1, runs = 0;
  std::string again;
  std::vector<std::string> names;
};

std::string doing;  // for whoever ends it: what was under way

void end_with_input(int number) {
  static constexpr char hang[] = "fuzz: more than 10 s: ";
  const auto say = [](const char* text, std::size_t size) {
    if (write(STDERR_FILENO, text, size) < 0) _exit(1);
  };
  if (number == SIGPROF) say(hang, sizeof hang - 1);
  say(doing.c_str(), doing.size());
  say("\n", 1);
  signal(number, SIG_DFL);
  raise(number == SIGPROF ? SIGKILL : number);
}

/// Of the processor's time: a busy machine is no hang.
void count_down(int seconds) {
  const itimerval timer{{0, 0}, {seconds, 0}};
  setitimer(ITIMER_PROF, &timer, nullptr);
}

bool sanitized() {
#if defined(__SANITIZE_ADDRESS__)
  return true;
#else
  return false;
#endif
}

void limit_memory() {
  if (sanitized()) return;  // it reserves terabytes; its own limits are in ASAN_OPTIONS
  const rlimit limit{most_bytes, most_bytes};
  setrlimit(RLIMIT_AS, &limit);
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> seeds_of(const Target& target, const Asked& asked, const fs::path& folder) {
  std::vector<fs::path> files;
  for (const std::string& name : target.corpus) {
    const fs::path path = asked.root / name;
    if (fs::is_regular_file(path)) files.push_back(path);
    if (!fs::is_directory(path)) continue;
    for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const fs::path& file : files) {
    const std::string ending = file.extension().string();
    const bool model = ending == ".onnx" || ending == ".tflite";
    if ((ending == target.ending || (*target.ending == '\0' && model)) && fs::file_size(file) <= largest_seed)
      seeds.push_back(content(file));
  }
  if (target.made)
    for (std::string& seed : target.made((folder / "made").string())) seeds.push_back(std::move(seed));
  return seeds;
}

class Run {
 public:
  Run(const Target& target, const Asked& asked, const fs::path& folder)
      : target_(target),
        asked_(asked),
        folder_(folder / target.name),
        input_(folder_ / ("results" + std::string(target.ending))) {
    fs::create_directories(folder_);
    if (target_.read) seeds_ = seeds_of(target_, asked_, folder);
  }

  /// False at the first defect.
  bool all() {
    if (target_.read && seeds_.empty()) {
      fmt::print("{:<12} no seeds: its corpus is not installed\n", target_.name);
      return true;
    }
    const std::clock_t begin = std::clock(), end = begin + static_cast<std::clock_t>(asked_.seconds * CLOCKS_PER_SEC);
    std::uint64_t runs = 0;
    for (; asked_.runs > 0 ? runs < asked_.runs : std::clock() < end; ++runs)
      if (!one(runs)) return false;
    fmt::print("{:<12} {} inputs: {} taken, {} refused; {:.0f} a second\n", target_.name, runs, taken_, runs - taken_,
               static_cast<double>(runs) * CLOCKS_PER_SEC /
                   static_cast<double>(std::max<std::clock_t>(1, std::clock() - begin)));
    std::fflush(stdout);
    return true;
  }

  bool again() { return target_.read ? read(content(asked_.again)) : drawn(std::stoull(asked_.again)); }

 private:
  bool one(std::uint64_t run) {
    const std::uint64_t number = asked_.seed * 1'000'000'007 + run;
    doing = fmt::format("fuzz: {} --seed {}, input {}: number {}", target_.name, asked_.seed, run, number);
    if (!target_.read) return drawn(number);
    fuzz::Mutator mutator(number);
    return read(mutator.changed(seeds_[mutator.below(seeds_.size())], seeds_));
  }

  bool drawn(std::uint64_t number) {
    return guarded([&] { target_.draw(number); }, "");
  }

  bool read(const std::string& bytes) {
    if (*target_.ending != '\0') std::ofstream(input_, std::ios::binary) << bytes;
    return guarded([&] { target_.read(bytes, input_.string()); }, bytes);
  }

  bool guarded(const std::function<void()>& work, const std::string& bytes) {
    count_down(most_seconds * (sanitized() ? 10 : 1));
    try {
      work();
      ++taken_;
    } catch (const std::exception& error) {
      if (!input_fault(error)) return failed(error.what(), bytes);
    }
    count_down(0);
    return true;
  }

  bool failed(const std::string& what, const std::string& bytes) const {
    const std::string kept = fmt::format("fuzz-{}.input", target_.name);
    if (target_.read) std::ofstream(kept, std::ios::binary) << bytes;
    fmt::print(stderr, "{}: {}{}\n", doing, what, target_.read ? "; see " + kept : "");
    return false;
  }

  const Target& target_;
  const Asked& asked_;
  const fs::path folder_, input_;
  std::vector<std::string> seeds_;
  std::uint64_t taken_ = 0;
};

Asked read_arguments(int count, char** arguments) {
  Asked asked;
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    const auto value = [&] {
      if (++i == count) throw InputError(word, "expected a value");
      return std::string(arguments[i]);
    };
    if (word == "--root")
      asked.root = value();
    else if (word == "--seconds")
      asked.seconds = std::stod(value());
    else if (word == "--seed")
      asked.seed = std::stoull(value());
    else if (word == "--runs")
      asked.runs = std::stoull(value());
    else if (word == "--again")
      asked.again = value();
    else
      asked.names.push_back(word);
  }
  for (const std::string& name : asked.names)
    if (std::none_of(fuzz::targets().begin(), fuzz::targets().end(), [&](const Target& t) { return name == t.name; }))
      throw InputError(name, "no such target");
  return asked;
}

bool run_all(const Asked& asked, const fs::path& folder) {
  for (const Target& target : fuzz::targets()) {
    if (!asked.names.empty() && std::find(asked.names.begin(), asked.names.end(), target.name) == asked.names.end())
      continue;
    Run run(target, asked, folder);
    if (!(asked.again.empty() ? run.all() : run.again())) return false;
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const Asked asked = read_arguments(count, arguments);
    for (const int number : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGPROF})
      if (!sanitized() || number == SIGPROF) signal(number, end_with_input);
    limit_memory();
    std::string pattern = (fs::temp_directory_path() / "rowflow-fuzz-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) return 2;
    const bool good = run_all(asked, pattern);
    fs::remove_all(pattern);
    return good ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "fuzz: {}\n", error.what());
    return 2;
  }
}
