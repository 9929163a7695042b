/** Disc images: UDF, ISO 9660 with Joliet and Rock Ridge, El Torito. */
module io.vhdboot.udf {
  requires transitive io.vhdboot.disk;

  exports io.vhdboot.udf;
}
