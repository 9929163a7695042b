package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdStore;
import io.vhdboot.hive.Hive;
import io.vhdboot.image.HiveFile;
import io.vhdboot.image.ImagePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** {@code /createstore}, {@code /export} and {@code /import}: whole stores. */
final class StoreCommands {

  private final Session session;

  StoreCommands(Session session) {
    this.session = session;
  }

  void create(List<String> words) throws Refusal, IOException {
    Words left = new Words("createstore", words);
    String place = session.drives().place(left.next());
    left.end();
    if (session.hasStoreOption()) {
      throw Refusal.badCommand("createstore");
    }
    if (ImagePath.of(place).isInsideImage()) {
      throw Refusal.of(
          "The store could not be created.",
          "A new store is made in a file of its own and copied into an image then: vhdboot cp.");
    }
    Path file = Path.of(place);
    if (Files.exists(file)) {
      throw Refusal.of(
          "The store could not be created.", "Cannot create a file when that file already exists.");
    }
    BcdStore.create(session.clock().instant()).write(file);
    session.say("The operation completed successfully.");
  }

  void exportTo(List<String> words) throws Refusal, IOException {
    Words left = new Words("export", words);
    String place = session.drives().place(left.next());
    left.end();
    if (ImagePath.of(place).isInsideImage()) {
      throw Refusal.of(
          "The store export operation has failed.", "A store is exported to a file of the host.");
    }
    session.store().hive().compacted().write(Path.of(place));
    session.say("The operation completed successfully.");
  }

  void importFrom(List<String> words) throws Refusal, IOException {
    Words left = new Words("import", words);
    String place = session.drives().place(left.next());
    left.nextIf(word -> word.equalsIgnoreCase("/clean"));
    left.end();
    try (HiveFile source = HiveFile.open(place)) {
      // That it is a store, whole and sound, is found out before the old one goes.
      Hive imported = BcdStore.of(source.hive()).hive().compacted();
      session.file().save(imported);
    } catch (NoSuchFileException e) {
      throw Refusal.of(
          "The store import operation has failed.", "The system cannot find the file specified.");
    }
    session.say("The operation completed successfully.");
  }
}
