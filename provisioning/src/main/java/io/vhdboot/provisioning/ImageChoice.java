package io.vhdboot.provisioning;

import io.vhdboot.wim.WimImageInfo;
import java.util.List;
import java.util.stream.Collectors;

/** Picks the image of a WIM that was asked for, by number or by any of its names. */
final class ImageChoice {

  private ImageChoice() {}

  /**
   * Picks an image.
   *
   * @throws IllegalArgumentException when there is no such image, or it is not clear which one
   */
  static WimImageInfo choose(List<WimImageInfo> images, FlashOptions options) {
    String source = options.image().toString();
    if (images.isEmpty()) {
      throw new IllegalArgumentException(source + " holds no image");
    }
    if (options.index().isPresent()) {
      int index = options.index().getAsInt();
      return images.stream()
          .filter(image -> image.index() == index)
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "there is no image " + index + ": " + source + " holds " + list(images)));
    }
    if (options.edition().isPresent()) {
      String name = options.edition().get();
      List<WimImageInfo> matching = images.stream().filter(image -> isCalled(image, name)).toList();
      if (matching.size() != 1) {
        throw new IllegalArgumentException(
            (matching.isEmpty() ? "no image is called " : "several images are called ")
                + name
                + ": "
                + source
                + " holds "
                + list(images));
      }
      return matching.get(0);
    }
    if (images.size() > 1) {
      throw new IllegalArgumentException(
          "which image? choose by index or edition: " + source + " holds " + list(images));
    }
    return images.get(0);
  }

  private static boolean isCalled(WimImageInfo image, String name) {
    return image.name().equalsIgnoreCase(name)
        || image.displayName().filter(name::equalsIgnoreCase).isPresent()
        || image.editionId().filter(name::equalsIgnoreCase).isPresent();
  }

  private static String list(List<WimImageInfo> images) {
    return images.stream()
        .map(image -> image.index() + " (" + image.name() + ")")
        .collect(Collectors.joining(", "));
  }
}
