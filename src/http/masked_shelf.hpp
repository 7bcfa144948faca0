// The masked copies of sessions that mounts keep between visits, because a session pass takes seconds: within a budget
// for all of them together, and for some minutes after the last visit. The one visited last stays, however large it is.
// Lives on the loop; one timer, and none while nothing is kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>

#include "edition/masked_session.hpp"
#include "http/shelf.hpp"
#include "http/task.hpp"
#include "http/workshop.hpp"

namespace panko {

class MaskedShelf : public std::enable_shared_from_this<MaskedShelf> {
 public:
  using Owner = Shelf::Owner;
  using Masked = std::shared_ptr<MaskedSession>;

  MaskedShelf(const Loop& loop, std::shared_ptr<Workshop> workshop, std::uint64_t budget,
              std::chrono::milliseconds idle)
      : timer_(loop), workshop_(std::move(workshop)), budget_(budget), idle_(idle) {}

  /// nullptr: not kept. Looking counts as a visit.
  [[nodiscard]] Masked find(Owner owner);
  /// `bytes`: of its copies now.
  void keep(Owner owner, Masked masked, std::uint64_t bytes);
  void drop(Owner owner);
  void clear();
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct Place {
    Owner owner;
    Masked masked;
    std::uint64_t bytes;
    Clock::time_point visited;
  };
  using Places = std::list<Place>;

  Places::iterator visit(Owner owner);
  void drop(Places::iterator place);
  static Task<void> drop_idle_ones(std::shared_ptr<MaskedShelf> self);

  Places places_;  // the last one visited comes last
  Timer timer_;
  bool running_ = false;
  std::shared_ptr<Workshop> workshop_;
  std::uint64_t budget_;
  std::chrono::milliseconds idle_;
};

}  // namespace panko
