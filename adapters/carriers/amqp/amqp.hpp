#pragma once
// `amqp`: AMQP 1.0, the queues of the recipient's broker or of the council's. told puts what a recipient is told into
// one, and takes what it says from another. README.md beside this file is what the recipient needs to know.
#include "carriers/kind.hpp"

namespace told::carriers {

[[nodiscard]] Kind amqp_kind();

}  // namespace told::carriers
