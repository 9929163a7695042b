package io.vhdboot.doctor;

import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.nio.NtfsFileSystem;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import io.vhdboot.servicing.Change;
import io.vhdboot.servicing.Servicing;
import io.vhdboot.servicing.ServicingReport;
import java.time.Instant;

/** What mends a Windows by servicing it, with a record by which it can be undone. */
final class ServicingCures {

  private ServicingCures() {}

  /**
   * Lets a Windows start from USB.
   *
   * @param path the path of its folder, through images
   */
  static Cure usbBoot(String path, Instant time) {
    return () -> {
      ServicingReport report;
      try (OpenImage image = ImagePath.of(path).open(false)) {
        try (NtfsFileSystem files = image.fileSystem(NtfsFileSystemOptions.defaults())) {
          report = Servicing.at(time).usbBoot().apply(files.getPath("/" + image.path()));
        }
        image.flush();
      }
      return "let "
          + path
          + " start from USB: "
          + report.count(Change.Outcome.CHANGED)
          + " changes (vhdboot service --undo takes them back)";
    };
  }
}
