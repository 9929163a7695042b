package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.vhd.Vhd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats of files that hold a virtual disk. */
public enum VirtualDiskFormat {
  /** The disk's bytes and nothing else. */
  RAW(new RawDisks(), "img", "raw", "bin", "dd"),
  /** Microsoft's VHD of any type. */
  VHD(new VhdDisks(), "vhd", "avhd");

  private static final byte[] VHDX_SIGNATURE = "vhdxfile".getBytes(StandardCharsets.US_ASCII);

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
   *
   * @throws UnsupportedFormatException for a VHDX
   */
  public static VirtualDiskFormat of(Path file) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      if (hasSignature(device, VHDX_SIGNATURE)) {
        throw new UnsupportedFormatException(
            device.name(), DiskFormatException.NO_OFFSET, "a VHDX is not supported");
      }
      return Vhd.isVhd(device) || ofName(file).filter(VHD::equals).isPresent() ? VHD : RAW;
    }
  }

  private static boolean hasSignature(BlockDevice device, byte[] signature) throws IOException {
    return device.size() >= signature.length
        && Arrays.equals(device.read(0, signature.length), signature);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
