package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdStore;
import io.vhdboot.hive.Hive;
import io.vhdboot.image.HiveFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** {@code /sysstore}, {@code /createstore}, {@code /export} and {@code /import}: whole stores. */
final class StoreCommands {

  private final Session session;

  StoreCommands(Session session) {
    this.session = session;
  }

  /** Says which volume's store is meant; that holds for the one command line. */
  void systemStore(List<String> words) throws Refusal, IOException {
    new Words("sysstore", words).end();
    session.open(true);
    session.say("The operation completed successfully.");
    session.say("(Nothing is remembered: say /sysstore once more beside each command.)");
  }

  void create(List<String> words) throws Refusal, IOException {
    Words left = new Words("createstore", words);
    String place = session.drives().place(left.next());
    left.end();
    if (session.hasStoreOption()) {
      throw Refusal.badCommand("createstore");
    }
    try {
      HiveFile.create(place, BcdStore.create(session.clock().instant()).hive());
    } catch (FileAlreadyExistsException e) {
      throw Refusal.of(
          "The store could not be created.", "Cannot create a file when that file already exists.");
    } catch (NoSuchFileException e) {
      throw Refusal.of(
          "The store could not be created.", "The system cannot find the path specified.");
    }
    session.say("The operation completed successfully.");
  }

  void exportTo(List<String> words) throws Refusal, IOException {
    Words left = new Words("export", words);
    String place = session.drives().place(left.next());
    left.end();
    Hive exported = session.store().hive().compacted();
    try {
      HiveFile.write(place, exported);
    } catch (NoSuchFileException e) {
      throw Refusal.of(
          "The store export operation has failed.", "The system cannot find the path specified.");
    }
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
