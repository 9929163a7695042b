package io.vhdboot.ntfs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/**
 * The ntfs3 driver of a Linux kernel, in the emulated machine that {@code ntfs3-setup.sh} makes
 * once; where it was not made, the running test is skipped.
 */
final class Ntfs3Machine {

  private static final String PROGRAM = "qemu-system-x86_64";
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final int TRIES = 3;

  private static final String BEGIN =
      """
      #!/bin/busybox sh
      /bin/busybox mkdir -p /proc /sys /dev /mnt
      /bin/busybox --install -s /bin
      mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
      for m in virtio_blk nls_utf8 ntfs3; do insmod /mod/$m.ko; done
      dmesg -n 1
      for i in 1 2 3 4 5 6 7 8 9; do [ -b /dev/vda ] && break; sleep 1; done
      set -e
      trap 'echo "@@FAILED"; dmesg | grep -i ntfs; poweroff -f' EXIT
      mount -t ntfs3 -o iocharset=utf8 /dev/vda /mnt
      """;

  private static final String END =
      """
      cd /; sync; umount /mnt
      trap - EXIT
      dmesg | grep -i 'ntfs3.*vda' | sed 's/^/@@COMPLAINT /'
      echo "@@DONE"
      poweroff -f
      """;

  private Ntfs3Machine() {}

  private static Path folder() {
    String told = System.getenv("NTFS3_DIR");
    return Path.of(told == null ? "/var/tmp/ntfs3-vm" : told);
  }

  /** Skips the running test, or lets it fail, where there is no such machine. */
  private static void require() {
    ExternalTool.named(PROGRAM);
    ExternalTool.script("bash", folder().resolve("initrd.gz"));
  }

  /**
   * Lets the driver read a volume: it must have these files with these contents.
   *
   * @param contents the unnamed streams of files by their paths, which begin with a slash
   */
  static void compare(Path image, Map<String, byte[]> contents) throws IOException {
    require();
    Path list = Files.createTempFile("vhdboot-ntfs3", ".md5");
    try {
      StringBuilder lines = new StringBuilder();
      for (Map.Entry<String, byte[]> entry : new TreeMap<>(contents).entrySet()) {
        lines.append(md5(entry.getValue())).append("  .").append(entry.getKey()).append('\n');
      }
      Files.writeString(list, lines, UTF_8);
      ExternalTool.Result result = null;
      // A busy host may halt the machine for so long that its kernel complains of its own clock.
      for (int i = 0; i < TRIES && (result == null || result.exitCode() != 0); i++) {
        result =
            ExternalTool.script("bash", SharedData.tool("ntfs3-verify.sh"))
                .timeout(TIMEOUT)
                .run(image, 0, "ro", list);
      }
      result.expectSuccess();
    } finally {
      Files.delete(list);
    }
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Runs commands on a volume that the driver has mounted at {@code /mnt}.
   *
   * @param commands a script for the shell of busybox, of which each command must succeed
   */
  static void edit(Path image, String commands) throws IOException {
    require();
    Path own = Files.createTempFile("vhdboot-ntfs3", ".gz");
    try {
      Files.write(own, Files.readAllBytes(folder().resolve("initrd.gz")));
      // A later archive of the initial file system replaces the files of an earlier one.
      try (OutputStream out =
          new GZIPOutputStream(Files.newOutputStream(own, StandardOpenOption.APPEND))) {
        out.write(archive("init", (BEGIN + commands + END).getBytes(UTF_8)));
      }
      String said =
          ExternalTool.named(PROGRAM).timeout(TIMEOUT).output((Object[]) machine(image, own));
      assertThat(said).contains("@@DONE").doesNotContain("@@COMPLAINT");
    } finally {
      Files.delete(own);
    }
  }

  private static String[] machine(Path image, Path initial) {
    return new String[] {
      "-accel",
      "tcg",
      "-cpu",
      "max",
      "-m",
      "1024",
      "-nodefaults",
      "-nographic",
      "-no-reboot",
      "-serial",
      "stdio",
      "-monitor",
      "none",
      "-kernel",
      folder().resolve("vmlinuz").toString(),
      "-initrd",
      initial.toString(),
      "-append",
      "console=ttyS0 quiet panic=1 no_timer_check nowatchdog",
      "-drive",
      "file=" + image + ",format=raw,if=virtio,cache=writeback",
    };
  }

  /** An archive of cpio's format "newc" with one file that can be run. */
  private static byte[] archive(String name, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    put(out, name, content, 0100755);
    put(out, "TRAILER!!!", new byte[0], 0);
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, String name, byte[] content, int mode)
      throws IOException {
    int[] fields = {1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0};
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append(String.format("%08x", field));
    }
    out.write(header.append(name).append('\0').toString().getBytes(US_ASCII));
    pad(out);
    out.write(content);
    pad(out);
  }

  private static void pad(ByteArrayOutputStream out) {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
  }
}
