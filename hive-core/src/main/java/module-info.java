/** Windows registry hives: read, edit, create. */
module io.vhdboot.hive {
  requires transitive io.vhdboot.disk;

  exports io.vhdboot.hive;
}
