package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens where a shim is on the path that cannot be used. */
class NativeShimTest {

  private static final String SERVICE = "META-INF/services/io.vhdboot.usb.NativeShim";

  @TempDir Path folder;

  private void announce(String provider) throws IOException {
    Path file = folder.resolve(SERVICE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, provider + "\n");
  }

  private void expectNone() throws IOException {
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, NativeShim.class.getClassLoader())) {
      assertThat(NativeShim.find(loader)).isEmpty();
    }
  }

  @Test
  void oneForALaterJavaDoesNoHarm() throws IOException {
    String name = "later/Shim";
    byte[] bytes;
    try (InputStream in = getClass().getResourceAsStream("NativeShimTest.class")) {
      bytes = in.readAllBytes();
    }
    bytes[6] = 0;
    bytes[7] = 127; // A class file of a Java that is not made yet.
    Files.createDirectories(folder.resolve("later"));
    Files.write(folder.resolve(name + ".class"), bytes);
    announce("later.Shim");
    expectNone();
  }

  @Test
  void oneThatIsMissingDoesNoHarm() throws IOException {
    announce("not.there.Shim");
    expectNone();
  }

  @Test
  void oneThatIsNoShimDoesNoHarm() throws IOException {
    announce("java.lang.String");
    expectNone();
  }
}
