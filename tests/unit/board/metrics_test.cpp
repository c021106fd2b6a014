#include "board/metrics.hpp"

#include <gtest/gtest.h>

namespace told::board {

TEST(Metrics, FiguresBecomePrometheusText) {
  Metrics metrics;
  metrics.events["accepted"] = 3;
  metrics.notifications_open = 2;
  metrics.sessions["police.control_room"] = 1;
  metrics.version = "0.1.0";
  const auto text = metrics_text(metrics);
  EXPECT_NE(text.find("told_events_total{verdict=\"accepted\"} 3"), std::string::npos) << text;
  EXPECT_NE(text.find("told_notifications_open 2"), std::string::npos);
  EXPECT_NE(text.find("told_sessions{recipient=\"police.control_room\"} 1"), std::string::npos);
  EXPECT_NE(text.find("told_limbo 0"), std::string::npos);
}

TEST(Metrics, EveryFigureHasHelpAndAType) {
  const auto text = metrics_text({});
  EXPECT_NE(text.find("# HELP told_limbo "), std::string::npos);
  EXPECT_NE(text.find("# TYPE told_commits_total counter"), std::string::npos);
}

}  // namespace told::board
