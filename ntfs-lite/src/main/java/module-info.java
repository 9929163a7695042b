/** NTFS volumes: format, bulk build, read. */
module io.vhdboot.ntfs {
  requires transitive io.vhdboot.disk;
  requires io.vhdboot.compression;

  exports io.vhdboot.ntfs;
}
