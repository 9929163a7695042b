package io.vhdboot.image;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhdx.Vhdx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats of files that hold a virtual disk. */
public enum VirtualDiskFormat {
  /** The disk's bytes and nothing else. */
  RAW(new RawDisks(), "img", "raw", "bin", "dd"),
  /** Microsoft's VHD of any type. */
  VHD(new VhdDisks(), "vhd", "avhd"),
  /** Microsoft's VHDX of any type. */
  VHDX(new VhdxDisks(), "vhdx", "avhdx");

  private final VirtualDiskOperations operations;
  private final String[] extensions;

  VirtualDiskFormat(VirtualDiskOperations operations, String... extensions) {
    this.operations = operations;
    this.extensions = extensions;
  }

  VirtualDiskOperations operations() {
    return operations;
  }

  /** The format that a file's name suggests; nothing where it suggests none. */
  public static Optional<VirtualDiskFormat> ofName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return Arrays.stream(values())
        .filter(format -> Arrays.asList(format.extensions).contains(extension))
        .findFirst();
  }

  /**
   * The format of a file, by what it holds; raw where that tells nothing. A name that ends as that
   * of a VHD is believed too, since a fixed VHD may be damaged where one would know it.
   */
  public static VirtualDiskFormat of(Path file) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      if (Vhdx.isVhdx(device)) {
        return VHDX;
      }
      return Vhd.isVhd(device) || ofName(file).filter(VHD::equals).isPresent() ? VHD : RAW;
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
