#include "http/share_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "edition/door_pages.hpp"
#include "http/gate_keeper.hpp"
#include "http/posted.hpp"

namespace panko {

namespace {

bool is_page(Route::Kind kind) {
  switch (kind) {
    case Route::Kind::page:
    case Route::Kind::block:
    case Route::Kind::records:
    case Route::Kind::files: return true;
    default: return false;
  }
}

/// Of the page itself, by somebody who came by the share's link.
bool is_load(const Request& request, const Route& route) {
  return route.kind == Route::Kind::page && route.where == WindowAt::Where::first &&
         request.method == Request::Method::get;
}

/// Where the form leads, of all that was asked for.
std::string_view place_of(const Route& route) {
  return route.where == WindowAt::Where::from || route.kind == Route::Kind::block || route.kind == Route::Kind::records
             ? std::string_view(route.anchor)
             : std::string_view();
}

AnswerPtr make_door(const GateKeeper& keeper, const Route& route, Door::Problem problem = Door::Problem::none,
                    unsigned status = 401, std::string_view fields = {}) {
  const Door door{.asks_password = keeper.asks_password(),
                  .problem = problem,
                  .is_below = route.kind == Route::Kind::block || route.kind == Route::Kind::records,
                  .anchor = place_of(route)};
  return make_answer({.status = door.asks_password ? status : 200}, door_page(door), false, fields);
}

/// To the page, at the place that was asked for.
AnswerPtr lead_in(const Route& route, std::string_view cookie) {
  return make_answer({.status = 303}, std::string(), false,
                     fmt::format("Location: {}\r\n{}", page_address(place_of(route)), cookie));
}

/// The view is spent here, and nowhere else.
Reply open_to(const ShareDesk& desk, Mount& mount, const GateKeeper& keeper, const Route& route) {
  if (!mount.let_in()) return desk.standard.gone;
  return lead_in(route, keeper.new_cookie());
}

/// By a password, which is nowhere but here and in the job.
Task<Reply> unlock(ShareDesk& desk, std::shared_ptr<Mount> mount, std::shared_ptr<Connection> connection,
                   Request request, Route route) {
  auto& keeper = *mount->keeper();
  auto password = parse_unlock(request.content_type, request.body);
  if (!password) co_return desk.standard.bad_request;
  if (password->empty()) co_return make_door(keeper, route);
  if (!keeper.take_try(Clock::now())) {
    const auto wait = keeper.time_to_try(Clock::now());
    co_return make_door(keeper, route, Door::Problem::too_many_tries, 429,
                        fmt::format("Retry-After: {}\r\n", wait.count()));
  }
  const auto is_right = co_await desk.checks->run(
      [hash = keeper.password_hash(), password = std::move(*password)] { return is_password(hash, password); },
      [connection] { return connection->is_open(); });
  if (mount->has_ended()) co_return desk.standard.gone;
  if (!is_right) co_return desk.standard.failed;
  if (!*is_right) co_return make_door(keeper, route, Door::Problem::wrong_password);
  keeper.give_back_try();
  co_return open_to(desk, *mount, keeper, route);
}

Task<Reply> let_in(ShareDesk& desk, std::shared_ptr<Mount> mount, std::shared_ptr<Connection> connection,
                   Request request, Route route) {
  if (is_let_in(*mount, request)) co_return lead_in(route, {});
  if (!mount->may_open()) co_return desk.standard.gone;
  const auto& keeper = *mount->keeper();
  if (route.kind == Route::Kind::unlock && keeper.asks_password())
    co_return co_await unlock(desk, std::move(mount), std::move(connection), std::move(request), std::move(route));
  if (keeper.asks_password()) co_return make_door(keeper, route);
  co_return open_to(desk, *mount, keeper, route);
}

Reply saw(const ShareDesk& desk, Mount& mount, const Request& request) {
  const auto seen = parse_seen(request.content_type, request.body);
  if (!seen) return desk.standard.bad_request;
  mount.was_seen(*seen);
  return desk.standard.nothing;
}

class FilePieces final : public Pieces {
 public:
  FilePieces(std::shared_ptr<Workshop> shop, std::shared_ptr<const Download> file)
      : shop_(std::move(shop)), file_(std::move(file)) {}

  Task<std::optional<std::string>> next() override {
    if (sent_ == file_->size()) co_return std::string();
    auto piece = co_await shop_->run([file = file_, from = sent_] { return file->read(from, kPiece); });
    if (!piece || !*piece || (*piece)->empty()) co_return std::nullopt;
    sent_ += (*piece)->size();
    co_return std::move(**piece);
  }

 private:
  static constexpr std::uint32_t kPiece = 128U << 10;
  std::shared_ptr<Workshop> shop_;
  std::shared_ptr<const Download> file_;
  std::uint64_t sent_ = 0;
};

struct OfferedFormat {
  std::string_view name;
  ExportFormat format;
  std::string_view content_type;
};
constexpr std::array kFormats{
    OfferedFormat{"html", ExportFormat::html, "text/html; charset=utf-8"},
    OfferedFormat{"md", ExportFormat::markdown, "text/markdown; charset=utf-8"},
    OfferedFormat{"jsonl", ExportFormat::records, "application/x-ndjson"},
};

Task<Reply> download(ShareDesk& desk, std::shared_ptr<Mount> mount, std::shared_ptr<Connection> connection,
                     std::string format) {
  if (!mount->may_download()) co_return desk.standard.not_found;
  if (format.empty()) co_return make_answer({}, download_page(mount->may_download_records()), false);
  const auto offered = std::ranges::find(kFormats, format, &OfferedFormat::name);
  const bool may =
      offered != kFormats.end() && (offered->format != ExportFormat::records || mount->may_download_records());
  if (!may) co_return desk.standard.not_found;
  const auto made = co_await Mount::download(mount, offered->format, [connection] { return connection->is_open(); });
  if (!made) co_return desk.standard.of(made.error());
  co_return Reply(make_file_head(offered->content_type, (*made)->name(), (*made)->size()),
                  std::make_shared<FilePieces>(desk.reads, *made));
}

}  // namespace

bool is_let_in(const Mount& mount, const Request& request) {
  const auto* keeper = mount.keeper();
  return keeper == nullptr || keeper->admits(request.cookies);
}

Reply refuse_entry(const ShareDesk& desk, Mount& mount, const Request& request, const Route& route) {
  if (!mount.may_open()) return desk.standard.gone;
  const bool is_form = is_page(route.kind) || (route.kind == Route::Kind::download && route.text.empty());
  if (!is_form) return desk.standard.locked;
  if (is_load(request, route)) mount.was_loaded();
  return make_door(*mount.keeper(), route);
}

Task<Reply> answer_share(ShareDesk& desk, std::shared_ptr<Mount> mount, std::shared_ptr<Connection> connection,
                         Request request, Route route) {
  const bool is_post = request.method == Request::Method::post;
  switch (route.kind) {
    case Route::Kind::share:
      co_return make_answer({.status = 308}, std::string(), false, fmt::format("Location: {}/\r\n", route.token));
    case Route::Kind::open:
    case Route::Kind::unlock:
      if (!is_post) co_return desk.standard.only_posted;
      co_return co_await let_in(desk, std::move(mount), std::move(connection), std::move(request), std::move(route));
    case Route::Kind::seen:
      if (!is_post) co_return desk.standard.only_posted;
      break;
    default: break;
  }
  if (!is_let_in(*mount, request)) co_return refuse_entry(desk, *mount, request, route);
  switch (route.kind) {
    case Route::Kind::seen: co_return saw(desk, *mount, request);
    case Route::Kind::download:
      co_return co_await download(desk, std::move(mount), std::move(connection), std::move(route.text));
    case Route::Kind::wrong: co_return desk.standard.bad_request;
    case Route::Kind::page:
    case Route::Kind::window:
    case Route::Kind::block:
    case Route::Kind::records:
    case Route::Kind::image:
    case Route::Kind::files:
    case Route::Kind::find: {
      const bool counts = is_load(request, route);
      const auto outcome = co_await Mount::answer(mount, std::move(route), request.takes_gzip,
                                                  [connection] { return connection->is_open(); });
      if (outcome && counts) mount->was_entered();
      co_return outcome ? *outcome : desk.standard.of(outcome.error());
    }
    default: co_return desk.standard.not_found;
  }
}

}  // namespace panko
