// A year of a region, rehearsed: 40 councils, 2,000 arrivals, 1,500 missing episodes, 60,000 obligations. Every
// decision is the real engine's, every delivery is worded as it would be sent; only the carriers and the hours are
// virtual. Bound: 5 s.
#include <sodium.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <random>

#include "config/config.hpp"
#include "ledger/event_prints.hpp"
#include "rehearse/world.hpp"
