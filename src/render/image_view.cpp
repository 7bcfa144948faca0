#include "render/image_view.hpp"

#include <fmt/format.h>

#include "base/numbers.hpp"

namespace panko {

void write_images(Pieces& pieces, std::span<const ImageInfo> images) {
  HtmlWriter& html = pieces.html();
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Url url = Url::image(pieces.view().root, pieces.anchor(), i);
    html.open(Tag::p, {attr::css("image")});
    html.open(Tag::a, {attr::href(url)});
    html.single(
        Tag::img,
        {attr::src(url), attr::own(attr::Own::loading, "lazy"),
         attr::alt(fmt::format("Image {} ({}, {})", i + 1, images[i].media_type, format_bytes(images[i].bytes)))});
    html.close(Tag::a);
    html.close(Tag::p);
  }
}

}  // namespace panko
