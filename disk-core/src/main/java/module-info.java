/** Block devices, partition tables and the exception family. */
module io.vhdboot.disk {
  exports io.vhdboot.disk;
  exports io.vhdboot.disk.nio;
}
