#pragma once
// Something done again and again on the loop, until its timer is cancelled or goes.
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

namespace told {

inline void every(boost::asio::steady_timer& timer, std::chrono::milliseconds period, std::function<void()> act) {
  timer.expires_after(period);
  timer.async_wait([&timer, period, act = std::move(act)](const boost::system::error_code& error) mutable {
    if (error) return;
    act();
    every(timer, period, std::move(act));
  });
}

}  // namespace told
