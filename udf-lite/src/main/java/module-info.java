/** Disc images: UDF, ISO 9660 with Joliet and Rock Ridge, El Torito; as file systems of Java. */
module io.vhdboot.udf {
  requires transitive io.vhdboot.disk;

  exports io.vhdboot.udf;
  exports io.vhdboot.udf.nio;

  provides java.nio.file.spi.FileSystemProvider with
      io.vhdboot.udf.nio.DiscFileSystemProvider;
}
