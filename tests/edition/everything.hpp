// All that anybody can be given of an edition, as one text: what must not be in it, must not be anywhere.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "edition/edition.hpp"
#include "edition/export.hpp"
#include "edition/session_pages.hpp"

namespace panko::test {

inline std::string everything(const Edition& edition) {
  std::string all;
  const auto add = [&](const auto& text) { all += text.value().value_or(""); };
  const SessionPages& pages = edition.pages();
  for (const bool is_view : {false, true}) {
    const PageContext context{.as_of = {}, .expires_at = {}, .is_view = is_view, .may_download = true};
    add(edition.page({}, context));
    all += edition.files_page(0, context).value();
    for (std::uint32_t row = 0; row < pages.size(); ++row) {
      const std::string anchor = pages.anchor_of(row);
      add(edition.window({.where = WindowAt::Where::from, .anchor = anchor}));
      add(edition.block_page(anchor, context));
      add(edition.records_page(anchor, context));
    }
  }
  add(edition.window({.where = WindowAt::Where::last}));
  for (const char* text : {"token", "key", "ghp", "a"}) add(edition.find(text, {}));
  for (const ExportFormat format :
       {ExportFormat::json, ExportFormat::text, ExportFormat::markdown, ExportFormat::html, ExportFormat::records}) {
    if (format == ExportFormat::records && edition.hiding().any()) continue;
    EXPECT_TRUE(export_edition(edition, format, [&](std::string_view piece) {
      all += piece;
      return true;
    }));
  }
  return all;
}

}  // namespace panko::test
