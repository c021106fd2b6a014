#include "core/rota.hpp"

namespace told::core {

std::vector<std::string> Rota::on_duty(Instant, const Calendar&) const { return otherwise; }

}  // namespace told::core
