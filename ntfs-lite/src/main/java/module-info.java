/** NTFS volumes: format, bulk build, read, and as file systems of Java. */
module io.vhdboot.ntfs {
  requires transitive io.vhdboot.disk;
  requires io.vhdboot.compression;

  exports io.vhdboot.ntfs;
  exports io.vhdboot.ntfs.nio;

  provides java.nio.file.spi.FileSystemProvider with
      io.vhdboot.ntfs.nio.NtfsFileSystemProvider;
}
