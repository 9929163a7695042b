/** FAT12, FAT16 and FAT32 with long names: formatting, reading and writing. */
module io.vhdboot.fat {
  requires transitive io.vhdboot.disk;

  exports io.vhdboot.fat;
  exports io.vhdboot.fat.nio;
}
