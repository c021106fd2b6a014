#pragma once
// A world, played: told on its machine, everybody around it, and the judge. One thread; nothing waits; the same history
// gives the same trace.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "disk.hpp"
#include "incident.hpp"
#include "judge.hpp"
#include "machine.hpp"
#include "mailbox.hpp"
#include "peers.hpp"
#include "policies.hpp"
#include "told.hpp"

namespace told::sim {

/// How often something went wrong that told must live with.
struct Faults {
  std::uint64_t incidents = 0;  ///< done to told, its machine, its peers
  std::uint64_t frames = 0;     ///< lost on the way
  std::uint64_t disk = 0;       ///< writes that were lost, torn or failed; bits that rotted
};

struct Outcome {
  std::string broken;  ///< the promise, and how; empty where every promise was kept
  std::uint64_t trace = 0;
  std::uint64_t steps = 0;
  Faults faults;
  std::uint64_t entries = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t checks = 0;
  std::uint64_t runs = 0;
  Micros lasted{0};
};

class World {
 public:
  World(const History& history, Policies& policies);
  ~World();

  /// Hears every line of what happens.
  void tell_to(std::function<void(Micros, const std::string&)> tell) { trace_.tell = std::move(tell); }
  [[nodiscard]] Outcome run();

 private:
  // --- told's life ---
  void start();
  void bury();
  void taken_down();
  void start_in(Micros time);
  void tick_at(Micros when);
  void tick();
  void look();
  /// Whatever is decided now may take so long until it is on the disk.
  [[nodiscard]] Micros held_up() const { return 2 * disk_slow_ + std::chrono::milliseconds{50}; }
  [[nodiscard]] bool serves() const { return told_ && told_->serving() && !machine_.dead() && !machine_.frozen(); }

  // --- incidents (world_incidents.cpp) ---
  struct Kind;
  static const Kind& kind_of(const std::string& what);
  void happen(const Incident& incident);
  void later(const Incident& incident, std::function<void()> then);
  void publish(const Incident& incident);
  void publisher_dies(const Incident& incident);
  void die(const Incident& incident);
  void stop(const Incident& incident);
  void reload(const Incident& incident);
  void send_away(const Incident& incident);
  void hang(const Incident& incident);
  void second_worker(const Incident& incident);
  void break_line(const Incident& incident);
  void feel(const Incident& incident);
  void sicken(const Incident& incident);
  void stranger(const Incident& incident);
  void forge(const Incident& incident);
  void step_wall(const Incident& incident);
  void freeze(const Incident& incident);
  void fill_disk(const Incident& incident);
  void fail_disk(const Incident& incident);
  void fail_reads(const Incident& incident);
  void slow_disk(const Incident& incident);
  void rot(const Incident& incident);
  void take_export(const Incident& incident);

  // --- people (world_people.cpp) ---
  void call(const Incident& incident);
  void answer_by_telephone(core::NotificationId id, bool done);
  void see_to_what_nobody_answers();
  void stand_down_any(const Incident& incident);
  void stand_down_child(const Incident& incident);
  void stand_down(core::CaseNumber c);
  void screen(const Incident& incident);
  void join(const Incident& incident);
  void part(core::CaseNumber younger, core::CaseNumber to);
  void move(const Incident& incident);
  void hold(const Incident& incident);
  void erase(const Incident& incident);
  void close_an_alarm(const Incident& incident);
  void close_alarm(std::uint64_t pick);
  void act(core::Command command);
  [[nodiscard]] core::ReplyToken asks(std::string what);
  [[nodiscard]] core::Actor person(v1::Means means) const;
  [[nodiscard]] std::vector<core::EntryIndex> events() const;
  /// An event that the ledger has, picked by the incident's number; null where there is none.
  [[nodiscard]] const Fact* any_event(const Incident& incident, const std::string& word) const;

  void make_parties();
  void make_worker(const std::string& name);
  Worker* worker(const std::string& name);
  Mailbox& mailbox(const std::string& name);

  // --- the end ---
  void heal();
  void calm();
  void quicken_disk();
  /// The state is what the whole ledger, read from its beginning, adds up to.
  void read_afresh();

  const History& history_;
  Dice dice_;
  Policies& policies_;
  Trace trace_;
  Schedule schedule_;
  Machine machine_;
  std::unique_ptr<Disk> disk_;
  Wire wire_;
  House house_;
  Judge judge_;
  Sight sight_;
  std::map<std::string, std::unique_ptr<Publisher>> publishers_;
  std::map<std::string, std::unique_ptr<Worker>> workers_;
  std::map<std::string, std::unique_ptr<Mailbox>> mailboxes_;
  std::unique_ptr<Told> told_;
  std::map<std::string, Words> published_;  ///< by id, what was said
  std::set<Micros> ticks_;
  Micros comes_back_in_{0};
  Micros restart_after_{3'000'000};
  bool served_ = false;
  bool healed_ = false;
  Micros disk_slow_{0};
  std::int64_t steps_left_ = -1;  ///< until it dies
  Machine::Death at_step_ = Machine::Death::none;
  std::uint32_t reloads_ = 0;
  std::set<std::string> moved_;  ///< recipients that are reached by another system than once
  std::uint64_t tokens_ = 0;
  std::uint64_t faults_ = 0;
  std::uint64_t disk_ops_ = 0;
  std::map<core::ReplyToken, std::string> asked_;  ///< what people asked, for the sentence
  std::vector<std::unique_ptr<ledger::Reader>> readers_;
};

}  // namespace told::sim
