// What the mounts of a server keep in memory for a while, so that the next visitor need not wait: the edition that was
// read and the pages that were made of it. After `idle` without a visitor everything of a mount goes, because a daemon
// that nobody visits should be small. Lives on the loop; one timer, and none while nothing is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "edition/edition.hpp"
#include "http/answer.hpp"
#include "http/task.hpp"
#include "http/workshop.hpp"

namespace panko {

class Shelf : public std::enable_shared_from_this<Shelf> {
 public:
  using Owner = std::uint64_t;  // never given out twice: what one mount left must not be found by another
  static constexpr std::size_t kPagesOfOwner = 32;  // windows are asked for one after the other
  static constexpr std::size_t kLargestPage = 2 << 20;
  static constexpr std::size_t kAllPages = 16 << 20;

  Shelf(const Loop& loop, std::shared_ptr<Workshop> workshop, std::chrono::milliseconds idle)
      : timer_(loop), workshop_(std::move(workshop)), idle_(idle) {}

  [[nodiscard]] static Owner new_owner();

  /// nullptr: not kept. Looking counts as a visit.
  [[nodiscard]] std::shared_ptr<const Edition> edition(Owner owner);
  [[nodiscard]] AnswerPtr page(Owner owner, std::string_view key);

  /// Another edition than the one kept takes the place of all that was made of that one.
  void keep(Owner owner, std::shared_ptr<const Edition> edition);
  /// Only where `edition` is the one kept.
  void keep(Owner owner, const std::shared_ptr<const Edition>& edition, std::string key, AnswerPtr page);
  void drop(Owner owner);
  void clear();

  [[nodiscard]] std::size_t page_bytes() const { return page_bytes_; }

 private:
  struct Page {
    std::string key;
    AnswerPtr answer;
  };
  struct Place {
    Owner owner;
    std::shared_ptr<const Edition> edition;
    std::vector<Page> pages;  // the last one looked at comes last
    Clock::time_point visited;
  };
  using Places = std::list<Place>;

  Places::iterator visit(Owner owner);
  void drop(Places::iterator place);
  void drop_oldest_page(Place& place);
  static Task<void> drop_idle_ones(std::shared_ptr<Shelf> self);

  Places places_;  // the last one visited comes last
  std::unordered_map<Owner, Places::iterator> by_owner_;
  std::size_t page_bytes_ = 0;
  Timer timer_;
  bool running_ = false;
  std::shared_ptr<Workshop> workshop_;
  std::chrono::milliseconds idle_;
};

}  // namespace panko
