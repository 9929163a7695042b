package io.vhdboot.servicing;

import java.io.IOException;

/** Something that a Windows can be serviced for: it finds out what has to be changed. */
interface ServicingOption {

  /** The name that reports and the record have for it, such as {@code usb-boot}. */
  String name();

  /**
   * Makes the changes in memory.
   *
   * @throws io.vhdboot.disk.DiskFormatException when a hive that it needs is damaged or dirty
   */
  void apply(ServicingEdit edit) throws IOException;
}
