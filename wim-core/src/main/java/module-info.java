/** Windows imaging files: container, metadata, blobs. */
module io.vhdboot.wim {
  requires transitive io.vhdboot.disk;
  requires io.vhdboot.compression;
  requires java.xml;

  exports io.vhdboot.wim;
}
