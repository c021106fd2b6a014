// toldctl rebuild: the projection anew, from the ledger alone. told must be stopped.
#include <filesystem>
#include <memory>
#include <ostream>

#include "audit/verify.hpp"
#include "config/config.hpp"
#include "core/engine.hpp"
#include "ctl/exit.hpp"
#include "ctl/json_object.hpp"
#include "ctl/private_file.hpp"
#include "ctl/session.hpp"
#include "ctl/terminal.hpp"
#include "ledger/ledger.hpp"
#include "path/recovery.hpp"

namespace told::ctl {
namespace {

ledger::Options options_of(const config::Service& service) {
  ledger::Options options;
  options.directory = service.store_directory;
  options.origin = service.origin;
  options.signing_key = ledger::SigningKey::from_file(config::key_path(service.signing_key_file));
  options.master_key = ledger::MasterKey::from_file(config::key_path(service.master_key_file));
  options.reserve_bytes = service.reserve_bytes;
  return options;
}

/// Under the store's lock first, so that a running told's projection is never taken away.
void forget_projection(const config::Service& service) {
  { const ledger::Ledger unused(options_of(service)); }
  for (const auto* name : {"projection.db", "projection.db-wal", "projection.db-shm"})
    std::filesystem::remove(std::filesystem::path(service.store_directory) / name);
}

void rebuild(const std::string& path, Session& session) {
  (void)read_file(path);
  const auto service = config::load_service(path);
  if (!service.ok())
    throw Failure(exit_config,
                  service.problems.front().to_string() + " (toldctl check " + path + " shows all problems)");
  try {
    forget_projection(service.value);
    ledger::Ledger ledger(options_of(service.value));
    core::Engine engine;
    Progress progress(session.err, session.err_terminal, "rebuilding");
    const auto done =
        path::recover(engine, ledger, [&](core::EntryIndex read, core::EntryIndex all) { progress.done(read, all); });
    ledger.settle_projection();
    if (session.json)
      session.out << JsonObject()
                         .number("entries", done.replayed)
                         .number("open_notifications", engine.state().open_notifications())
                         .line();
    else
      session.out << "Rebuilt from " << audit::grouped(done.replayed) << " entries; "
                  << engine.state().open_notifications()
                  << " notifications are open. Start told: systemctl start told\n";
  } catch (const ledger::StoreFailed& failed) {
    throw Failure(exit_io, failed.what());
  } catch (const std::filesystem::filesystem_error& failed) {
    throw Failure(exit_no_permission, std::string(failed.what()) + ": run it as the user that told runs as");
  }
}

}  // namespace

void add_rebuild(Command& app, Session& session) {
  Command& made = command(app, "rebuild", "Make the projection anew from the ledger; stop told first",
                          "  systemctl stop told && sudo -u told toldctl rebuild --config /etc/told/told.toml");
  takes_json(made, session);
  auto path = std::make_shared<std::string>("/etc/told/told.toml");
  made.option("--config", *path, "told's configuration").shows_default();
  made.runs([&session, path] { rebuild(*path, session); });
}

}  // namespace told::ctl
