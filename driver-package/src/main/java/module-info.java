/** Driver packages of Windows: INF files, what they install, and on which devices. */
module io.vhdboot.driver {
  requires io.vhdboot.authenticode;
  requires transitive io.vhdboot.disk;

  exports io.vhdboot.driver;
}
