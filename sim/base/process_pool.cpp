#include "sim/base/process_pool.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <map>

#include "sim/base/error.hpp"
#include "sim/base/workers.hpp"

namespace rowflow {

namespace {

using Clock = std::chrono::steady_clock;

enum class Ending : char { answered, threw, input_fault };

/// What goes through the channel: how the work ended, how long it took, what came of it.
std::string packed(Ending ending, double seconds, const std::string& text) {
  std::string bytes(1 + sizeof seconds, static_cast<char>(ending));
  std::memcpy(&bytes[1], &seconds, sizeof seconds);
  return bytes + text;
}

ChildOutcome unpacked(const std::string& bytes) {
  ChildOutcome outcome;
  const auto ending = static_cast<Ending>(bytes.front());
  outcome.answered = ending == Ending::answered;
  outcome.input_fault = ending == Ending::input_fault;
  std::memcpy(&outcome.seconds, &bytes[1], sizeof outcome.seconds);
  (outcome.answered ? outcome.answer : outcome.death) = bytes.substr(1 + sizeof outcome.seconds);
  return outcome;
}

std::string timed(const std::function<std::string(std::size_t)>& work, std::size_t index) {
  const auto start = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  try {
    const std::string answer = work(index);
    return packed(Ending::answered, seconds(), answer);
  } catch (const std::exception& error) {
    const auto fault = input_fault(error);
    return fault ? packed(Ending::input_fault, seconds(), *fault) : packed(Ending::threw, seconds(), error.what());
  }
}

}  // namespace

void for_each_in_children(std::size_t count, int jobs, const std::function<std::string(std::size_t)>& work,
                          const std::function<void(std::size_t, const ChildOutcome&)>& take) {
  std::map<std::size_t, ChildOutcome> ended;  // waiting for those of smaller index
  std::size_t started = 0, taken = 0;
  const auto ends = [&](std::size_t index, ChildOutcome outcome) {
    ended[index] = std::move(outcome);
    for (auto next = ended.find(taken); next != ended.end(); next = ended.find(taken)) {
      take(taken++, next->second);
      ended.erase(next);
    }
  };
  Workers::Calls calls;
  calls.work = [&](Workers::Task index) { return timed(work, index); };
  calls.next = [&] { return started < count ? std::optional<Workers::Task>(started++) : std::nullopt; };
  calls.done = [&](Workers::Task index, const std::string& bytes) { ends(index, unpacked(bytes)); };
  calls.died = [&](Workers::Task index, const std::string& reason) {
    ChildOutcome outcome;
    outcome.death = reason;
    ends(index, std::move(outcome));
  };
  calls.pause = [] {};
  const std::size_t wanted = std::min(count, static_cast<std::size_t>(std::max(1, jobs)));
  if (wanted > 0) Workers(static_cast<int>(wanted), std::move(calls)).run();
}

}  // namespace rowflow
