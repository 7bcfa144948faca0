#include "http/standard_answers.hpp"

namespace panko {

const AnswerPtr& StandardAnswers::of(unsigned status) const {
  switch (status) {
    case 400: return bad_request;
    case 401: return locked;
    case 404: return not_found;
    case 405: return not_allowed;
    case 410: return gone;
    case 413: return too_large;
    case 421: return misdirected;
    case 431: return long_head;
    case 503: return unavailable;
    default: return failed;
  }
}

StandardAnswers make_standard_answers() {
  return {
      .robots = make_answer({.content_type = "text/plain; charset=utf-8"},
                            std::string_view("User-agent: *\nDisallow: /\n"), false),
      .nothing = make_answer({.status = 204}, std::string_view(), false),
      .bad_request = make_message(400, "Bad request", "This request could not be understood."),
      .locked = make_message(401, "Not open", "Open this share's page first."),
      .not_found = make_message(404, "Not found", "There is nothing at this address. Check the link."),
      .not_allowed = make_message(405, "Not allowed", "This address can only be read.", "Allow: GET, HEAD\r\n"),
      .only_posted = make_message(405, "Not allowed", "This address is for the page itself.", "Allow: POST\r\n"),
      .gone = make_message(410, "No longer shared", "This share has ended. Ask whoever sent you the link."),
      .too_large = make_message(413, "Too large", "Nothing can be sent to this address."),
      .misdirected = make_message(421, "Wrong host", "This server does not go by that name."),
      .long_head = make_message(431, "Request too long", "The head of this request is too long."),
      .failed = make_message(500, "Something went wrong", "This page could not be made."),
      .unavailable =
          make_message(503, "Not available now", "This session cannot be read at the moment. Try again later."),
  };
}

}  // namespace panko
